import { Fold } from "../form";
import type { OrderedVariable } from "../shapes";
import { own, text } from "../text";
import { Picker, tableNamed, useTable } from "./catalogue";
import { Condition } from "./condition";
import { changed, namesAt, same, tablesAt, textAt, valueAt, withName, type Doc, type Value } from "./document";
import { Button, ChoiceRow, DateRow, Group, NumberRow, TextRow, useEditing, useItems } from "./fields";
import { OrderSheet } from "./order_sheet";

// The project's own table, a row a person.
const own_table = "PROJECT.population", own_variables = ["person", "role", "cohort", "index_date", "match_set"];
const indexOf = (doc: Doc, table: string) => tablesAt(doc, "grant").findIndex((grant) => same(textAt(grant, "table"), table));

function withVariable(doc: Doc, table: string, variable: string, period: string | null): Doc {
  const grants = tablesAt(doc, "grant"), at = indexOf(doc, table);
  if (at >= 0) return changed(doc, `grant.${at}.variables`, withName(namesAt(doc, `grant.${at}.variables`), variable));
  const grant: Doc = { table, variables: [variable], reason: "" };
  if (period) grant.period = { variable: period };
  return changed(doc, "grant", [...grants, grant]);
}

function without(doc: Doc, table: string, variable: string): Doc {
  const at = indexOf(doc, table), names = namesAt(doc, `grant.${at}.variables`).filter((each) => !same(each, variable));
  return at < 0 ? doc : changed(doc, `grant.${at}.variables`, names);
}

/** Variables that name persons or somebody beside them ask for a reason of their own. */
const sensitive = new Set(["person", "relative", "provider"]);

function Grant({ at, remove }: { at: number; remove: () => void }) {
  const { doc, set, readOnly } = useEditing(), path = `grant.${at}`, name = textAt(doc, `${path}.table`), table = useTable(name);
  const names = namesAt(doc, `${path}.variables`), dates = table?.variables.filter((each) => each.type === "date" || each.type === "timestamp") ?? [];
  const classOf = (variable: string) => table?.variables.find((each) => same(each.name, variable))?.class ?? "";
  const reasons = names.filter((each) => (sensitive.has(classOf(each)) && !same(each, table?.person ?? "")) || valueAt(doc, `${path}.variable_reasons.${each}`) !== undefined);
  const toggle = (variable: string, wanted: boolean) => set(`${path}.variables`, (wanted ? withName(names, variable) : names.filter((each) => !same(each, variable))) as Value);
  return (
    <Group path={path} title={name} hint={table ? own(table) : undefined}>
      <Group path={`${path}.variables`} title={text("web.grant_variables", { number: String(names.length) })}>
        <ul className="chosen">
          {names.map((each) => (
            <li key={each}>{readOnly ? <span className="badge">{each}</span>
              : <button type="button" className="tag tag-icon" aria-label={`${text("web.remove")} ${each}`} onClick={() => toggle(each, false)}>{each} <span aria-hidden="true">×</span></button>}</li>
          ))}
        </ul>
        {table && !readOnly && (
          <Fold className="more" summary={text("web.grant_more", { table: table.table })}>
            {table.variables.filter((each) => each.orderable).map((each) => {
              const id = `v-${at}-${each.name}`;
              return <div key={each.name} className="form-group-checkbox"><input type="checkbox" className="form-checkbox" id={id} checked={names.some((other) => same(other, each.name))} onChange={(event) => toggle(each.name, event.target.checked)} />
                <label className="form-label" htmlFor={id}><code>{each.name}</code> {own(each)}</label></div>;
            })}
          </Fold>
        )}
      </Group>
      <TextRow path={`${path}.reason`} label={text("web.grant_reason")} hint={text("web.grant_reason_hint")} tall />
      {reasons.map((each) => <TextRow key={each} path={`${path}.variable_reasons.${each}`} label={text("web.grant_variable_reason", { name: each })} hint={text("web.grant_variable_reason_hint")} optional />)}
      <Group path={`${path}.period`} title={text("web.grant_period")} hint={table?.period ? text("web.grant_period_needed") : text("web.grant_period_hint")}>
        {valueAt(doc, `${path}.period`) === undefined
          ? <Button label={`${text("web.grant_period_add")}: ${name}`} onClick={() => set(`${path}.period`, { variable: table?.period ?? dates[0]?.name ?? "" })}>{text("web.grant_period_add")}</Button>
          : <>
              <ChoiceRow path={`${path}.period.variable`} label={text("web.grant_date")} choices={dates.map((each) => ({ value: each.name, words: each.name }))} />
              <DateRow path={`${path}.period.from`} label={text("web.f_from")} />
              <DateRow path={`${path}.period.to`} label={text("web.f_to")} />
              {(textAt(doc, "population.index") !== "" || valueAt(doc, `${path}.period.from_days`) !== undefined || valueAt(doc, `${path}.period.to_days`) !== undefined) && (
                <div className="side-by-side">
                  <NumberRow path={`${path}.period.from_days`} label={text("web.grant_from_days")} least={-73_000} most={73_000} />
                  <NumberRow path={`${path}.period.to_days`} label={text("web.grant_to_days")} least={-73_000} most={73_000} />
                </div>
              )}
              {!table?.period && <Button kind="unstyled" onClick={() => set(`${path}.period`, undefined)}>{text("web.grant_period_remove")}</Button>}
            </>}
      </Group>
      <Condition path={`${path}.where`} table={table} />
      <ChoiceRow path={`${path}.mode`} label={text("web.grant_mode")} fallback="live" choices={[{ value: "live", words: text("web.grant_live") }, { value: "frozen", words: text("web.grant_frozen") }]} />
      <Button kind="unstyled" label={`${text("web.grant_remove")}: ${name}`} onClick={remove}>{text("web.grant_remove")}</Button>
    </Group>
  );
}

