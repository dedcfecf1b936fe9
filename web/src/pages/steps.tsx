import { text } from "../text";

interface Step { key: string; words: string; missing: number }

export const missingWords = (count: number) => (count === 1 ? text("web.missing_one") : text("web.missing_many", { count: String(count) }));

/** The six steps, as dkfds draws them; how many things are missing in each stands in words. */
export function Steps({ steps, current, go }: { steps: Step[]; current: string; go: (key: string) => void }) {
  return (
    <nav aria-label={text("web.app_steps")}>
      <ol className="step-indicator">
        {steps.map((each, at) => (
          <li key={each.key} className={[each.key === current && "current", each.missing > 0 && "error"].filter(Boolean).join(" ") || undefined} aria-current={each.key === current ? "step" : undefined}>
            <a className="step" href={`#${each.key}`} onClick={() => go(each.key)}>
              <span className="step-number"><span>{at + 1}</span></span>
              <span><span className="step-title">{each.words}</span>{each.missing > 0 && <span className="step-information">{missingWords(each.missing)}</span>}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
