// The project's tables and variables, as its analysts may use them: searched by name and by words, with who they are about and how new they are.
import { useState } from "react";
import { Fold } from "../form";
import type { DataTable, DataVariable, Project } from "../shapes";
import { day, moment, number as digits, own, text, word } from "../text";

const matches = (words: string[], ...texts: string[]) => {
  const all = texts.join(" ").toLowerCase();
  return words.every((word) => all.includes(word));
};

function Variables({ table, columns }: { table: DataTable; columns: DataVariable[] }) {
  return (
    <div className="table--responsive-scroll" tabIndex={0} role="region" aria-label={table.name}>
      <table className="table table--borderless">
        <caption className="sr-only">{table.name}</caption>
        <thead><tr>
          <th scope="col">{text("web.variable")}</th><th scope="col">{text("web.description")}</th>
          <th scope="col">{text("web.kind")}</th><th scope="col">{text("web.ws_last_used")}</th>
        </tr></thead>
        <tbody>
          {columns.map((each) => (
            <tr key={each.name}>
              <th scope="row"><code>{each.name}</code></th><td>{own(each)}</td><td>{word(`web.class.${each.class}`)}</td>
              <td>{each.last_used ? <time dateTime={each.last_used} title={moment(each.last_used)}>{day(each.last_used)}</time> : text("web.ws_never")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Documentation({ project }: { project: Project }) {
  const [asked, setAsked] = useState("");
  if (project.tables.length === 0) return <p>{text("web.ws_no_data")}</p>;
  const words = asked.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = project.tables.map((table) => ({
    table, columns: matches(words, table.name, table.da, table.en) ? table.columns : table.columns.filter((each) => matches(words, each.name, each.da, each.en, table.name)),
  })).filter(({ columns }) => columns.length > 0);
  const count = found.reduce((sum, { columns }) => sum + columns.length, 0);
  return (
    <>
      <div className="form-group">
        <label className="form-label" htmlFor="documentation-search">{text("web.ws_search")}</label>
        <input className="form-input" id="documentation-search" type="search" value={asked} autoComplete="off" onChange={(event) => setAsked(event.target.value)} />
      </div>
      <p role="status">{text("web.ws_found", { variables: digits(count), tables: digits(found.length) })}</p>
      {found.map(({ table, columns }) => (
        <Fold key={table.name} className="documentation" open={project.tables.length <= 3} forced={words.length > 0}
          summary={<><code>{table.name}</code> {own(table)} <span className="quiet">{table.delivered ? text("web.ws_delivered", { day: day(table.delivered) }) : ""}</span></>}>
          <Variables table={table} columns={columns} />
        </Fold>
      ))}
    </>
  );
}
