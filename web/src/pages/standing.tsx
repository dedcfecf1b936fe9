// What operators do with an account or an institution that exists: for a time, for good, whom it is mailed to.
import { useState } from "react";
import { send } from "../api";
import { Fold, Row, Select, Words } from "../form";
import type { InstitutionView, OneTimeCode, PauseView, People, AccountView } from "../shapes";
import { type PageProps } from "../signed";
import { day, moment, text } from "../text";
import { useAct, useDraft } from "../use";
import { ActWithReason, useReason } from "./act_with_reason";
import { roleWords } from "../roles";

export function standing(account: AccountView): string {
  if (account.closed) return text("web.account_closed");
  if (account.suspended) return text("web.account_suspended");
  if (account.locked_until) return text("web.account_locked", { at: moment(account.locked_until) });
  if (account.code_expires) return text("web.account_code_out", { at: moment(account.code_expires) });
  return text(account.activated ? "web.account_active" : "web.account_new");
}

interface OfOne { me: PageProps["me"]; again: () => Promise<void> }
interface Target extends OfOne { path: `/api/v1/accounts/${string}` | `/api/v1/institutions/${string}`; name: string; pause: PauseView | undefined }

/** For a time: no sanction. What it closes opens again as it was. */
function Pausing({ me, path, name, pause, again }: Target) {
  const [typed, setTyped, drop] = useDraft(`pause-${path}`, { reason: "", until: "" });
  const { busy, said, act } = useAct();
  const take = (step: "pause" | "resume") => act(async () => {
    await send("POST", `${path}/${step}`, me.csrf, step === "pause" ? typed : { reason: typed.reason });
    drop();
    await again();
    return text(step === "pause" ? "web.pause_done" : "web.pause_over", { name });
  });
  return (
    <Fold className="second" summary={text(pause ? "web.pause_end" : "web.pause_begin")} open={typed.reason !== ""}>
      {said}
      <p>{pause ? text(pause.until ? "web.pause_until" : "web.pause_open", { name, day: pause.until ? day(pause.until) : "", since: moment(pause.began) }) : text("web.pause_lead", { name })}</p>
      <Words id="pause-reason" label={text("web.breach_reasons")} value={typed.reason} onChange={(reason) => setTyped({ ...typed, reason })} />
      {!pause && <Row id="pause-until" label={text("web.pause_last_day")} hint={text("web.pause_last_day_hint")}>{(control) => (
        <input {...control} className="form-input date-field" type="date" value={typed.until} onChange={(event) => setTyped({ ...typed, until: event.target.value })} />
      )}</Row>}
      <button type="button" className="button button-secondary" disabled={busy || typed.reason.trim() === ""} onClick={() => void take(pause ? "resume" : "pause")}>{text(pause ? "web.pause_end_button" : "web.pause_button")}</button>
    </Fold>
  );
}

function Closing({ me, path, name, again, lead, button, done }: Omit<Target, "pause"> & { lead: string; button: string; done: string }) {
  const id = `close-reason-${name}`;
  const [begun] = useReason(id);
  const { said, ...doing } = useAct();
  const close = async (reason: string) => { await send("POST", `${path}/close`, me.csrf, { reason }); await again(); return done; };
  return (
    <Fold className="second" summary={button} open={begun !== ""}>
      {said}
      <div className="reach"><p>{lead}</p></div>
      <ActWithReason id={id} label={text("web.breach_reasons")} doing={doing} acts={[{ button, kind: "warning", run: close }]} />
    </Fold>
  );
}

/** What can be done with one account, once it has been chosen. */
export function OneAccount({ me, account, people, again, told }: OfOne & { account: AccountView; people: People; told: (code: OneTimeCode) => void }) {
  const { busy, said, act } = useAct();
  const path = `/api/v1/accounts/${encodeURIComponent(account.user)}` as const;
  const code = () => act(async () => { told(await send("POST", `${path}/code`, me.csrf, {})); await again(); });
  const pause = people.pauses.find((each) => each.scope === "user" && each.subject === account.user);
  return (
    <section className="framed" aria-labelledby="one-account">
      <h3 id="one-account">{account.user}</h3>
      <p>{account.institution} · {account.roles.map(roleWords).join(", ")} · {standing(account)}</p>
      {said}
      {!account.closed && (
        <>
          <div className="button-row"><button type="button" className="button button-secondary" disabled={busy || account.suspended} onClick={() => void code()}>{text("web.account_code_button")}</button></div>
          <Pausing me={me} path={path} name={account.user} pause={pause} again={again} />
          <Closing me={me} path={path} name={account.user} again={again} lead={text("web.account_close_lead", { user: account.user })} button={text("web.account_close_button")} done={text("web.account_is_closed", { user: account.user })} />
        </>
      )}
    </section>
  );
}

