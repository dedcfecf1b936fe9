import { useEffect, useState } from "react";
import { get, type RegisterFreshness } from "./api";
import { day, number, text } from "./text";

type Column = "register" | "tables" | "rows" | "newest";
const columns: { key: Column; label: "web.register" | "web.tables" | "web.rows" | "web.newest"; numeric: boolean }[] = [
  { key: "register", label: "web.register", numeric: false },
  { key: "tables", label: "web.tables", numeric: true },
  { key: "rows", label: "web.rows", numeric: true },
  { key: "newest", label: "web.newest", numeric: false },
];

function ordered(rows: RegisterFreshness[], by: Column, descending: boolean) {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * ((a[by] ?? "") < (b[by] ?? "") ? -1 : (a[by] ?? "") > (b[by] ?? "") ? 1 : 0));
}

/** Registers, how many rows and how new; sorts by any column. */
export function FreshnessTable() {
  const [rows, setRows] = useState<RegisterFreshness[] | "unreachable" | null>(null);
  const [by, setBy] = useState<Column>("register");
  const [descending, setDescending] = useState(false);
  useEffect(() => {
    get<{ registers: RegisterFreshness[] }>("/api/v1/freshness").then((answer) => setRows(answer.registers), () => setRows("unreachable"));
  }, []);
  if (rows === null) return <p>{text("web.status_loading")}</p>;
  if (rows === "unreachable") return <p role="alert">{text("web.status_unreachable")}</p>;
  if (rows.length === 0) return <p>{text("web.no_deliveries")}</p>;
  const choose = (key: Column) => {
    setDescending(key === by ? !descending : false);
    setBy(key);
  };
  return (
    <div className="table--responsive-scroll">
      <table className="table table--borderless">
        <caption className="sr-only">{text("web.freshness_heading")}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.numeric ? "number" : undefined}
                aria-sort={column.key === by ? (descending ? "descending" : "ascending") : "none"}>
                <button type="button" className="sort-button" onClick={() => choose(column.key)}>{text(column.label)}</button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered(rows, by, descending).map((row) => (
            <tr key={row.register}>
              <th scope="row">{row.register}</th>
              <td className="number">{number(row.tables)}</td>
              <td className="number">{number(row.rows)}</td>
              <td>{row.newest ? day(row.newest) : text("web.never")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
