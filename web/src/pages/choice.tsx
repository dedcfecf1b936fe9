// Rows, columns, measure and filter chosen from the project's own catalogue, or a SELECT of one's own.
import { useState, type FormEvent, type ReactNode } from "react";
import { Fold, Line, Select, Words, type Option } from "../form";
import type { Project } from "../shapes";
import { own, text } from "../text";
import { groupable, missing, nothing, personOf, providersOf, sqlOf, summable, type Choice, type Filter } from "./table_request";

const measures = (): Option[] => [
  { value: "count", words: text("web.tab_count") }, { value: "sum", words: text("web.tab_sum") }, { value: "mean", words: text("web.tab_mean") },
  { value: "median", words: text("web.tab_median") }, { value: "p25", words: text("web.tab_p25") }, { value: "p75", words: text("web.tab_p75") },
  { value: "sd", words: text("web.tab_sd") }, { value: "min", words: text("web.tab_min") }, { value: "max", words: text("web.tab_max") },
];
const hows = (): Option[] => [
  { value: "is", words: text("web.tab_is") }, { value: "is_not", words: text("web.tab_is_not") }, { value: "at_least", words: text("web.tab_at_least") },
  { value: "at_most", words: text("web.tab_at_most") }, { value: "starts", words: text("web.tab_starts") },
];

function Filters({ filters, columns, change }: { filters: Filter[]; columns: Option[]; change: (filters: Filter[]) => void }) {
  const put = (place: number, part: Partial<Filter>) => change(filters.map((each, i) => (i === place ? { ...each, ...part } : each)));
  return (
    <fieldset className="filters">
      <legend className="form-label">{text("web.tab_filter")}</legend>
      {filters.map((each, i) => (
        <div className="filter" key={i}>
          <Select id={`filter-${i}-column`} label={text("web.variable")} value={each.column} options={columns} empty={text("web.tab_choose")} onChange={(column) => put(i, { column })} />
          <Select id={`filter-${i}-how`} label={text("web.tab_how")} value={each.how} options={hows()} onChange={(how) => put(i, { how })} />
          <Line id={`filter-${i}-value`} label={text("web.tab_value")} value={each.value} onChange={(value) => put(i, { value })} />
          <button type="button" className="button button-tertiary" onClick={() => change(filters.filter((_, place) => place !== i))}>
            {text("web.tab_filter_away")}<span className="sr-only"> {each.column}</span>
          </button>
        </div>
      ))}
      <button type="button" className="button button-tertiary" onClick={() => change([...filters, { column: "", how: "is", value: "" }])}>{text("web.tab_filter_more")}</button>
    </fieldset>
  );
}

const named = (each: { name: string; da: string; en: string }): Option => ({ value: each.name, words: own(each) ? `${each.name}: ${own(each)}` : each.name });

interface ChoosingProps { project: Project; choice: Choice; put: (part: Partial<Choice>) => void; wrong: string | null }

function Choosing({ project, choice, put, wrong }: ChoosingProps) {
  const tables = project.tables.filter(personOf);
  const table = tables.find((each) => each.name === choice.table);
  const columns = table ? groupable(table).map(named) : [];
  const sums = table ? summable(table).map(named) : [];
  const needed = (id: string) => wrong === id && text("web.tab_needed");
  return (
    <>
      <Select id="table" label={text("web.table")} hint={text("web.tab_table_hint")} error={needed("table")} value={choice.table} empty={text("web.tab_choose")}
        options={tables.map(named)}
        onChange={(value) => put({ ...nothing, by: "choosing", table: value, title: choice.title })} />
      {table && (
        <>
          <Select id="row" label={text("web.tab_rows")} error={needed("row")} value={choice.row} options={columns} empty={text("web.tab_choose")} onChange={(row) => put({ row })} />
          <Select id="row2" label={text("web.tab_rows2")} value={choice.row2} options={columns.filter((each) => each.value !== choice.row)} empty={text("web.tab_none")} onChange={(row2) => put({ row2 })} />
          <Select id="column" label={text("web.tab_columns")} value={choice.column} options={columns.filter((each) => ![choice.row, choice.row2].includes(each.value))}
            empty={text("web.tab_none")} onChange={(column) => put({ column })} />
          {providersOf(table).length > 0 && <Select id="unit" label={text("web.tab_unit")} value={choice.unit} options={providersOf(table).map(named)} empty={text("web.tab_persons")} onChange={(unit) => put({ unit })} />}
          <Select id="measure" label={text("web.tab_measure")} value={choice.measure} options={sums.length > 0 ? measures() : measures().slice(0, 1)} onChange={(measure) => put({ measure })} />
          {choice.measure !== "count" && <Select id="of" label={text("web.tab_of")} error={needed("of")} value={choice.of} options={sums} empty={text("web.tab_choose")} onChange={(of) => put({ of })} />}
          <Filters filters={choice.filters} columns={columns} change={(filters) => put({ filters })} />
          <Fold summary={text("web.tab_select")}>
            <pre className="sql" tabIndex={0}><code>{sqlOf(choice, table)}</code></pre>
            <button type="button" className="button button-tertiary" onClick={() => put({ by: "sql", sql: sqlOf(choice, table), sqlRows: [choice.row, choice.row2].filter(Boolean).join(", "), sqlColumns: choice.column })}>
              {text("web.tab_go_on")}
            </button>
          </Fold>
        </>
      )}
    </>
  );
}

