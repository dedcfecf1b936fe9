// A file as a reviewer sees it: tables and texts as the scan read them, the findings marked where they are, and how it
// differs from the revision before.
import { useState } from "react";
import type { ShownFile, ShownPart } from "../shapes";
import { number, text } from "../text";
import { differences } from "./differences";
import { Scrolls } from "./staff";

export interface Finding {
  rule: string; severity: "note" | "review" | "block"; place: string; sheet: string; row: number; column: number; shape: string; detail: string; da: string; en: string;
}

const rows_first = 200;  // that are drawn before somebody asks for all
const separator = "\u001f";

function letters(column: number): string {
  return column > 26 ? letters(Math.floor((column - 1) / 26)) + letters(((column - 1) % 26) + 1) : String.fromCharCode(64 + column);
}

const belongs = (finding: Finding, part: ShownPart) => finding.row > 0 && (finding.sheet === part.name || (finding.sheet === "" && part.kind === "text"));

export const whyWords = (why: string): string => ({
  too_large: text("web.shown_too_large"), kind: text("web.shown_kind"), picture: text("web.shown_picture"), unreadable: text("web.shown_unreadable"),
} as Record<string, string>)[why] ?? text("web.shown_unreadable");

interface PartProps { part: ShownPart; before: ShownPart | undefined; findings: { finding: Finding; place: number }[]; file: number }

/** Numbers of the findings at a place, as links to the list. */
function Marks({ found, file }: { found: { place: number }[]; file: number }) {
  return <>{found.map(({ place }) => <sup key={place}><a href={`#finding-${file}-${place}`} aria-label={text("web.shown_finding", { number: number(place) })}>{place}</a></sup>)}</>;
}

function Rows({ part, before, findings, file }: PartProps) {
  const [all, setAll] = useState(false);
  const rows = part.rows ?? [];
  const mine = findings.filter(({ finding }) => belongs(finding, part));
  const marked = new Set(mine.map(({ finding }) => finding.row - part.first_row));
  const changed = before ? differences((before.rows ?? []).map((row) => row.join(separator)), rows.map((row) => row.join(separator))) : null;
  const drawn = rows.map((_, at) => at).filter((at) => all || at < rows_first || marked.has(at));
  const columns = Math.max(1, ...drawn.map((at) => rows[at]!.length));
  const cell = (at: number, column: number, value: string) => {
    const here = mine.filter(({ finding }) => finding.row === at + part.first_row && (finding.column === column + 1 || (finding.column === 0 && column === 0)));
    const worst = here.some(({ finding }) => finding.severity === "block") ? "found found-block" : here.length > 0 ? "found" : undefined;
    return <td key={column} className={worst}>{here.length > 0 ? <mark>{value || "\u00a0"}</mark> : value}<Marks found={here} file={file} /></td>;
  };
  const goneRow = (at: number) => (changed?.gone.get(at) ?? []).map((line, which) => (
    <tr key={`gone-${at}-${which}`} className="gone"><th scope="row">−</th><td colSpan={columns}><del>{line.split(separator).join(" · ")}</del></td></tr>
  ));
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
            {drawn.flatMap((at) => [
              ...goneRow(at),
              <tr key={at} className={changed?.fresh[at] ? "fresh" : undefined}>
                <th scope="row">{changed?.fresh[at] && <span className="sr-only">{text("web.shown_new")} </span>}{at + part.first_row}{changed?.fresh[at] && <span aria-hidden="true"> +</span>}</th>
                {rows[at]!.map((value, column) => cell(at, column, value))}
              </tr>,
            ])}
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

export function Shown({ shown, before, findings }: { shown: ShownFile; before: ShownFile | null; findings: { finding: Finding; place: number }[] }) {
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
