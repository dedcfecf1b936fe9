// One case about a breach: what happened, what was said, and the steps that this person may take, with whom each would reach.
import { useState, type ReactNode } from "react";
import { send } from "../api";
import { Done, Fold, Line, Select, Words } from "../form";
import type { BreachView, Reached } from "../shapes";
import { address, type PageProps } from "../signed";
import { moment, number, text, word } from "../text";
import { Looked, useAct, useDraft, useLook } from "../use";
import { deadline, reachWords } from "./security";

const events: Record<string, { title: () => string; lead: () => string; button: () => string; heavy?: boolean }> = {
  assess: { title: () => text("web.step_assess_title"), lead: () => text("web.step_assess_lead"), button: () => text("web.step_assess_button") },
  interim: { title: () => text("web.step_interim_title"), lead: () => text("web.step_interim_lead"), button: () => text("web.step_interim_button"), heavy: true },
  reopen: { title: () => text("web.step_reopen_title"), lead: () => text("web.step_reopen_lead"), button: () => text("web.step_reopen_button") },
  dismiss: { title: () => text("web.step_dismiss_title"), lead: () => text("web.step_dismiss_lead"), button: () => text("web.step_dismiss_button") },
  answer: { title: () => text("web.step_answer_title"), lead: () => text("web.step_answer_lead"), button: () => text("web.step_answer_button") },
  decide: { title: () => text("web.step_decide_title"), lead: () => text("web.step_decide_lead"), button: () => text("web.step_decide_button"), heavy: true },
  appeal: { title: () => text("web.step_appeal_title"), lead: () => text("web.step_appeal_lead"), button: () => text("web.step_appeal_button") },
  uphold: { title: () => text("web.step_uphold_title"), lead: () => text("web.step_uphold_lead"), button: () => text("web.step_uphold_button") },
  overturn: { title: () => text("web.step_overturn_title"), lead: () => text("web.step_overturn_lead"), button: () => text("web.step_overturn_button") },
  lift: { title: () => text("web.step_lift_title"), lead: () => text("web.step_lift_lead"), button: () => text("web.step_lift_button") },
};

const eventWords = (event: string) => ({
  report: text("web.event_report"), assess: text("web.event_assess"), interim: text("web.event_interim"), reopen: text("web.event_reopen"), answer: text("web.event_answer"),
  lapse: text("web.event_lapse"), decide: text("web.event_decide"), dismiss: text("web.event_dismiss"), appeal: text("web.event_appeal"), uphold: text("web.event_uphold"),
  overturn: text("web.event_overturn"), lift: text("web.event_lift"), expire: text("web.event_expire"),
} as Record<string, string>)[event] ?? event;

const daysWords = (days: number) => (days === 0 ? text("web.breach_for_good") : text("web.breach_days", { days: number(days) }));

/** Whom a closing would reach, before it is pressed. */
function Reach({ reached, reach }: { reached: Reached | undefined; reach: string }) {
  if (!reached || reach === "none") return <p>{text("web.reach_nobody")}</p>;
  return (
    <div className="reach" role="status">
      <p><strong>{text("web.reach_would")}</strong></p>
      <ul>
        <li>{text("web.reach_accounts", { count: number(reached.accounts.length), names: reached.accounts.join(", ") })}</li>
        {reached.projects.length > 0 && <li>{text("web.reach_projects", { count: number(reached.projects.length), names: reached.projects.join(", ") })}</li>}
        {reached.members.length > 0 && <li>{text("web.reach_members", { count: number(reached.members.length), names: reached.members.join(", ") })}</li>}
        <li>{text("web.reach_releases", { count: number(reached.releases) })}</li>
        <li>{text("web.reach_sessions", { count: number(reached.sessions) })}</li>
      </ul>
    </div>
  );
}

interface StepProps { about: BreachView; event: string; me: PageProps["me"]; again: (said: string) => void }

