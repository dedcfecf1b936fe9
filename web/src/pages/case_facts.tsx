import { day, number, text } from "../text";
import type { Case } from "./case_types";
import { ball, daysWords, nextWords } from "./case_words";
import { StateTag } from "./state_tag";

/** Where a case stands: state, whose turn it is, days used and left. */
export function CaseFacts({ about }: { about: Case }) {
  const { clock, forecast } = about;
  return (
    <>
      <p className="front-lead"><StateTag state={about.state} /> {nextWords(about.state)}</p>
      <dl className="facts">
        <dt>{text("web.col_ball")}</dt><dd>{ball(about.state)}</dd>
        {about.submitted && <><dt>{text("web.days_used")}</dt><dd>{text("web.days_used_of", { used: number(clock.days_used), waited: number(clock.days_waited) })}</dd></>}
        {about.submitted && <><dt>{text("web.col_days")}</dt><dd>{daysWords(about)}{clock.due && !clock.decided && ` (${text("web.days_due", { day: day(clock.due) })})`}</dd></>}
        {clock.place !== null && <><dt>{text("web.queue_place")}</dt><dd>{text("web.queue_place_of", { place: number(clock.place), of: number(clock.queue) })}</dd></>}
        {about.submitted && !clock.decided && <><dt>{text("web.forecast")}</dt><dd>{forecast.expected ? text("web.forecast_known", { day: day(forecast.expected), cases: number(forecast.cases) }) : text("web.forecast_unknown", { cases: number(forecast.cases) })}</dd></>}
        <dt>{text("web.authority")}</dt><dd>{about.authority.name}</dd>
      </dl>
    </>
  );
}
