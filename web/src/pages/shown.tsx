// A file as a reviewer sees it: tables and texts as the scan read them, the findings marked where they are, and how it
// differs from the revision before.
import { Fragment, useMemo, useState } from "react";
import type { FileFinding, ShownFile, ShownPart } from "../shapes";
import { number, text } from "../text";
import { differences, firstDrawn } from "./differences";
import { Scrolls } from "./staff";

/** A finding and its number in the list of them. */
export interface Numbered { finding: FileFinding; place: number }

const rows_first = 200;  // that are drawn before somebody asks for all, and as many more that have changed
const separator = "\u001f";

function letters(column: number): string {
  return column > 26 ? letters(Math.floor((column - 1) / 26)) + letters(((column - 1) % 26) + 1) : String.fromCharCode(64 + column);
}

const belongs = (finding: FileFinding, part: ShownPart) => finding.row > 0 && (finding.sheet === part.name || (finding.sheet === "" && part.kind === "text"));

const whyWords = (why: string): string => ({
  too_large: text("web.shown_too_large"), kind: text("web.shown_kind"), picture: text("web.shown_picture"), unreadable: text("web.shown_unreadable"),
} as Record<string, string>)[why] ?? text("web.shown_unreadable");

const lines = (part: ShownPart) => (part.rows ?? []).map((row) => row.join(separator));

interface PartProps { part: ShownPart; before: ShownPart | undefined; findings: Numbered[]; file: number }

/** Numbers of the findings at a place, as links to the list. */
function Marks({ found, file }: { found: { place: number }[]; file: number }) {
  return <>{found.map(({ place }) => <sup key={place}><a href={`#finding-${file}-${place}`} aria-label={text("web.shown_finding", { number: number(place) })}>{place}</a></sup>)}</>;
}

function Rows({ part, before, findings, file }: PartProps) {
  const [all, setAll] = useState(false);
  const rows = part.rows ?? [];
  const mine = findings.filter(({ finding }) => belongs(finding, part));
  const changed = useMemo(() => (before ? differences(lines(before), lines(part)) : null), [before, part]);
  const columns = useMemo(() => (part.rows ?? []).reduce((most, row) => Math.max(most, row.length), 1), [part]);
  const drawn = firstDrawn(rows.length, all ? rows.length : rows_first, new Set(mine.map(({ finding }) => finding.row - part.first_row)), changed);
  const cell = (at: number, column: number, value: string) => {
    const here = mine.filter(({ finding }) => finding.row === at + part.first_row && (finding.column === column + 1 || (finding.column === 0 && column === 0)));
    const worst = here.some(({ finding }) => finding.severity === "block") ? "found found-block" : here.length > 0 ? "found" : undefined;
    return <td key={column} className={worst}>{here.length > 0 ? <mark>{value || "\u00a0"}</mark> : value}<Marks found={here} file={file} /></td>;
  };
  const goneRow = (at: number) => (changed?.gone.get(at) ?? []).map((line, which) => (
    <tr key={`gone-${at}-${which}`} className="gone"><th scope="row">−</th><td colSpan={columns}><del>{line.split(separator).join(" · ")}</del></td></tr>
  ));
  const leftOut = (which: number) => {  // before the row that is drawn at this place
    const count = (drawn[which] ?? rows.length) - (drawn[which - 1] ?? -1) - 1;
    return count > 0 && <tr className="left-out"><th scope="row">…</th><td colSpan={columns}>{text("web.shown_left_out", { rows: number(count) })}</td></tr>;
  };
  return (
    <>
      <Scrolls tall label={part.name || text("web.shown_content")}>
        <table className={part.kind === "text" ? "shown shown-text" : "shown"}>
          <caption className="sr-only">{part.name || text("web.shown_content")}</caption>
          {part.kind === "table" && (
            <thead><tr><th scope="col"><span className="sr-only">{text("web.shown_row")}</span></th>
              {Array.from({ length: columns }, (_, column) => <th key={column} scope="col">{part.letters ? letters(column + 1) : column + 1}</th>)}</tr></thead>
          )}
          <tbody>
            {drawn.map((at, which) => (
              <Fragment key={at}>
                {leftOut(which)}
                {goneRow(at)}
                <tr className={changed?.fresh[at] ? "fresh" : undefined}>
                  <th scope="row">{changed?.fresh[at] && <span className="sr-only">{text("web.shown_new")} </span>}{at + part.first_row}{changed?.fresh[at] && <span aria-hidden="true"> +</span>}</th>
                  {rows[at]!.map((value, column) => cell(at, column, value))}
                </tr>
              </Fragment>
            ))}
            {leftOut(drawn.length)}
            {goneRow(rows.length)}
          </tbody>
        </table>
      </Scrolls>
      {drawn.length < rows.length && (
        <p><button type="button" className="button button-secondary" onClick={() => setAll(true)}>{text("web.shown_all", { rows: number(rows.length) })}</button></p>
      )}
    </>
  );
}

export function Shown({ shown, before, findings }: { shown: ShownFile; before: ShownFile | null; findings: Numbered[] }) {
  if (shown.why) return <p className="alert-text"><strong>{whyWords(shown.why)}</strong></p>;
  return (
    <>
      {shown.cut && <p><strong>{text("web.shown_cut")}</strong></p>}
      {before && <p>{text("web.shown_compared")}</p>}
      {shown.parts.map((part, at) => (
        <div key={`${part.name}-${at}`}>
          {part.name && <h4>{part.name}</h4>}
          {part.kind === "picture"
            ? <img className="shown-picture" src={`data:image/png;base64,${part.png ?? ""}`} alt={text("web.shown_picture_alt", { name: shown.name })} />
            : <Rows part={part} before={before?.parts.find((each) => each.name === part.name && each.kind === part.kind)} findings={findings} file={shown.file} />}
        </div>
      ))}
    </>
  );
}
