// Institutions and accounts: who there is, a new one, a one-time code, an end.
import { useState } from "react";
import { send } from "../api";
import { Fold, Line, Select, Words } from "../form";
import { List } from "../list";
import { roles, roleWords } from "../roles";
import type { OneTimeCode, People } from "../shapes";
import { type PageProps } from "../signed";
import { moment, number, text } from "../text";
import { Looked, useAct, useDraft, useLook } from "../use";
import { Tick } from "./staff";
import { institutionState, OneAccount, OneInstitution, standing } from "./standing";

interface MineProps { me: PageProps["me"]; people: People; again: () => Promise<void> }

function NewAccount({ me, people, again, told }: MineProps & { told: (code: OneTimeCode) => void }) {
  const [typed, setTyped, drop] = useDraft("account", { user: "", institution: people.institutions[0]?.cvr ?? "", roles: [] as string[] });
  const { busy, said, act } = useAct();
  const toggle = (role: string) => setTyped({ ...typed, roles: typed.roles.includes(role) ? typed.roles.filter((each) => each !== role) : [...typed.roles, role] });
  const create = () => act(async () => {
    const made = await send("POST", "/api/v1/accounts", me.csrf, typed);
    drop();
    told(await send("POST", `/api/v1/accounts/${encodeURIComponent(made.user)}/code`, me.csrf, {}));
    await again();
  });
  return (
    <Fold className="second" summary={text("web.account_create")} open={typed.user !== ""}>
      {said}
      <Line id="account-user" label={text("web.user_label")} hint={text("web.account_user_hint")} value={typed.user} onChange={(user) => setTyped({ ...typed, user })} />
      <Select id="account-institution" label={text("web.me_institution")} value={typed.institution} onChange={(institution) => setTyped({ ...typed, institution })}
        options={people.institutions.filter((each) => !each.closed).map((each) => ({ value: each.cvr, words: `${each.name} (CVR ${each.cvr})` }))} />
      <fieldset className="vote">
        <legend className="form-label">{text("web.me_roles")}</legend>
        <div className="vote-choices">
          {roles.map((role) => <Tick key={role} id={`role-${role}`} checked={typed.roles.includes(role)} change={() => toggle(role)}>{roleWords(role)}</Tick>)}
        </div>
      </fieldset>
      <div className="button-row"><button type="button" className="button button-primary" disabled={busy || typed.user.trim() === "" || typed.roles.length === 0} onClick={() => void create()}>{text("web.account_create_button")}</button></div>
    </Fold>
  );
}

function NewInstitution({ me, again }: Omit<MineProps, "people">) {
  const [typed, setTyped, drop] = useDraft("institution", { name: "", cvr: "", recipients: "" });
  const { busy, said, act } = useAct();
  const create = () => act(async () => {
    const recipients = typed.recipients.split(/[\s,;]+/).filter(Boolean);
    const made = await send("POST", "/api/v1/institutions", me.csrf, { name: typed.name.trim(), cvr: typed.cvr.trim(), recipients });
    drop();
    await again();
    return text("web.institution_made", { name: made.name });
  });
  return (
    <Fold className="second" summary={text("web.institution_create")} open={typed.name !== ""}>
      {said}
      <Line id="institution-name" label={text("web.name")} value={typed.name} onChange={(name) => setTyped({ ...typed, name })} />
      <Line id="institution-cvr" label="CVR" value={typed.cvr} onChange={(cvr) => setTyped({ ...typed, cvr })} />
      <Words id="institution-recipients" label={text("web.institution_recipients")} hint={text("web.institution_recipients_hint")} value={typed.recipients} onChange={(recipients) => setTyped({ ...typed, recipients })} />
      <button type="button" className="button button-primary" disabled={busy || typed.name.trim() === "" || typed.cvr.trim() === ""} onClick={() => void create()}>{text("web.institution_create_button")}</button>
    </Fold>
  );
}

function TheCode({ code }: { code: OneTimeCode }) {
  return (
    <div className="alert alert-success" role="status">
      <div className="alert-body">
        <p className="alert-heading">{text("web.account_code_for", { user: code.user })}</p>
        <p className="code-once">{code.code}</p>
        <p className="alert-text">{text("web.account_code_once", { at: moment(code.expires) })}</p>
      </div>
    </div>
  );
}

export function Accounts({ me }: PageProps) {
  const look = useLook("/api/v1/accounts");
  const [chosen, setChosen] = useState<string | null>(null);
  const [place, setPlace] = useState<string | null>(null);
  const [code, setCode] = useState<OneTimeCode | null>(null);
  const told = (made: OneTimeCode) => { setCode(made); setChosen(null); };
  return (
    <Looked look={look}>
      {(people) => {
        const account = people.accounts.find((each) => each.user === chosen);
        const institution = people.institutions.find((each) => each.cvr === place);
        return (
          <>
            <h2 id="accounts">{text("web.operations_accounts")}</h2>
            {code && !people.accounts.some((each) => each.user === code.user && each.closed) && <TheCode code={code} />}
            {account && <OneAccount key={account.user} me={me} account={account} people={people} again={look.again} told={told} />}
            <List name="accounts" caption={text("web.operations_accounts")} rows={people.accounts} id={(row) => row.user} empty={text("web.account_none")} sort={{ key: "user" }} filter columns={[
              { key: "user", words: text("web.user_label"), value: (row) => row.user, cell: (row) => <button type="button" className="button-link" onClick={() => setChosen(row.user)}>{row.user}</button> },
              { key: "institution", words: text("web.me_institution"), value: (row) => row.institution },
              { key: "roles", words: text("web.me_roles"), value: (row) => row.roles.map(roleWords).join(", ") },
              { key: "state", words: text("web.state"), value: standing },
            ]} />
            <NewAccount me={me} people={people} again={look.again} told={told} />
            <h2 id="institutions">{text("web.operations_institutions")}</h2>
            {institution && <OneInstitution key={institution.cvr} me={me} institution={institution} people={people} again={look.again} />}
            <List name="institutions" caption={text("web.operations_institutions")} rows={people.institutions} id={(row) => row.cvr} empty={text("web.institution_none")} sort={{ key: "name" }} filter={people.institutions.length > 10} columns={[
              { key: "name", words: text("web.name"), value: (row) => row.name, cell: (row) => <button type="button" className="button-link" onClick={() => setPlace(row.cvr)}>{row.name}</button> },
              { key: "cvr", words: "CVR", value: (row) => row.cvr },
              { key: "accounts", words: text("web.operations_accounts"), value: (row) => people.accounts.filter((each) => each.institution === row.name).length, cell: (row) => number(people.accounts.filter((each) => each.institution === row.name).length), numeric: true },
              { key: "recipients", words: text("web.institution_recipients"), value: (row) => row.recipients.join(", ") },
              { key: "state", words: text("web.state"), value: (row) => institutionState(row, people) },
            ]} />
            <NewInstitution me={me} again={look.again} />
          </>
        );
      }}
    </Looked>
  );
}