export function StepData({ csrf }: { csrf: string }) {
  const { doc, change, readOnly } = useEditing(), grants = tablesAt(doc, "grant"), ordered = tablesAt(doc, "order");
  const items = useItems("grant", []);
  const has = (table: string, variable: string) => namesAt(doc, `grant.${indexOf(doc, table)}.variables`).some((each) => same(each, variable));
  const add = (table: string, variable: string) => void tableNamed(table).then((known) => change((now) => withVariable(now, table, variable, known?.period ?? null)));
  const addAll = async (ordered: OrderedVariable[]) => {
    const known = await Promise.all([...new Set(ordered.map((each) => each.table))].map(tableNamed));
    const periodOf = (table: string) => known.find((each) => each && same(each.table, table))?.period ?? null;
    change((now) => ordered.reduce((doc, each) => {
      const next = withVariable(doc, each.table, each.variable, periodOf(each.table));
      return each.reason ? changed(next, `grant.${indexOf(next, each.table)}.variable_reasons.${each.variable}`, each.reason) : next;
    }, now));
  };
  return (
    <>
      <Picker has={has} add={add} remove={(table, variable) => change((now) => without(now, table, variable))} disabled={readOnly} />
      {!readOnly && <OrderSheet csrf={csrf} add={addAll} />}
      <Group path="grant" title={text("web.grants_title")} hint={grants.length === 0 ? text("web.grants_none") : text("web.grants_hint")}>
        {items.map(({ key, at, remove }) => <Grant key={key} at={at} remove={remove} />)}
        {indexOf(doc, own_table) < 0 && <Button onClick={() => change((now) => changed(now, "grant", [...tablesAt(now, "grant"), { table: own_table, variables: own_variables, reason: "" }]))}>{text("web.grant_population")}</Button>}
      </Group>
      {ordered.length > 0 && (
        <Group path="order" title={text("web.order_title")} hint={text("web.order_hint")}>
          <ul>{ordered.map((each, at) => <li key={at}><code>{textAt(each, "table")}</code>: {namesAt(each, "variables").join(", ")}</li>)}</ul>
        </Group>
      )}
    </>
  );
}
