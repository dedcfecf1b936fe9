import { own, text } from "../text";
import { TableOffers, useTable } from "./catalogue";
import { Condition } from "./condition";
import { tablesAt, textAt, valueAt, type Doc } from "./document";
import { Button, fieldId, Group, Said, TextRow, useEditing, useItems } from "./fields";

function TableRow({ path }: { path: string }) {
  const { doc, set, readOnly } = useEditing(), name = textAt(doc, path), table = useTable(name), id = fieldId(path);
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{text("web.table")}</label>
      <span className="form-hint" id={`${id}-hint`}>{table ? own(table) : text("web.table_hint")}</span>
      <Said path={path} id={`${id}-error`} />
      <input className="form-input" id={id} list={`${id}-list`} value={name} disabled={readOnly} aria-describedby={`${id}-hint`} autoComplete="off" onChange={(event) => set(path, event.target.value)} />
      <TableOffers id={`${id}-list`} words={table ? "" : name} />
    </div>
  );
}

function Criterion({ list, at, remove }: { list: string; at: number; remove: () => void }) {
  const { doc, set, readOnly } = useEditing(), path = `population.${list}.${at}`, name = textAt(doc, `${path}.table`), table = useTable(name);
  const least = valueAt(doc, `${path}.at_least`), id = fieldId(`${path}.at_least`);
  return (
    <Group path={path} title={name || text("web.pop_criterion", { number: String(at + 1) })}>
      <TableRow path={`${path}.table`} />
      <Condition path={`${path}.where`} table={table} />
      <div className="form-group">
        <label className="form-label" htmlFor={id}>{text("web.pop_at_least")}</label>
        <input className="form-input number-field" id={id} type="number" min={1} step={1} disabled={readOnly} value={least === undefined ? 1 : Number(least)}
          onChange={(event) => set(`${path}.at_least`, Math.max(1, Math.floor(Number(event.target.value)) || 1))} />
      </div>
      <Button kind="unstyled" label={`${text("web.remove")}: ${name || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
    </Group>
  );
}

const lists = [
  { list: "any", title: () => text("web.pop_any"), hint: () => text("web.pop_any_hint") },
  { list: "all", title: () => text("web.pop_all"), hint: () => text("web.pop_all_hint") },
  { list: "none", title: () => text("web.pop_none"), hint: () => text("web.pop_none_hint") },
];
const editable = new Set(["description", "any", "all", "none"]);

function Criteria({ list, title, hint }: { list: string; title: string; hint: string }) {
  const { doc, set } = useEditing(), path = `population.${list}`, items = useItems(path, undefined);
  return (
    <Group path={path} title={title} hint={hint}>
      {items.map(({ key, at, remove }) => <Criterion key={key} list={list} at={at} remove={remove} />)}
      <Button label={`${text("web.pop_add")}: ${title}`} onClick={() => set(path, [...tablesAt(doc, path), { table: "", where: "" }])}>{text("web.pop_add")}</Button>
    </Group>
  );
}

export function StepPopulation() {
  const { doc } = useEditing();
  const others = Object.keys((valueAt(doc, "population") ?? {}) as Doc).filter((key) => !editable.has(key));
  return (
    <Group path="population" title={text("web.pop_title")} hint={text("web.pop_hint")}>
      <TextRow path="population.description" label={text("web.pop_description")} hint={text("web.pop_description_hint")} tall />
      {lists.map(({ list, title, hint }) => <Criteria key={list} list={list} title={title()} hint={hint()} />)}
      {others.length > 0 && <p>{text("web.pop_others", { names: others.join(", ") })}</p>}
    </Group>
  );
}
