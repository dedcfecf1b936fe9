// A safe table on the page: the numbers as rows and columns, why a cell is hidden, the chart, files to take.
import { useEffect, useRef, useState } from "react";
import { get } from "../api";
import { Fold } from "../form";
import type { Explained } from "../shapes";
import { language, moment, number as digits, text } from "../text";
import { sentence } from "../use";
import { api, type Cell, type SafeTable } from "./analyst";

const nothingYet = { place: "", told: null as Explained | string | null };

/** Why one cell is hidden: asked once for each, when it is pointed at, focused or pressed. */
function useExplanation(project: string, table: number) {
  const [shown, setShown] = useState(nothingYet);
  const known = useRef(new Map<string, Explained | string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wanted = useRef("");
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (place: string) => {
    clearTimeout(timer.current);
    wanted.current = place;
    const before = known.current.get(place);
    setShown({ place, told: before ?? null });
    if (before) return;
    const query = `cell=${encodeURIComponent(place)}&language=${language}`;
    timer.current = setTimeout(() => {
      get(api(project, `/tables/${table}/explain?${query}`))
        .catch(sentence)
        .then((told) => {
          if (typeof told !== "string") known.current.set(place, told);
          if (wanted.current === place) setShown({ place, told });
        });
    }, 150);  // not for each cell that the pointer passes
  };
  return { shown, ask };
}

function Why({ place, told }: typeof nothingYet) {
  return (
    <div className="why" role="status" id="why">
      {place === "" ? <p>{text("web.tab_why_hint")}</p> : told === null ? <p>{text("web.status_loading")}</p> : typeof told === "string" ? <p>{told}</p> : (
        <>
          <p><strong>{told.cell}</strong></p>
          <p>{told.reason}</p>
          {told.would_tell.length > 0 && <ul>{told.would_tell.map((each) => <li key={each}>{each}</li>)}</ul>}
          {told.published.length > 0 && (
            <><p>{text("web.tab_merge")}</p><ul>{told.published.map((each) => <li key={each}>{each}</li>)}</ul></>
          )}
        </>
      )}
    </div>
  );
}

// The last dimension becomes columns where there are two or more.
function laidOut(table: SafeTable) {
  const across = table.dimensions.length > 1 ? table.dimensions[table.dimensions.length - 1]! : null;
  const down = across ? table.dimensions.slice(0, -1) : table.dimensions;
  const label = (cell: Cell, names: string[]) => names.map((each) => String(cell[each]));
  const key = (labels: string[]) => labels.join("\u0000");
  const columns = across ? [...new Set(table.cells.map((cell) => String(cell[across])))] : [];
  const rows = new Map<string, { labels: string[]; cells: Map<string, Cell> }>();
  for (const cell of table.cells) {
    const labels = label(cell, down);
    if (!rows.has(key(labels))) rows.set(key(labels), { labels, cells: new Map() });
    rows.get(key(labels))!.cells.set(across ? String(cell[across]) : "", cell);
  }
  return { across, down, columns: across ? columns : [""], rows: [...rows.values()] };
}

const place = (table: SafeTable, cell: Cell) => table.dimensions.map((name) => `${name}=${cell[name]}`).join(",");

interface NumberProps { table: SafeTable; cell: Cell | undefined; figure: string; chosen: string; ask: (place: string) => void }

function Number({ table, cell, figure, chosen, ask }: NumberProps) {
  if (!cell) return <td className="number">–</td>;
  const value = cell[figure];
  if (cell.status === "open") return <td className="number">{typeof value === "number" ? digits(value) : "–"}</td>;
  const at = place(table, cell);
  return (
    <td className={at === chosen ? "number hidden-cell chosen" : "number hidden-cell"}>
      <button type="button" aria-controls="why" onClick={() => ask(at)} onFocus={() => ask(at)} onMouseEnter={() => ask(at)}>
        <span aria-hidden="true">…</span><span className="sr-only">{text("web.tab_hidden_cell", { cell: table.dimensions.map((name) => String(cell[name])).join(", ") })}</span>
      </button>
    </td>
  );
}

function Grid({ table, figure, chosen, ask }: { table: SafeTable; figure: string; chosen: string; ask: (place: string) => void }) {
  const { across, down, columns, rows } = laidOut(table);
  return (
    <div className="table--responsive-scroll" tabIndex={0} role="region" aria-label={table.title}>
      <table className="table safe-table">
        <caption>{table.title}{figure !== table.count && `: ${figure}`}</caption>
        <thead>
          {across && <tr>{down.map((each) => <td key={each} />)}<th scope="colgroup" colSpan={columns.length}>{across}</th></tr>}
          <tr>
            {down.map((each) => <th key={each} scope="col">{each}</th>)}
            {columns.map((each) => <th key={each} scope="col" className="number">{across ? each : figure}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.labels.join("\u0000")}>
              {row.labels.map((each, i) => <th key={down[i]} scope="row">{each}</th>)}
              {columns.map((each) => <Number key={each} table={table} cell={row.cells.get(each)} figure={figure} chosen={chosen} ask={ask} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Figures({ table, figure, choose }: { table: SafeTable; figure: string; choose: (figure: string) => void }) {
  if (table.figures.length === 0) return null;
  return (
    <fieldset className="figures"><legend className="form-label">{text("web.tab_numbers")}</legend>
      {[table.count, ...table.figures].map((each, i) => (
        <div className="form-group-radio" key={each}>
          <input className="form-radio" type="radio" name="figure" id={`figure-${i}`} checked={each === figure} onChange={() => choose(each)} />
          <label className="form-label" htmlFor={`figure-${i}`}>{each}</label>
        </div>
      ))}
    </fieldset>
  );
}

interface ShownProps { project: string; table: SafeTable; coarser?: () => void; busy: boolean }

export function Shown({ project, table, coarser, busy }: ShownProps) {
  const [figure, setFigure] = useState(table.figures[table.figures.length - 1] ?? table.count);
  const { shown, ask } = useExplanation(project, table.table);
  const file = (format: string) => `${api(project, `/tables/${table.table}`)}?format=${format}&language=${language}`;
  return (
    <>
      <p className="quiet">{text("web.tab_number", { table: digits(table.table), when: moment(table.asked), author: table.author })}</p>
      <Figures table={table} figure={figure} choose={setFigure} />
      <Grid table={table} figure={figure} chosen={shown.place} ask={ask} />
      {table.hidden > 0 && <p><strong>{text("web.ws_hidden_of", { hidden: digits(table.hidden), cells: digits(table.cells_in_all) })}</strong></p>}
      {table.hidden > 0 && <Why {...shown} />}
      {table.coarser && (
        <div className="alert alert-info"><div className="alert-body">
          <p className="alert-text">{text("web.tab_coarser", { how: table.coarser.ask, open: digits(table.coarser.open), hidden: digits(table.coarser.hidden) })}</p>
          {coarser && <button type="button" className="button button-secondary" disabled={busy} onClick={coarser}>{text("web.tab_coarser_button")}</button>}
        </div></div>
      )}
      <figure className="chart"><img src={file("svg")} alt={text("web.tab_chart", { title: table.title })} /></figure>
      <p className="button-row">
        <a className="button button-secondary" href={file("xlsx")} download>XLSX<span className="sr-only">: {table.title}</span></a>
        <a className="button button-secondary" href={file("csv")} download>CSV<span className="sr-only">: {table.title}</span></a>
      </p>
      <Fold summary={text("web.tab_notes")}><ul>{table.notes.map((each) => <li key={each}>{each}</li>)}</ul></Fold>
    </>
  );
}
