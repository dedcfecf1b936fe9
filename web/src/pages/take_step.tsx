// What a person may do with a case now: a button for each step that the API says is open, what it leads to, and the words that it asks for.
import { useState } from "react";
import { send, type Me } from "../api";
import { Done } from "../form";
import { address } from "../signed";
import { text } from "../text";
import { useAct, useDraft } from "../use";
import { path, type Case, type OpenStep } from "./case_types";
import { stateWords, stepWords } from "./case_words";

interface Props { about: Case; me: Me; done: () => Promise<void>; without?: string[] }

/** Whom or what a step is about, besides its words. */
function Subject({ event, about, me, value, choose }: { event: string; about: Case; me: Me; value: string; choose: (value: string) => void }) {
  const id = `to-${event}`;
  if (event === "hand_over") {
    return <div className="form-group"><label className="form-label" htmlFor={id}>{text("web.to_applicant")}</label><input className="form-input" id={id} value={value} onChange={(change) => choose(change.target.value)} /></div>;
  }
  const people = about.staff.filter((each) => event !== "ask" || (each !== me.user && each !== about.caseworker));
  const choices = event === "recommend" ? [{ value: "approve", words: text("web.recommend_approve") }, { value: "reject", words: text("web.recommend_reject") }]
    : people.map((each) => ({ value: each, words: each === me.user ? text("web.to_me", { name: each }) : each }));
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{event === "recommend" ? text("web.recommend_what") : text("web.to_whom")}</label>
      <select className="form-select" id={id} value={value} onChange={(change) => choose(change.target.value)}>
        <option value="">{text("web.choose")}</option>
        {choices.map((each) => <option key={each.value} value={each.value}>{each.words}</option>)}
      </select>
    </div>
  );
}

const asks_subject = ["assign", "ask", "hand_over", "recommend"];

function StepForm({ step, about, me, done, close }: { step: OpenStep; about: Case; me: Me; done: Props["done"]; close: () => void }) {
  const { busy, said, act } = useAct(), words = stepWords[step.event]!;
  const [typed, setTyped, drop] = useDraft(`step-${step.event}`, { text: "", to: step.event === "assign" && about.staff.includes(me.user) ? me.user : "" });
  const [missing, setMissing] = useState<"" | "text" | "to">("");
  const with_subject = asks_subject.includes(step.event), id = `words-${step.event}`;
  const take = () => act(async () => {
    if (with_subject && typed.to === "") { setMissing("to"); return; }
    if (step.words && typed.text.trim() === "") { setMissing("text"); document.getElementById(id)?.focus(); return; }
    setMissing("");
    const after = await send("POST", path(about.case, `/steps/${step.event}`), me.csrf, { text: typed.text, ...(with_subject && { to: typed.to }) });
    drop();
    if (step.event === "amend" || step.event === "extend") { location.href = address(`/ansoegning/${after.case}`, `/application/${after.case}`); return; }
    await done();
    close();
  });
  return (
    <form className="step-form" aria-labelledby={`do-${step.event}-title`} noValidate onSubmit={(event) => { event.preventDefault(); void take(); }}>
      <h3 id={`do-${step.event}-title`}>{words.button()}</h3>
      <p>{words.leads()}{step.to !== about.state && <> {text("web.leads_to", { state: stateWords(step.to).toLowerCase() })}</>}</p>
      {missing === "to" && <p className="form-error-message" role="alert">{text("web.subject_needed")}</p>}
      {with_subject && <Subject event={step.event} about={about} me={me} value={typed.to} choose={(to) => setTyped({ ...typed, to })} />}
      <div className={missing === "text" ? "form-group form-error" : "form-group"}>
        <label className="form-label" htmlFor={id}>{words.field?.() ?? text("web.field_remark")}{!step.words && ` (${text("web.optional")})`}</label>
        {missing === "text" && <span className="form-error-message" id={`${id}-error`}>{text("web.words_needed")}</span>}
        <textarea className="form-input" id={id} rows={3} value={typed.text} aria-invalid={missing === "text" || undefined} aria-describedby={missing === "text" ? `${id}-error` : undefined}
          onChange={(event) => setTyped({ ...typed, text: event.target.value })} />
      </div>
      {said}
      <p className="pages">
        <button type="submit" className={words.grave ? "button button-warning" : "button button-primary"} disabled={busy}>{busy ? text("web.saving") : words.button()}</button>
        <button type="button" className="button button-secondary" disabled={busy} onClick={close}>{text("web.cancel")}</button>
      </p>
    </form>
  );
}

export function TakeStep({ about, me, done, without }: Props) {
  const [open, setOpen] = useDraft("step", "");  // so that the way to MitID Erhverv and back ends where it began
  const [told, setTold] = useState("");
  const all = Object.keys(stepWords);  // a case that somebody has is given to another seldom, so that is no first choice
  const order = about.caseworker ? [...all.filter((each) => each !== "assign"), "assign"] : all;
  const steps = about.steps.filter((each) => order.includes(each.event) && !without?.includes(each.event))
    .sort((a, b) => order.indexOf(a.event) - order.indexOf(b.event));
  const chosen = steps.find((each) => each.event === open);
  return (
    <section aria-labelledby="do-title">
      <h2 id="do-title" className="h3">{text("web.do_heading")}</h2>
      {steps.length === 0 && <p>{text("web.do_nothing")}</p>}
      <p className="pages">
        {steps.map((each, at) => (
          <button key={each.event} type="button" aria-expanded={each.event === open} className={`button ${at === 0 && !stepWords[each.event]!.grave ? "button-primary" : "button-secondary"}`}
            onClick={() => { setTold(""); setOpen(each.event === open ? "" : each.event); }}>{stepWords[each.event]!.button()}</button>
        ))}
      </p>
      {told && !chosen && <Done>{told}</Done>}
      {chosen && <StepForm key={chosen.event} step={chosen} about={about} me={me} done={() => done().then(() => setTold(text("web.did_it", { step: stepWords[chosen.event]!.button() })))} close={() => setOpen("")} />}
    </section>
  );
}
