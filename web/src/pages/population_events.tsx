// Events of a person in time: rows of a table with a date, and what they lie before or after; cohorts that the authority brings.
import { text } from "../text";
import { useTable } from "./catalogue";
import { Condition } from "./condition";
import { tablesAt, textAt } from "./document";
import { Button, ChoiceRow, DateRow, Group, NumberRow, TextRow, useEditing, useItems } from "./fields";
import { anchors, bondOf, eventAt, freshName, indexes, renamed, withBond, type Side } from "./population_order";
import { TableRow } from "./population_parts";

const picks = () => [
  { value: "first", words: text("web.pop_pick_first") }, { value: "last", words: text("web.pop_pick_last") },
  { value: "any", words: text("web.pop_pick_any") }, { value: "none", words: text("web.pop_pick_none") },
];
const dated = (type: string) => type === "date" || type === "timestamp";

/** The dates of a table and of its parent. */
function useDates(name: string) {
  const table = useTable(name), parent = useTable(table?.parent ?? "");
  return [...(table?.variables ?? []).map((each) => [each, table!.table] as const), ...(parent?.variables ?? []).map((each) => [each, parent!.table] as const)]
    .filter(([each]) => dated(each.type)).map(([each, of]) => ({ value: each.name, words: of === table?.table ? each.name : `${each.name} (${of})` }));
}

function NameRow({ path }: { path: string }) {
  const { change } = useEditing();
  return <TextRow path={`${path}.name`} label={text("web.pop_name")} hint={text("web.pop_name_hint")} typed={(name) => change((now) => renamed(now, path, name))} />;
}

/** After or before which other one, and how far away. */
function Bond({ at, side }: { at: number; side: Side }) {
  const { doc, change } = useEditing(), path = `population.event.${at}`, bond = bondOf(eventAt(doc, at), side), names = anchors(doc, at);
  if (names.length === 0 && !bond) return null;
  const put = (name: string, value: string | number | undefined) => change((now) => {
    const event = eventAt(now, at), { [name]: _, ...rest } = bondOf(event, side) ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    return { ...now, population: { ...(now.population as object), event: tablesAt(now, "population.event").map((each, other) => (other === at ? withBond(event, side, "event" in next ? next : undefined) : each)) } };
  });
  return (
    <>
      <ChoiceRow path={`${path}.${side}.event`} label={text(side === "after" ? "web.pop_after" : "web.pop_before")} value={textAt(bond, "event")} none={text("web.pop_no_bond")}
        choices={names.map((each) => ({ value: each, words: each }))} typed={(value) => put("event", value || undefined)} />
      {bond && (
        <div className="side-by-side">
          <NumberRow path={`${path}.${side}.from_days`} label={text("web.pop_from_days")} least={0} usual={1} value={bond.from_days} typed={(value) => put("from_days", value)} />
          <NumberRow path={`${path}.${side}.within_days`} label={text("web.pop_within_days")} least={0} value={bond.within_days} typed={(value) => put("within_days", value)} />
        </div>
      )}
    </>
  );
}

function Event({ at, last, remove, raise }: { at: number; last: boolean; remove: () => void; raise?: () => void }) {
  const { doc } = useEditing(), path = `population.event.${at}`, name = textAt(doc, `${path}.name`);
  const table = useTable(textAt(doc, `${path}.table`)), dates = useDates(textAt(doc, `${path}.table`));
  return (
    <Group path={path} title={name || text("web.pop_event_of", { number: String(at + 1) })}>
      <NameRow path={path} />
      <TableRow path={`${path}.table`} />
      <Condition path={`${path}.where`} table={table} />
      <ChoiceRow path={`${path}.date`} label={text("web.pop_date")} choices={dates} none={table?.period ? text("web.pop_date_usual", { name: table.period }) : text("web.choose")} />
      <ChoiceRow path={`${path}.pick`} label={text("web.pop_pick")} hint={text("web.pop_pick_hint")} choices={picks()} fallback="first" />
      <NumberRow path={`${path}.at_least`} label={text("web.pop_at_least")} least={1} usual={1} />
      <div className="side-by-side">
        <DateRow path={`${path}.from`} label={text("web.pop_day_from")} />
        <DateRow path={`${path}.to`} label={text("web.pop_day_to")} />
      </div>
      <Bond at={at} side="after" />
      <Bond at={at} side="before" />
      {raise && <Button kind="unstyled" label={`${text("web.pop_raise")}: ${name || at + 1}`} onClick={raise}>{text("web.pop_raise")}</Button>}
      <Button kind="unstyled" label={`${text("web.remove")}: ${name || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
      {last && <p className="form-hint">{text("web.pop_event_order")}</p>}
    </Group>
  );
}

export function Events() {
  const { doc, set } = useEditing(), path = "population.event", items = useItems(path, undefined), names = indexes(doc);
  const add = () => set(path, [...tablesAt(doc, path), { name: freshName(doc, text("web.pop_event_word")), table: "" }]);
  return (
    <>
      <Group path={path} title={text("web.pop_events")} hint={text("web.pop_events_hint")}>
        {items.map(({ key, at, remove, raise }) => <Event key={key} at={at} last={at > 0 && at === items.length - 1} remove={remove} raise={raise} />)}
        <Button onClick={add}>{text("web.pop_event_add")}</Button>
      </Group>
      {(names.length > 0 || textAt(doc, "population.index") !== "") && (
        <ChoiceRow path="population.index" label={text("web.pop_index")} hint={text("web.pop_index_hint")} none={text("web.pop_index_none")} choices={names.map((each) => ({ value: each, words: each }))} />
      )}
    </>
  );
}

/** Persons whom the authority names: a file of numbers, kept beside the specification and never in it. */
export function Cohorts() {
  const { doc, set } = useEditing(), path = "population.cohort", items = useItems(path, undefined);
  return (
    <Group path={path} title={text("web.pop_cohorts")} hint={text("web.pop_cohorts_hint")}>
      {textAt(doc, "population.supplied") !== "" && <TextRow path="population.supplied" label={text("web.pop_file")} hint={text("web.pop_file_hint")} optional />}
      {items.map(({ key, at, item, remove }) => (
        <Group key={key} path={`${path}.${at}`} title={textAt(item, "name") || text("web.pop_cohort_of", { number: String(at + 1) })}>
          <NameRow path={`${path}.${at}`} />
          <TextRow path={`${path}.${at}.file`} label={text("web.pop_file")} hint={text("web.pop_file_hint")} />
          <TextRow path={`${path}.${at}.date`} label={text("web.pop_file_date")} hint={text("web.pop_file_date_hint")} optional />
          <Button kind="unstyled" label={`${text("web.remove")}: ${textAt(item, "name") || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
        </Group>
      ))}
      <Button onClick={() => set(path, [...tablesAt(doc, path), { name: freshName(doc, text("web.pop_cohort_word")), file: "" }])}>{text("web.pop_cohort_add")}</Button>
    </Group>
  );
}
