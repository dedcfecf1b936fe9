// What somebody does with a release that has been approved or sent: the second look that the lot asks for, and stopping what has not left.
import { send } from "../api";
import { Fold, Select, Words } from "../form";
import type { ReleaseView } from "../shapes";
import { type PageProps } from "../signed";
import { text } from "../text";
import { useAct, useDraft } from "../use";

// Rules that a file may have slipped through, by what they look for.
const rules = [
  { value: "personal_number", words: text("web.missed_personal_number") }, { value: "pseudonym", words: text("web.missed_pseudonym") },
  { value: "person_name", words: text("web.missed_person_name") }, { value: "rows_of_individuals", words: text("web.missed_rows") },
  { value: "small_count", words: text("web.missed_small_count") }, { value: "recalculable", words: text("web.missed_recalculable") },
  { value: "small_difference", words: text("web.missed_small_difference") }, { value: "percent_numerator", words: text("web.missed_percent") },
  { value: "extreme", words: text("web.missed_extreme") },
];

interface Of { request: Pick<ReleaseView, "release">; me: PageProps["me"]; again: () => Promise<void> }
interface Doing extends Of { busy: boolean; act: (what: () => Promise<string | void>) => Promise<void> }

function Looking({ request, me, again, busy, act }: Doing) {
  const [reason, setReason, drop] = useDraft(`look-${request.release}`, "");
  const [rule, setRule, dropRule] = useDraft(`look-rule-${request.release}`, "");
  const step = (what: "close" | "find", body: object, done: string) => act(async () => {
    await send("POST", `/api/v1/releases/${request.release}/${what}`, me.csrf, { reason: reason.trim(), ...body });
    drop(); dropRule();
    await again();
    return done;
  });
  const lacks = busy || reason.trim() === "";
  return (
    <section className="framed" aria-labelledby="second-look">
      <h2 id="second-look">{text("web.look_heading")}</h2>
      <p>{text("web.look_lead")}</p>
      <Words id="look-reason" label={text("web.look_reason")} hint={text("web.look_reason_hint")} value={reason} onChange={setReason} />
      <button type="button" className="button button-primary" disabled={lacks} onClick={() => void step("close", {}, text("web.look_closed"))}>{text("web.look_close")}</button>
      <Fold className="second" summary={text("web.look_found")} open={rule !== ""}>
        <Select id="look-rule" label={text("web.look_rule")} hint={text("web.look_rule_hint")} value={rule} empty={text("web.look_rule_none")} onChange={setRule} options={rules} />
        <p>{text("web.look_find_lead")}</p>
        <button type="button" className="button button-secondary" disabled={lacks || rule === ""} onClick={() => void step("find", { rule }, text("web.look_reported"))}>{text("web.look_find")}</button>
      </Fold>
    </section>
  );
}

function Stopping({ request, me, again, busy, act }: Doing) {
  const [reason, setReason, drop] = useDraft(`hold-${request.release}`, "");
  const hold = () => act(async () => {
    await send("POST", `/api/v1/releases/${request.release}/hold`, me.csrf, { reason: reason.trim() });
    drop();
    await again();
    return text("web.held_done");
  });
  return (
    <Fold className="second" summary={text("web.hold")} open={reason !== ""}>
      <p>{text("web.hold_lead")}</p>
      <Words id="hold-reason" label={text("web.review_reason")} value={reason} onChange={setReason} />
      <button type="button" className="button button-secondary" disabled={busy || reason.trim() === ""} onClick={() => void hold()}>{text("web.hold_button")}</button>
    </Fold>
  );
}

export function Afterwards({ may, ...more }: Of & { may: string[] }) {
  const { busy, said, act } = useAct();  // what is said stays when there is nothing more to do
  return (
    <>
      {may.includes("close") && <Looking {...more} busy={busy} act={act} />}
      {may.includes("hold") && <Stopping {...more} busy={busy} act={act} />}
      {said}
    </>
  );
}
