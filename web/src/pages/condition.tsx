// A condition on one table's rows: written as SQL (docs/access-specification.md), or put together from variable, comparison and value.
import { useState } from "react";
import type { CatalogueTable as Table } from "../shapes";
import { own, text } from "../text";
import { textAt } from "./document";
import { TextRow, useEditing } from "./fields";

type How = "starts" | "is" | "one_of" | "least" | "most";
const ways: { how: How; words: () => string }[] = [
  { how: "starts", words: () => text("web.cond_starts") }, { how: "is", words: () => text("web.cond_is") }, { how: "one_of", words: () => text("web.cond_one_of") },
  { how: "least", words: () => text("web.cond_least") }, { how: "most", words: () => text("web.cond_most") },
];

function literal(value: string, type: string): string {
  if (type === "date" || type === "timestamp") return `DATE '${value}'`;
  return (type === "integer" || type === "decimal") && /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

function condition(variable: string, type: string, how: How, value: string): string {
  const one = literal(value.trim(), type);
  switch (how) {
    case "starts": return `${variable} LIKE '${value.trim().replaceAll("'", "''")}%'`;
    case "is": return `${variable} = ${one}`;
    case "one_of": return `${variable} IN (${value.split(/[,\s]+/).filter(Boolean).map((each) => literal(each, type)).join(", ")})`;
    case "least": return `${variable} >= ${one}`;
    case "most": return `${variable} <= ${one}`;
  }
}

export function Condition({ path, table }: { path: string; table: Table | null }) {
  const { doc, set, readOnly } = useEditing();
  const [variable, setVariable] = useState(""), [how, setHow] = useState<How>("starts"), [value, setValue] = useState("");
  const id = `c-${path.replace(/\W/g, "-")}`, written = textAt(doc, path);
  const usable = table?.variables.filter((each) => each.orderable && !["person", "relative", "provider", "record_key"].includes(each.class)) ?? [];
  const add = () => {
    const type = usable.find((each) => each.name === variable)?.type ?? "text", made = condition(variable, type, how, value);
    set(path, written.trim() ? `${written.trim()} AND ${made}` : made);
    setValue("");
  };
  return (
    <>
      <TextRow path={path} label={text("web.cond_label")} hint={text("web.cond_hint")} optional />
      {!readOnly && usable.length > 0 && (
        <fieldset className="condition">
          <legend className="form-hint">{text("web.cond_build")}</legend>
          <div><label className="form-label" htmlFor={`${id}-v`}>{text("web.variable")}</label>
            <select className="form-select" id={`${id}-v`} value={variable} onChange={(event) => setVariable(event.target.value)}>
              <option value="">–</option>
              {usable.map((each) => <option key={each.name} value={each.name}>{each.name}{own(each) && `: ${own(each).slice(0, 60)}`}</option>)}
            </select></div>
          <div><label className="form-label" htmlFor={`${id}-h`}>{text("web.cond_how")}</label>
            <select className="form-select" id={`${id}-h`} value={how} onChange={(event) => setHow(event.target.value as How)}>
              {ways.map((each) => <option key={each.how} value={each.how}>{each.words()}</option>)}
            </select></div>
          <div><label className="form-label" htmlFor={`${id}-x`}>{text("web.cond_value")}</label>
            <input className="form-input" id={`${id}-x`} value={value} onChange={(event) => setValue(event.target.value)} /></div>
          <button type="button" className="button button-secondary" disabled={variable === "" || value.trim() === ""} onClick={add}>{text("web.cond_add")}</button>
        </fieldset>
      )}
    </>
  );
}
