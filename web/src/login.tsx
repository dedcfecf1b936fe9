// The second step of logging in, after MitID Erhverv: user name and password, or a one-time code and a new password.
import { useEffect, useState, type ReactNode } from "react";
import { get, loginPath, send, type Way } from "./api";
import { Field, Mistake, SendButton, useSending } from "./form";
import { language, text } from "./text";

/** Shows the form only when MitID Erhverv is settled; otherwise the way to it. */
function AfterMitid({ form }: { form: (way: Way & { csrf: string }) => ReactNode }) {
  const [way, setWay] = useState<Way | "unreachable" | null>(null);
  useEffect(() => { get<Way>("/api/login").then(setWay, () => setWay("unreachable")); }, []);
  if (way === null) return <p>{text("web.status_loading")}</p>;
  if (way === "unreachable") return <Mistake>{text("web.status_unreachable")}</Mistake>;
  if (way.stage === "mitid" && way.csrf) return form({ ...way, csrf: way.csrf });
  return (
    <>
      <p>{text("web.login_needed")}</p>
      <p><a className="button button-primary" href={language === "en" ? "/en/login" : "/login"}>{text("web.login_title")}</a></p>
    </>
  );
}

function PasswordForm({ csrf }: { csrf: string }) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const { sending, mistake, submit } = useSending(async () => {
    const { next } = await send<{ next: string }>("POST", "/api/login/password", csrf, { user: user.trim(), password });
    location.assign(next);
  });
  const done = new URLSearchParams(location.search).has("chosen");
  return (
    <form onSubmit={submit}>
      {done && !mistake && (
        <div className="alert alert-success" role="status"><div className="alert-body"><p className="alert-text">{text("web.set_password_done")}</p></div></div>
      )}
      {mistake && <Mistake>{mistake}</Mistake>}
      <Field id="user" label={text("web.user_label")} value={user} onChange={setUser} autoComplete="username" />
      <Field id="password" label={text("web.password_label")} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      <SendButton sending={sending}>{text("web.password_button")}</SendButton>
    </form>
  );
}

function ActivateForm({ csrf }: { csrf: string }) {
  const [user, setUser] = useState("");
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [different, setDifferent] = useState(false);
  const { sending, mistake, submit } = useSending(async () => {
    setDifferent(password !== again);
    if (password !== again) return;
    const { next } = await send<{ next: string }>("POST", "/api/login/activate", csrf, { user: user.trim(), code, password });
    location.assign(`${next}?chosen`);
  });
  return (
    <form onSubmit={submit}>
      {mistake && <Mistake>{mistake}</Mistake>}
      <Field id="user" label={text("web.user_label")} value={user} onChange={setUser} autoComplete="username" />
      <Field id="code" label={text("web.activate_code")} hint={text("web.activate_code_hint")} value={code} onChange={setCode} autoComplete="one-time-code" />
      <Field id="password" label={text("web.password_new")} hint={text("web.password_hint")} type="password" value={password}
        onChange={setPassword} autoComplete="new-password" />
      <Field id="again" label={text("web.password_again")} type="password" value={again} onChange={setAgain} autoComplete="new-password"
        error={different ? text("web.password_different") : undefined} />
      <SendButton sending={sending}>{text("web.activate_button")}</SendButton>
    </form>
  );
}

export const PasswordPage = () => <AfterMitid form={(way) => <PasswordForm csrf={way.csrf} />} />;
export const ActivatePage = () => <AfterMitid form={(way) => <ActivateForm csrf={way.csrf} />} />;

export function LoginNeeded() {
  return (
    <>
      <p>{text("web.login_needed")}</p>
      <p><a className="button button-primary" href={loginPath()}>{text("web.login_title")}</a></p>
    </>
  );
}