function Writing({ choice, put, wrong }: Omit<ChoosingProps, "project">) {
  const needed = (id: string) => wrong === id && text("web.tab_needed");
  return (
    <>
      <Words id="sql" label="SELECT" hint={text("web.tab_sql_hint")} error={needed("sql")} value={choice.sql} rows={8} spelled={false} onChange={(sql) => put({ sql })} />
      <Line id="sql-rows" label={text("web.tab_rows")} hint={text("web.tab_names_hint")} error={needed("sql-rows")} value={choice.sqlRows} onChange={(sqlRows) => put({ sqlRows })} />
      <Line id="sql-columns" label={text("web.tab_columns")} value={choice.sqlColumns} onChange={(sqlColumns) => put({ sqlColumns })} />
      <Select id="unit" label={text("web.tab_unit")} value={choice.unit && "providers"} options={[{ value: "providers", words: text("web.tab_providers") }]} empty={text("web.tab_persons")} onChange={(unit) => put({ unit })} />
      <Select id="measure" label={text("web.tab_measure")} value={choice.measure} options={measures()} onChange={(measure) => put({ measure })} />
      {choice.measure !== "count" && <Line id="of" label={text("web.tab_of")} error={needed("of")} value={choice.of} onChange={(of) => put({ of })} />}
    </>
  );
}

function More({ choice, put }: { choice: Choice; put: (part: Partial<Choice>) => void }) {
  return (
    <Fold summary={text("web.tab_more")} open={choice.percent !== "" || choice.round !== "" || choice.title !== ""}>
      <Line id="title" label={text("web.tab_title")} value={choice.title} onChange={(title) => put({ title })} />
      <Select id="percent" label={text("web.tab_percent")} value={choice.percent} empty={text("web.tab_none")} onChange={(percent) => put({ percent })}
        options={[{ value: "row", words: text("web.tab_percent_row") }, { value: "column", words: text("web.tab_percent_column") }, { value: "total", words: text("web.tab_percent_total") }]} />
      <Select id="round" label={text("web.tab_round")} hint={text("web.tab_round_hint")} value={choice.round} empty={text("web.tab_round_no")} onChange={(round) => put({ round })}
        options={["5", "10", "20"].map((base) => ({ value: base, words: text("web.tab_round_to", { base }) }))} />
    </Fold>
  );
}

interface ChoiceProps { project: Project; choice: Choice; change: (choice: Choice) => void; busy: boolean; ask: () => void; children: ReactNode }

export function ChoiceForm({ project, choice, change, busy, ask, children }: ChoiceProps) {
  const [wrong, setWrong] = useState<string | null>(null);
  const put = (part: Partial<Choice>) => { setWrong(null); change({ ...choice, ...part }); };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacks = missing(choice, project.tables.find((each) => each.name === choice.table));
    setWrong(lacks);
    if (lacks) document.getElementById(lacks)?.focus();
    else ask();
  };
  const way = (by: Choice["by"], words: string) => (
    <div className="form-group-radio">
      <input className="form-radio radio-large" type="radio" id={`by-${by}`} name="by" checked={choice.by === by} onChange={() => put({ by })} />
      <label className="form-label" htmlFor={`by-${by}`}>{words}</label>
    </div>
  );
  return (
    <form onSubmit={submit} noValidate>
      <fieldset><legend className="form-label">{text("web.tab_by")}</legend>{way("choosing", text("web.tab_by_choosing"))}{way("sql", text("web.tab_by_sql"))}</fieldset>
      {choice.by === "choosing" ? <Choosing project={project} choice={choice} put={put} wrong={wrong} /> : <Writing choice={choice} put={put} wrong={wrong} />}
      <More choice={choice} put={put} />
      <p className="form-hint">{text("web.tab_counts")}</p>
      <button type="submit" className="button button-primary" disabled={busy}>{busy ? text("web.tab_making") : text("web.tab_show")}</button>
      {children}
    </form>
  );
}
