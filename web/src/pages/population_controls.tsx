// Matched controls: whom to take, how many for each case, and what they have in common with it.
import { text } from "../text";
import { useTable } from "./catalogue";
import { Condition } from "./condition";
import { changed, tablesAt, textAt, valueAt } from "./document";
import { Button, ChoiceRow, Group, NumberRow, useEditing, useItems } from "./fields";
import { Criteria, TableRow } from "./population_parts";

const path = "population.controls";
const identifies = new Set(["person", "relative", "provider", "record_key"]);

type Way = "same" | "years" | "within_years";
const ways: { value: Way; words: () => string }[] = [
  { value: "same", words: () => text("web.match_same") }, { value: "years", words: () => text("web.match_years") }, { value: "within_years", words: () => text("web.match_within") },
];

function Match({ at, remove }: { at: number; remove: () => void }) {
  const { doc, change } = useEditing(), mine = `${path}.match.${at}`, own = textAt(doc, `${mine}.table`), name = textAt(doc, `${mine}.variable`);
  const table = useTable(own || textAt(doc, `${path}.table`));
  const usable = table?.variables.filter((each) => each.orderable && !identifies.has(each.class)) ?? [];
  const type = usable.find((each) => each.name === name)?.type ?? "";
  const way: Way = valueAt(doc, `${mine}.within_years`) !== undefined ? "within_years" : valueAt(doc, `${mine}.years`) !== undefined ? "years" : "same";
  const choose = (next: string) => change((now) => ["years", "within_years"].reduce((at, each) => changed(at, `${mine}.${each}`, each === next ? 1 : undefined), now));
  return (
    <Group path={mine} title={name || text("web.match_of", { number: String(at + 1) })}>
      <TableRow path={`${mine}.table`} hint={text("web.match_table_hint")} />
      <ChoiceRow path={`${mine}.variable`} label={text("web.variable")} choices={usable.map((each) => ({ value: each.name, words: each.name }))} none={text("web.choose")} />
      {(way !== "same" || type === "date" || type === "timestamp") && (
        <ChoiceRow path={`${mine}.way`} label={text("web.match_way")} value={way} choices={ways.map((each) => ({ value: each.value, words: each.words() }))} typed={choose} />
      )}
      {way !== "same" && <NumberRow path={`${mine}.${way}`} label={text(way === "years" ? "web.match_years_count" : "web.match_within_count")} least={1} most={way === "years" ? 100 : 20} />}
      <Condition path={`${mine}.where`} table={table} />
      <Button kind="unstyled" label={`${text("web.remove")}: ${name || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
    </Group>
  );
}

function Matches() {
  const { doc, set } = useEditing(), list = `${path}.match`, items = useItems(list, []);
  return (
    <Group path={list} title={text("web.match_title")} hint={text("web.match_hint")}>
      {items.map(({ key, at, remove }) => <Match key={key} at={at} remove={remove} />)}
      <Button onClick={() => set(list, [...tablesAt(doc, list), { variable: "" }])}>{text("web.match_add")}</Button>
    </Group>
  );
}

export function Controls() {
  const { doc, set } = useEditing(), there = valueAt(doc, path) !== undefined, table = useTable(textAt(doc, `${path}.table`));
  if (!there) {
    return (
      <Group path={path} title={text("web.controls_title")} hint={text("web.controls_hint")}>
        <Button onClick={() => set(path, { per_case: 1, table: "", match: [{ variable: "" }] })}>{text("web.controls_add")}</Button>
      </Group>
    );
  }
  return (
    <Group path={path} title={text("web.controls_title")} hint={text("web.controls_hint")}>
      <NumberRow path={`${path}.per_case`} label={text("web.controls_per_case")} least={1} most={100} usual={1} />
      <TableRow path={`${path}.table`} />
      <Condition path={`${path}.where`} table={table} />
      <Matches />
      <Criteria path={`${path}.none`} title={text("web.controls_none")} hint={text("web.controls_none_hint")} />
      <Button kind="unstyled" onClick={() => set(path, undefined)}>{text("web.controls_remove")}</Button>
    </Group>
  );
}
