// What somebody does with a release that has been approved or sent: the second look that the lot asks for, and stopping what has not left.
import { send } from "../api";
import { Fold, Select } from "../form";
import type { ReleaseView } from "../shapes";
import { type PageProps } from "../signed";
import { text } from "../text";
import { useAct, useDraft, type Doing } from "../use";
import { ActWithReason, useReason, type ReasonedAct } from "./act_with_reason";

// Rules that a file may have slipped through, by what they look for.
const rules = [
  { value: "personal_number", words: text("web.missed_personal_number") }, { value: "pseudonym", words: text("web.missed_pseudonym") },
  { value: "person_name", words: text("web.missed_person_name") }, { value: "rows_of_individuals", words: text("web.missed_rows") },
  { value: "small_count", words: text("web.missed_small_count") }, { value: "recalculable", words: text("web.missed_recalculable") },
  { value: "small_difference", words: text("web.missed_small_difference") }, { value: "percent_numerator", words: text("web.missed_percent") },
  { value: "extreme", words: text("web.missed_extreme") },
];

interface Of { request: Pick<ReleaseView, "release">; me: PageProps["me"]; again: () => Promise<void> }
interface Under extends Of { doing: Doing }

function Looking({ request, me, again, doing }: Under) {
  const [rule, setRule, dropRule] = useDraft(`look-rule-${request.release}`, "");
  const step = (what: "close" | "find", done: string) => async (reason: string) => {
    await send("POST", `/api/v1/releases/${request.release}/${what}`, me.csrf, { reason, ...(what === "find" && { rule }) });
    dropRule();
    await again();
    return done;
  };
  const find: ReasonedAct = { button: text("web.look_find"), kind: "secondary", lacks: rule === "", run: step("find", text("web.look_reported")) };
  return (
    <section className="framed" aria-labelledby="second-look">
      <h2 id="second-look">{text("web.look_heading")}</h2>
      <p>{text("web.look_lead")}</p>
      <ActWithReason id={`look-${request.release}`} label={text("web.look_reason")} hint={text("web.look_reason_hint")} doing={doing}
        acts={[{ button: text("web.look_close"), run: step("close", text("web.look_closed")) }]}
        after={(button) => (
          <Fold className="second" summary={text("web.look_found")} open={rule !== ""}>
            <Select id="look-rule" label={text("web.look_rule")} hint={text("web.look_rule_hint")} value={rule} empty={text("web.look_rule_none")} onChange={setRule} options={rules} />
            <p>{text("web.look_find_lead")}</p>
            <div className="button-row">{button(find)}</div>
          </Fold>
        )} />
    </section>
  );
}

function Stopping({ request, me, again, doing }: Under) {
  const id = `hold-${request.release}`;
  const [begun] = useReason(id);
  const hold = async (reason: string) => {
    await send("POST", `/api/v1/releases/${request.release}/hold`, me.csrf, { reason });
    await again();
    return text("web.held_done");
  };
  return (
    <Fold className="second" summary={text("web.hold")} open={begun !== ""}>
      <p>{text("web.hold_lead")}</p>
      <ActWithReason id={id} label={text("web.review_reason")} doing={doing} acts={[{ button: text("web.hold_button"), kind: "secondary", run: hold }]} />
    </Fold>
  );
}

export function Afterwards({ may, ...more }: Of & { may: string[] }) {
  const { said, ...doing } = useAct();  // what is said stays when there is nothing more to do
  return (
    <>
      {may.includes("close") && <Looking {...more} doing={doing} />}
      {may.includes("hold") && <Stopping {...more} doing={doing} />}
      {said}
    </>
  );
}
