// What criteria, events and controls have in common: a table of the catalogue, rows of it, so many of them.
import { own, text } from "../text";
import { TableOffers, useTable } from "./catalogue";
import { Condition } from "./condition";
import { tablesAt, textAt } from "./document";
import { Button, fieldId, Group, NumberRow, Said, useEditing, useItems } from "./fields";

export function TableRow({ path, hint }: { path: string; hint?: string }) {
  const { doc, set, readOnly } = useEditing(), name = textAt(doc, path), table = useTable(name), id = fieldId(path);
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{text("web.table")}</label>
      <span className="form-hint" id={`${id}-hint`}>{table ? own(table) : hint ?? text("web.table_hint")}</span>
      <Said path={path} id={`${id}-error`} />
      <input className="form-input" id={id} list={`${id}-list`} value={name} disabled={readOnly} aria-describedby={`${id}-hint`} autoComplete="off"
        onChange={(event) => set(path, hint !== undefined && event.target.value === "" ? undefined : event.target.value)} />
      <TableOffers id={`${id}-list`} words={table ? "" : name} />
    </div>
  );
}

function Criterion({ path, at, remove }: { path: string; at: number; remove: () => void }) {
  const { doc } = useEditing(), name = textAt(doc, `${path}.table`), table = useTable(name);
  return (
    <Group path={path} title={name || text("web.pop_criterion", { number: String(at + 1) })}>
      <TableRow path={`${path}.table`} />
      <Condition path={`${path}.where`} table={table} />
      <NumberRow path={`${path}.at_least`} label={text("web.pop_at_least")} least={1} usual={1} />
      <Button kind="unstyled" label={`${text("web.remove")}: ${name || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
    </Group>
  );
}

/** A list of criteria. */
export function Criteria({ path, title, hint }: { path: string; title: string; hint: string }) {
  const { doc, set } = useEditing(), items = useItems(path, undefined);
  return (
    <Group path={path} title={title} hint={hint}>
      {items.map(({ key, at, remove }) => <Criterion key={key} path={`${path}.${at}`} at={at} remove={remove} />)}
      <Button label={`${text("web.pop_add")}: ${title}`} onClick={() => set(path, [...tablesAt(doc, path), { table: "", where: "" }])}>{text("web.pop_add")}</Button>
    </Group>
  );
}
