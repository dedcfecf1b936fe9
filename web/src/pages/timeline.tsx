// What was done with a case, newest first; what the service says to itself is marked as its own.
import { moment, text } from "../text";
import type { Case } from "./case_types";
import { actorWords, didWords, isInternal, stateWords } from "./case_words";

export function Timeline({ about, only }: { about: Case; only?: (event: string) => boolean }) {
  const steps = about.history.filter((each) => each.event !== "save" && (!only || only(each.event))).reverse();
  if (steps.length === 0) return <p>{text("web.timeline_none")}</p>;
  return (
    <ol className="timeline">
      {steps.map((each, at) => (
        <li key={at}>
          <p><strong>{didWords(each)}</strong>{each.subject && `: ${each.subject}`}{isInternal(each.event) && <> <span className="badge">{text("web.internal")}</span></>}</p>
          <p className="when">{moment(each.at)} · {actorWords(each.actor)}{each.to !== each.from && ` · ${stateWords(each.to)}`}</p>
          {each.words && <p className="words">{each.words}</p>}
        </li>
      ))}
    </ol>
  );
}
