// Whom it is about: rows that somebody has, events in time, cohorts of the authority's own, matched controls (docs/access-specification.md).
import { text } from "../text";
import { valueAt, type Doc } from "./document";
import { Group, TextRow, useEditing } from "./fields";
import { Controls } from "./population_controls";
import { Cohorts, Events } from "./population_events";
import { Criteria } from "./population_parts";

const lists = [
  { list: "any", title: () => text("web.pop_any"), hint: () => text("web.pop_any_hint") },
  { list: "all", title: () => text("web.pop_all"), hint: () => text("web.pop_all_hint") },
  { list: "none", title: () => text("web.pop_none"), hint: () => text("web.pop_none_hint") },
];
const editable = new Set(["description", "any", "all", "none", "event", "cohort", "supplied", "index", "controls"]);

export function StepPopulation() {
  const { doc } = useEditing();
  const others = Object.keys((valueAt(doc, "population") ?? {}) as Doc).filter((key) => !editable.has(key));
  return (
    <Group path="population" title={text("web.pop_title")} hint={text("web.pop_hint")}>
      <TextRow path="population.description" label={text("web.pop_description")} hint={text("web.pop_description_hint")} tall />
      {lists.map(({ list, title, hint }) => <Criteria key={list} path={`population.${list}`} title={title()} hint={hint()} />)}
      <Events />
      <Cohorts />
      <Controls />
      {others.length > 0 && <p>{text("web.pop_others", { names: others.join(", ") })}</p>}
    </Group>
  );
}