const deliveryWords = (way: string) => text(way === "link" ? "web.institution_by_link" : "web.institution_by_attachment");

export function institutionState(institution: InstitutionView, people: People): string {
  if (institution.closed) return text("web.account_closed");
  return text(people.pauses.some((each) => each.scope === "institution" && each.subject === institution.cvr) ? "web.account_suspended" : "web.institution_open");
}

/** Mailed with its files, or as a one-time link: the service sets it for each institution. */
function DeliveryOf({ me, institution, again }: OfOne & { institution: InstitutionView }) {
  const [way, setWay] = useState(institution.delivery);
  const { busy, said, act } = useAct();
  const save = () => act(async () => {
    const made = await send("POST", `/api/v1/institutions/${encodeURIComponent(institution.cvr)}/delivery`, me.csrf, { delivery: way });
    await again();
    return text("web.institution_delivery_done", { name: made.name, way: deliveryWords(made.delivery) });
  });
  return (
    <Fold className="second" summary={text("web.institution_delivery_of")}>
      {said}
      <Select id="delivery-way" label={text("web.institution_delivery")} value={way} onChange={(value) => setWay(value as typeof way)} options={["attachment", "link"].map((value) => ({ value, words: deliveryWords(value) }))} />
      <button type="button" className="button button-primary" disabled={busy || way === institution.delivery} onClick={() => void save()}>{text("web.institution_delivery_button")}</button>
    </Fold>
  );
}

const lines = (typed: string) => typed.split(/[\s,;]+/).filter(Boolean);

/** Where results may be mailed: the list as lines, saved as what was added and taken away. */
function RecipientsOf({ me, institution, again }: OfOne & { institution: InstitutionView }) {
  const before = institution.recipients.join("\n");
  const [typed, setTyped, drop] = useDraft(`recipients-${institution.cvr}`, before);
  const { busy, said, act } = useAct();
  const add = lines(typed).filter((each) => !institution.recipients.includes(each));
  const remove = institution.recipients.filter((each) => !lines(typed).includes(each));
  const save = () => act(async () => {
    const made = await send("POST", `/api/v1/institutions/${encodeURIComponent(institution.cvr)}/recipients`, me.csrf, { add, remove });
    drop();
    setTyped(made.recipients.join("\n"));
    await again();
    return text("web.recipients_saved", { name: made.name });
  });
  return (
    <Fold className="second" summary={text("web.institution_recipients")} open={typed !== before}>
      {said}
      <Words id="recipients-of" label={text("web.institution_recipients")} hint={text("web.institution_recipients_hint")} value={typed} onChange={setTyped} spelled={false} rows={5} />
      {remove.length > 0 && <p>{text("web.recipients_removed", { names: remove.join(", ") })}</p>}
      <button type="button" className="button button-primary" disabled={busy || add.length + remove.length === 0} onClick={() => void save()}>{text("web.institution_delivery_button")}</button>
    </Fold>
  );
}

/** What can be done with one institution, once it has been chosen. */
export function OneInstitution({ me, institution, people, again }: OfOne & { institution: InstitutionView; people: People }) {
  const path = `/api/v1/institutions/${encodeURIComponent(institution.cvr)}` as const;
  const pause = people.pauses.find((each) => each.scope === "institution" && each.subject === institution.cvr);
  const open = people.accounts.filter((each) => each.institution === institution.name && !each.closed).map((each) => each.user);
  return (
    <section className="framed" aria-labelledby="one-institution">
      <h3 id="one-institution">{institution.name}</h3>
      <p>CVR {institution.cvr} · {institutionState(institution, people)} · {deliveryWords(institution.delivery)}</p>
      {!institution.closed && (
        <>
          <RecipientsOf me={me} institution={institution} again={again} />
          <DeliveryOf me={me} institution={institution} again={again} />
          <Pausing me={me} path={path} name={institution.name} pause={pause} again={again} />
          <Closing me={me} path={path} name={institution.cvr} again={again} lead={text("web.institution_close_lead", { name: institution.name, accounts: open.length > 0 ? open.join(", ") : text("web.institution_no_accounts") })} button={text("web.institution_close_button")} done={text("web.institution_is_closed", { name: institution.name })} />
        </>
      )}
    </section>
  );
}
