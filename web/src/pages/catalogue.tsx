// The catalogue in the browser: a table with its variables, tables by words, variables by words.
import { useEffect, useState } from "react";
import { get, Problem } from "../api";
import type { CataloguePage as Page, CatalogueTable as Table } from "../shapes";
import { number, own, text } from "../text";

const tables = new Map<string, Promise<Table | null>>();
export function tableNamed(name: string): Promise<Table | null> {
  const key = name.toLowerCase(), [register, ...rest] = name.split(".");
  if (!register || rest.length === 0) return Promise.resolve(null);
  const found = tables.get(key) ?? get(`/api/v1/catalogue/${encodeURIComponent(register)}/${encodeURIComponent(rest.join("."))}`).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 404) tables.delete(key);
    return null;
  });
  tables.set(key, found);
  return found;
}

/** The table of that name once it is known; null while it is not, or when there is none. */
export function useTable(name: string): Table | null {
  const [table, setTable] = useState<Table | null>(null);
  useEffect(() => {
    let wanted = true;
    setTable(null);
    const timer = setTimeout(() => void tableNamed(name).then((found) => { if (wanted) setTable(found); }), 200);
    return () => { wanted = false; clearTimeout(timer); };
  }, [name]);
  return table;
}

/** Variables with these words in them, a page at a time; asked a moment after the last letter. */
function useSearch(words: string, page = 1): Page | null {
  const [found, setFound] = useState<Page | null>(null);
  useEffect(() => {
    let wanted = true;
    if (words.trim() === "") { setFound(null); return undefined; }
    const timer = setTimeout(() => {
      get(`/api/v1/catalogue?q=${encodeURIComponent(words)}&page=${page}`).then((answer) => { if (wanted) setFound(answer); }, () => { if (wanted) setFound(null); });
    }, 300);
    return () => { wanted = false; clearTimeout(timer); };
  }, [words, page]);
  return found;
}

interface PickerProps { has: (table: string, variable: string) => boolean; add: (table: string, variable: string) => void; remove: (table: string, variable: string) => void; disabled: boolean }

/** Search, and an x for each variable that is wanted. */
export function Picker({ has, add, remove, disabled }: PickerProps) {
  const [words, setWords] = useState(""), [page, setPage] = useState(1);
  const found = useSearch(words, page);
  return (
    <div className="picker">
      <label className="form-label" htmlFor="picker-q">{text("web.search_label")}</label>
      <span className="form-hint" id="picker-hint">{text("web.picker_hint")}</span>
      <input className="form-input" id="picker-q" type="search" maxLength={100} value={words} disabled={disabled} aria-describedby="picker-hint"
        onChange={(event) => { setWords(event.target.value); setPage(1); }} />
      <p role="status">{found && (found.found === 0 ? text("web.search_none", { q: words }) : text("web.search_found", { q: words, found: number(found.found) }))}</p>
      {found && found.found > 0 && (
        <div className="table--responsive-scroll" tabIndex={0} role="region" aria-label={text("web.picker_found")}>
          <table className="table table--borderless table--compact">
            <caption className="sr-only">{text("web.picker_found")}</caption>
            <thead><tr><th scope="col">{text("web.picker_order")}</th><th scope="col">{text("web.variable")}</th><th scope="col">{text("web.table")}</th><th scope="col">{text("web.description")}</th></tr></thead>
            <tbody>
              {found.variables.map((each) => {
                const table = each.table!, id = `pick-${table}-${each.name}`.replace(/\W/g, "-");
                return (
                  <tr key={id}>
                    <td>{each.orderable
                      ? <div className="check"><input className="form-checkbox" type="checkbox" id={id} checked={has(table, each.name)} disabled={disabled} onChange={(event) => (event.target.checked ? add : remove)(table, each.name)} />
                          <label htmlFor={id}><span className="sr-only">{`${each.name}, ${table}`}</span></label></div>
                      : text("web.orderable_no")}</td>
                    <th scope="row"><code>{each.name}</code></th><td>{table}</td><td>{own(each)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {found && found.pages > 1 && (
        <p className="pages">
          <button type="button" className="button button-secondary" disabled={page <= 1} onClick={() => setPage(page - 1)}>{text("web.page_before")}</button>
          <span>{text("web.page_of", { page: number(page), pages: number(found.pages) })}</span>
          <button type="button" className="button button-secondary" disabled={page >= found.pages} onClick={() => setPage(page + 1)}>{text("web.page_after")}</button>
        </p>
      )}
    </div>
  );
}

/** Tables by words, for a field that offers them. */
export function TableOffers({ id, words }: { id: string; words: string }) {
  const found = useSearch(words);
  return <datalist id={id}>{[...new Set(found?.variables.map((each) => each.table))].map((table) => <option key={table} value={table} />)}</datalist>;
}
