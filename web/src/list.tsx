// Lists as tables: sorted by any column, filtered by words, numbers to the right, an empty one says what would fill it.
import { useId, useState, type ReactNode } from "react";
import { text } from "./text";

interface Column<Row> {
  key: string;
  words: string;
  value: (row: Row) => string | number | null;  // what it is sorted and filtered by
  cell?: (row: Row) => ReactNode;               // what is shown, when that is something else
  numeric?: boolean;
}

interface ListProps<Row> {
  caption: string;
  columns: Column<Row>[];  // the first names the row
  rows: Row[];
  id: (row: Row) => string;
  empty: string;
  sort?: { key: string; descending?: boolean };
  filter?: boolean;
}

function compared(a: string | number | null, b: string | number | null) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
}

export function List<Row>({ caption, columns, rows, id, empty, sort, filter }: ListProps<Row>) {
  const [by, setBy] = useState(sort?.key ?? "");
  const [descending, setDescending] = useState(sort?.descending ?? false);
  const [words, setWords] = useState("");
  const field = useId();
  if (rows.length === 0) return <p>{empty}</p>;
  const wanted = words.trim().toLowerCase();
  const shown = rows.filter((row) => wanted === "" || columns.some((column) => String(column.value(row) ?? "").toLowerCase().includes(wanted)));
  const column = columns.find((each) => each.key === by);
  if (column) shown.sort((a, b) => (descending ? -1 : 1) * compared(column.value(a), column.value(b)));
  const choose = (key: string) => { setDescending(key === by ? !descending : false); setBy(key); };
  return (
    <>
      {filter && (
        <div className="form-group">
          <label className="form-label" htmlFor={field}>{text("web.list_filter")}</label>
          <input className="form-input" id={field} type="search" value={words} onChange={(event) => setWords(event.target.value)} />
        </div>
      )}
      <div className="table--responsive-scroll">
        <table className="table table--borderless">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map((each) => (
                <th key={each.key} scope="col" className={each.numeric ? "number" : undefined}
                  aria-sort={each.key === by ? (descending ? "descending" : "ascending") : "none"}>
                  <button type="button" className="sort-button" onClick={() => choose(each.key)}>{each.words}</button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={id(row)}>
                {columns.map((each, place) => {
                  const content = each.cell ? each.cell(row) : each.value(row);
                  return place === 0 ? <th key={each.key} scope="row">{content}</th> : <td key={each.key} className={each.numeric ? "number" : undefined}>{content}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && <p role="status">{text("web.list_nothing")}</p>}
    </>
  );
}
