// Lists as tables: sorted by any column, filtered by words, numbers to the right, an empty one says what would fill it. Where it stands is in the address.
import { useId, type ReactNode } from "react";
import { setQuery, useQuery } from "./address";
import { number, text } from "./text";

interface Column<Row> {
  key: string;
  words: string;
  value: (row: Row) => string | number | null;  // what it is sorted and filtered by
  cell?: (row: Row) => ReactNode;               // what is shown, when that is something else
  numeric?: boolean;
}

interface ListProps<Row> {
  name: string;            // in the address, of its page's own: "?name-sort=key"; the page's main list has none: "?sort=key"
  caption: string;
  columns: Column<Row>[];  // the first names the row
  rows: Row[];
  id: (row: Row) => string;
  empty: string;
  sort?: { key: string; descending?: boolean };
  filter?: boolean;
}

const rows_on_page = 100;

function compared(a: string | number | null, b: string | number | null) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
}

/** "key", "-key" for the other way round, as the address writes it. */
const written = (sort?: { key: string; descending?: boolean }) => (sort ? `${sort.descending ? "-" : ""}${sort.key}` : "");

/** How a list stands, by the address. */
function usePlace(name: string, keys: string[], first: string) {
  const query = useQuery();
  const at = (what: string) => (name ? `${name}-${what}` : what);
  const wanted = query.get(at("sort")) ?? "";
  const sort = keys.includes(wanted.replace(/^-/, "")) ? wanted : first;
  const by = sort.replace(/^-/, ""), descending = sort.startsWith("-");
  const choose = (key: string) => {
    const next = key === by && !descending ? `-${key}` : key;
    setQuery({ [at("sort")]: next === first ? "" : next, [at("page")]: "" }, { step: true });
  };
  return {
    by, descending, choose, words: query.get(at("q")) ?? "", page: Math.max(1, Number.parseInt(query.get(at("page")) ?? "1", 10) || 1),
    filter: (words: string) => setQuery({ [at("q")]: words, [at("page")]: "" }),
    turn: (page: number) => setQuery({ [at("page")]: page === 1 ? "" : String(page) }, { step: true }),
  };
}

function Pages({ page, pages, turn }: { page: number; pages: number; turn: (page: number) => void }) {
  if (pages <= 1) return null;
  return (
    <p className="pages">
      <button type="button" className="button button-secondary" disabled={page <= 1} onClick={() => turn(page - 1)}>{text("web.page_before")}</button>
      <span role="status">{text("web.page_of", { page: number(page), pages: number(pages) })}</span>
      <button type="button" className="button button-secondary" disabled={page >= pages} onClick={() => turn(page + 1)}>{text("web.page_after")}</button>
    </p>
  );
}

export function List<Row>({ name, caption, columns, rows, id, empty, sort, filter }: ListProps<Row>) {
  const place = usePlace(name, columns.map((each) => each.key), written(sort));
  const field = useId();
  if (rows.length === 0) return <p>{empty}</p>;
  const words = filter ? place.words.trim().toLowerCase() : "";
  const found = rows.filter((row) => words === "" || columns.some((column) => String(column.value(row) ?? "").toLowerCase().includes(words)));
  const column = columns.find((each) => each.key === place.by);
  if (column) found.sort((a, b) => (place.descending ? -1 : 1) * compared(column.value(a), column.value(b)));
  const pages = Math.ceil(found.length / rows_on_page), page = Math.min(place.page, Math.max(1, pages));
  const shown = found.slice((page - 1) * rows_on_page, page * rows_on_page);
  return (
    <>
      {filter && (
        <div className="form-group list-filter">
          <label className="form-label" htmlFor={field}>{text("web.list_filter")}</label>
          <input className="form-input" id={field} type="search" value={place.words} onChange={(event) => place.filter(event.target.value)} />
        </div>
      )}
      <div className="table--responsive-scroll">
        <table className="table table--borderless">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map((each) => (
                <th key={each.key} scope="col" className={each.numeric ? "number" : undefined}
                  aria-sort={each.key === place.by ? (place.descending ? "descending" : "ascending") : "none"}>
                  <button type="button" className="sort-button" onClick={() => place.choose(each.key)}>{each.words}</button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={id(row)}>
                {columns.map((each, at) => {
                  const content = each.cell ? each.cell(row) : each.value(row);
                  return at === 0 ? <th key={each.key} scope="row">{content}</th> : <td key={each.key} className={each.numeric ? "number" : undefined}>{content}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <p role="status">{text("web.list_nothing")}</p>}
      <Pages page={page} pages={pages} turn={place.turn} />
    </>
  );
}