function Step({ about, event, me, again }: StepProps) {
  const what = events[event]!;
  const [words, setWords, drop] = useDraft(`${event}-words`, "");
  const [severity, setSeverity] = useState("minor");
  const [reach, setReach] = useState(event === "interim" ? "project" : "");
  const [days, setDays] = useState("");
  const { busy, said, act } = useAct();
  const chosen = event === "decide" && reach === "" ? (about.rule?.reach ?? "none") : reach;
  const take = () => act(async () => {
    const body = { words, ...(event === "assess" ? { severity } : {}), ...(event === "interim" ? { reach } : {}),
      ...(event === "decide" && reach !== "" ? { reach, days: Number(days) || 0 } : {}) };
    await send("POST", `/api/v1/breaches/${about.case}/steps/${event}`, me.csrf, body);
    drop();
    again(eventWords(event));
  });
  const reaches = (names: string[]) => names.map((name) => ({ value: name, words: reachWords(name) }));
  return (
    <section className="framed" aria-labelledby={`step-${event}`}>
      <h3 id={`step-${event}`}>{what.title()}</h3>
      <p>{what.lead()}</p>
      {event === "assess" && <Select id="severity" label={text("web.breach_severity")} value={severity} onChange={setSeverity}
        options={[{ value: "minor", words: text("web.severity_minor") }, { value: "serious", words: text("web.severity_serious") }]} />}
      {event === "interim" && <Select id="interim-reach" label={text("web.breach_what_closes")} value={reach} onChange={setReach} options={reaches(["project", "user"])} />}
      {event === "decide" && about.rule && (
        <>
          <p>{text("web.breach_rule", { reach: reachWords(about.rule.reach), days: daysWords(about.rule.days) })}</p>
          <Select id="decide-reach" label={text("web.breach_measure")} value={reach} onChange={setReach}
            empty={text("web.breach_by_rule")} options={reaches(["none", "user", "project", "institution"])} />
          {reach !== "" && <Line id="decide-days" label={text("web.breach_measure_days")} hint={text("web.breach_measure_hint")} value={days} onChange={setDays} />}
        </>
      )}
      {what.heavy && <Reach reached={about.would_reach?.[chosen]} reach={chosen} />}
      <Words id={`${event}-words`} label={text("web.breach_reasons")} hint={text("web.breach_reasons_hint")} value={words} onChange={setWords} />
      {said}
      <div className="button-row">
        <button type="button" className={what.heavy ? "button button-warning" : "button button-primary"} disabled={busy || words.trim() === ""} onClick={() => void take()}>{what.button()}</button>
      </div>
    </section>
  );
}

function Facts({ about }: { about: BreachView }) {
  const next = deadline(about);
  const rows: [string, ReactNode][] = [
    [text("web.state"), word(`sanction.state_${about.state}`)],
    [text("web.breach_user"), about.user],
    [text("web.project"), about.project],
    [text("web.scope_institution"), `CVR ${about.institution}`],
    [text("web.breach_release"), about.release],
    [text("web.breach_severity"), about.severity ? text(about.severity === "minor" ? "web.severity_minor" : "web.severity_serious") : ""],
    [text("web.breach_reporter"), about.self_reported ? text("web.breach_self") : text("web.breach_others")],
    [text("web.breach_measure"), about.reach ? `${reachWords(about.reach)}${about.interim ? ` (${text("web.breach_interim")})` : about.days === null ? "" : `, ${daysWords(about.days)}`}` : ""],
    [text("web.breach_deadline"), next?.words ?? ""],
  ];
  return <dl className="facts">{rows.filter(([, value]) => value !== "").map(([name, value]) => <div key={name} className="fact"><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

/** The first step is what is next; the others open when they are wanted. */
function Steps({ about, me, again }: Omit<StepProps, "event">) {
  const useless = about.interim ? "interim" : "reopen";
  const [first, ...others] = about.may.filter((event) => events[event] && event !== useless);
  if (first === undefined) return <p>{text("web.breach_no_steps")}</p>;
  return (
    <>
      <Step key={`${about.state}-${first}`} about={about} event={first} me={me} again={again} />
      {others.map((event) => (
        <Fold key={`${about.state}-${event}`} summary={events[event]!.title()}><Step about={about} event={event} me={me} again={again} /></Fold>
      ))}
    </>
  );
}

export default function BreachPage({ number: wanted, me }: PageProps) {
  const look = useLook(`/api/v1/breaches/${encodeURIComponent(wanted)}`);
  const [done, setDone] = useState<string | null>(null);
  const again = (said: string) => { setDone(said); void look.again(); };
  return (
    <>
      <p><a href={address("/sikkerhed", "/security")}>{text("web.breach_back")}</a></p>
      <Looked look={look}>
        {(about) => (
          <>
            {done && <Done>{text("web.breach_done", { what: done })}</Done>}
            <Facts about={about} />
            <h2>{text("web.breach_history")}</h2>
            <ol className="timeline">
              {about.history.map((step) => (
                <li key={`${step.at}-${step.event}`}>
                  <p><strong>{eventWords(step.event)}</strong></p>
                  <p className="when">{moment(step.at)} · {step.actor}</p>
                  {step.words && <p className="words">{step.words}</p>}
                </li>
              ))}
            </ol>
            <h2>{text("web.breach_steps")}</h2>
            <Steps about={about} me={me} again={again} />
          </>
        )}
      </Looked>
    </>
  );
}
