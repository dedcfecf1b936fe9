// What was sent home, and where it is; what its author can still do about it.
import { useState } from "react";
import { send, type Me } from "../api";
import { Fold } from "../form";
import type { ReleaseView } from "../shapes";
import { day, moment, text, word } from "../text";
import { useAct } from "../use";
import { ActWithReason, useReason } from "./act_with_reason";
import { stateWords } from "./analyst";
import { Findings } from "./parts";
import { Report } from "./report";

const left = ["sent", "sampled", "finding", "recalled", "closed_ok"];  // what somebody outside may have

type Act = "withdraw" | "recall" | "answer";
// As src/release/states.def lets the author (tests/browser/units.mjs compares).
export const may: Record<Act, string[]> = {
  withdraw: ["staged", "check_failed", "questioned", "auto_cleared", "in_review", "independent", "consolidating", "returned", "approved", "failed", "bounced", "held"],
  recall: ["sent", "sampled", "finding"],
  answer: ["questioned"],
};
const words: Record<Act, { button: () => string; label: () => string; hint: () => string; done: () => string }> = {
  withdraw: { button: () => text("web.home_withdraw"), label: () => text("web.home_reason"), hint: () => text("web.home_withdraw_hint"), done: () => text("web.home_withdrawn") },
  recall: { button: () => text("web.home_recall"), label: () => text("web.home_reason"), hint: () => text("web.home_recall_hint"), done: () => text("web.home_recalled") },
  answer: { button: () => text("web.home_answer"), label: () => text("web.home_answer_label"), hint: () => text("web.home_answer_hint"), done: () => text("web.home_answered") },
};

function Doing({ release, what, me, again }: { release: ReleaseView; what: Act; me: Me; again: () => Promise<void> }) {
  const id = `${what}-${release.release}`;
  const [begun] = useReason(id);
  const [open, setOpen] = useState(begun !== "");
  const { said, ...doing } = useAct();
  const say = words[what];
  const run = async (reason: string) => {
    await send("POST", `/api/v1/releases/${encodeURIComponent(release.release)}/${what}`, me.csrf, what === "answer" ? { text: reason } : { reason });
    setOpen(false);
    await again();
    return say.done();
  };
  return (
    <>
      {!open && <button type="button" className="button button-secondary" onClick={() => setOpen(true)}>{say.button()}<span className="sr-only"> {release.release}</span></button>}
      {open && <ActWithReason id={id} label={say.label()} hint={say.hint()} doing={doing} acts={[{ button: say.button(), run }]} cancel={() => setOpen(false)} />}
      {said}
    </>
  );
}

function One({ release, me, again }: { release: ReleaseView; me: Me; again: () => Promise<void> }) {
  const mine = release.author === me.user;
  const acts = (Object.keys(may) as Act[]).filter((each) => mine && may[each].includes(release.state));
  return (
    <li>
      <h3>{release.purpose}</h3>
      <p><strong className={`state state-${release.state}`}>{stateWords(release.state)}</strong></p>
      <p className="quiet">{text("web.home_about", { release: release.release, author: release.author, to: release.recipient, day: day(release.created) })}</p>
      <ul>
        {release.files.map((file) => <li key={file.name}>{file.name}<Findings findings={file.findings} /></li>)}
      </ul>
      <div className="button-row">{acts.map((each) => <Doing key={each} release={release} what={each} me={me} again={again} />)}</div>
      {left.includes(release.state) && <Report me={me} summary={text("web.report_mistake")} release={release.release} />}
      {release.state === "returned" && mine && <p>{text("web.home_resend")}</p>}
      <Fold summary={<>{text("web.home_steps")}<span className="sr-only"> {release.release}</span></>}>
        <ol className="steps">
          {release.history.map((step, i) => (
            <li key={i}>{moment(step.at)}: {stateWords(step.to)} ({step.actor}){step.reason && `: ${step.reason}`}</li>
          ))}
        </ol>
        {release.deliveries.length > 0 && (
          <>
            <h4>{text("web.home_deliveries")}</h4>
            <ol className="steps">
              {release.deliveries.map((fact, i) => (
                <li key={i}>{moment(fact.at)}: {word(`release.fact_${fact.what}`)} ({fact.who}){fact.detail && `: ${fact.detail}`}</li>
              ))}
            </ol>
          </>
        )}
      </Fold>
    </li>
  );
}

export function History({ releases, me, again }: { releases: ReleaseView[]; me: Me; again: () => Promise<void> }) {
  if (releases.length === 0) return <p>{text("web.ws_no_files")}</p>;
  const newest = [...releases].sort((a, b) => b.created.localeCompare(a.created));
  return <ul className="releases">{newest.map((each) => <One key={each.release} release={each} me={me} again={again} />)}</ul>;
}
