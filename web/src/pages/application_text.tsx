// An application to read: the form as questions and answers, what is ordered as a table.
import type { DataWords } from "../shapes";
import { day, text } from "../text";
import { dateAt, namesAt, same, tablesAt, textAt, valueAt, type Doc } from "./document";

const person = (doc: Doc, path: string) => [textAt(doc, `${path}.name`), textAt(doc, `${path}.email`), textAt(doc, `${path}.account`)].filter(Boolean).join(", ");
const days = (doc: Doc, path: string) => { const from = dateAt(doc, `${path}.from`), to = dateAt(doc, `${path}.to`); return from && to ? text("web.from_to", { from: day(from), to: day(to) }) : ""; };

function criterion(each: Doc): string {
  const least = Number(valueAt(each, "at_least") ?? 1);
  return `${textAt(each, "table")}${textAt(each, "where") && `: ${textAt(each, "where")}`}${least > 1 ? ` (${text("web.pop_times", { count: String(least) })})` : ""}`;
}

/** In the words of the specification; as it was typed where that cannot be read yet. */
function Population({ doc, words }: { doc: Doc; words?: DataWords }) {
  return (
    <>
      <p className="words">{textAt(doc, "population.description")}</p>
      {words ? <ul className="population-words">{words.population.map((each) => <li key={each}>{each}</li>)}</ul> : <Typed doc={doc} />}
    </>
  );
}

function Typed({ doc }: { doc: Doc }) {
  const lists: [string, string][] = [["any", text("web.pop_any")], ["all", text("web.pop_all")], ["none", text("web.pop_none")]];
  const others = Object.keys((valueAt(doc, "population") ?? {}) as Doc).filter((key) => !["description", "any", "all", "none"].includes(key));
  return (
    <>
      {lists.map(([key, words]) => { const all = tablesAt(doc, `population.${key}`); return all.length > 0 && <div key={key}><p>{words}:</p><ul>{all.map((each, at) => <li key={at}>{criterion(each)}</li>)}</ul></div>; })}
      {others.length > 0 && <p>{text("web.pop_others_read", { names: others.join(", ") })}</p>}
    </>
  );
}

export function ApplicationText({ doc, words }: { doc: Doc; words?: DataWords }) {
  const rows: [string, string][] = [
    [text("web.f_task"), textAt(doc, "application.task")], [text("web.f_purpose"), textAt(doc, "application.purpose")], [text("web.f_legal_basis"), textAt(doc, "application.legal_basis")],
    [text("web.f_necessity"), textAt(doc, "application.necessity")], [text("web.f_place"), textAt(doc, "application.place")], [text("web.f_period"), days(doc, "application.period")],
    [text("web.authority"), ["name", "cvr", "unit"].map((each) => textAt(doc, `application.authority.${each}`)).filter(Boolean).join(", ")],
    [text("web.f_applicant"), person(doc, "application.applicant")], [text("web.f_contact"), person(doc, "application.contact")], [text("web.f_signatory"), person(doc, "application.signatory")],
    [text("web.f_users"), tablesAt(doc, "application.users").map((_, at) => person(doc, `application.users.${at}`)).join("\n")],
    [text("web.f_payer"), ["name", "ean", "reference"].map((each) => textAt(doc, `application.payer.${each}`)).filter(Boolean).join(", ")],
    [text("web.f_own_data"), tablesAt(doc, "own_data").map((each) => `${textAt(each, "table")}: ${textAt(each, "description")}`).join("\n")],
  ];
  return (
    <>
      <dl className="answers">{rows.filter(([, answer]) => answer).map(([question, answer]) => <div key={question}><dt>{question}</dt><dd className="words">{answer}</dd></div>)}</dl>
      <h3>{text("web.app_population")}</h3>
      <Population doc={doc} words={words} />
    </>
  );
}

export function OrderTable({ doc, words }: { doc: Doc; words?: DataWords }) {
  const rows = [...tablesAt(doc, "grant"), ...tablesAt(doc, "order")];
  const told = (table: string) => words?.tables.find((each) => same(each.table, table))?.rows;
  const typed = (each: Doc) => [days(each, "period") && `${textAt(each, "period.variable")}: ${days(each, "period")}`, textAt(each, "where")].filter(Boolean);
  return (
    <div className="table--responsive-scroll" tabIndex={0} role="region" aria-labelledby="order-title">
      <table className="table table--borderless">
        <caption className="sr-only">{text("web.case_order")}</caption>
        <thead><tr><th scope="col">{text("web.table")}</th><th scope="col">{text("web.variables")}</th><th scope="col">{text("web.order_rows")}</th><th scope="col">{text("web.grant_reason")}</th></tr></thead>
        <tbody>
          {rows.map((each, at) => (
            <tr key={at}><th scope="row">{textAt(each, "table")}</th><td>{namesAt(each, "variables").join(", ")}</td>
              <td>{(told(textAt(each, "table")) ?? typed(each)).map((line) => <p key={line}>{line}</p>)}</td><td className="words">{textAt(each, "reason")}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
