// The second step of logging in, after MitID Erhverv: user name and password, or a one-time code and a new password.
import { useState, type FormEvent, type ReactNode } from "react";
import { send } from "./api";
import { Done, Field } from "./form";
import { text } from "./text";
import { Looked, LoginNeeded, useAct, useLook } from "./use";

/** Shows the form only when MitID Erhverv is settled; otherwise the way to it. */
function AfterMitid({ form }: { form: (csrf: string) => ReactNode }) {
  const look = useLook("/api/login");
  return <Looked look={look}>{(way) => (way.stage === "mitid" && way.csrf ? form(way.csrf) : <LoginNeeded />)}</Looked>;
}

function SendButton({ busy, children }: { busy: boolean; children: ReactNode }) {
  return <button type="submit" className="button button-primary" disabled={busy}>{busy ? text("web.saving") : children}</button>;
}

function PasswordForm({ csrf }: { csrf: string }) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const { busy, said, act } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => location.assign((await send("POST", "/api/login/password", csrf, { user: user.trim(), password })).next));
  };
  return (
    <form onSubmit={submit}>
      {said ?? (new URLSearchParams(location.search).has("chosen") && <Done>{text("web.set_password_done")}</Done>)}
      <Field id="user" label={text("web.user_label")} value={user} onChange={setUser} autoComplete="username" />
      <Field id="password" label={text("web.password_label")} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      <SendButton busy={busy}>{text("web.password_button")}</SendButton>
    </form>
  );
}

function ActivateForm({ csrf }: { csrf: string }) {
  const [user, setUser] = useState("");
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [different, setDifferent] = useState(false);
  const { busy, said, act } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setDifferent(password !== again);
    if (password !== again) return;
    void act(async () => {
      const { next } = await send("POST", "/api/login/activate", csrf, { user: user.trim(), code, password });
      location.assign(`${next}?chosen`);
    });
  };
  return (
    <form onSubmit={submit}>
      {said}
      <Field id="user" label={text("web.user_label")} value={user} onChange={setUser} autoComplete="username" />
      <Field id="code" label={text("web.activate_code")} hint={text("web.activate_code_hint")} value={code} onChange={setCode} autoComplete="one-time-code" />
      <Field id="password" label={text("web.password_new")} hint={text("web.password_hint")} type="password" value={password}
        onChange={setPassword} autoComplete="new-password" />
      <Field id="again" label={text("web.password_again")} type="password" value={again} onChange={setAgain} autoComplete="new-password"
        error={different && text("web.password_different")} />
      <SendButton busy={busy}>{text("web.activate_button")}</SendButton>
    </form>
  );
}

export const PasswordPage = () => <AfterMitid form={(csrf) => <PasswordForm csrf={csrf} />} />;
export const ActivatePage = () => <AfterMitid form={(csrf) => <ActivateForm csrf={csrf} />} />;
