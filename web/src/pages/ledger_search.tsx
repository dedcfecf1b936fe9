// Search in the ledger: who did what with what, newest first, a page at a time.
import { useState, type FormEvent } from "react";
import { get } from "../api";
import { Line } from "../form";
import type { LedgerPage } from "../shapes";
import { moment, text } from "../text";
import { useAct } from "../use";
import { Scrolls } from "./staff";

export function LedgerSearch() {
  const [typed, setTyped] = useState({ about: "", actor: "", action: "" });
  const [asked, setAsked] = useState("");
  const [page, setPage] = useState<LedgerPage | null>(null);
  const { busy, said, act } = useAct();
  const look = (query: string, before: string | null) => act(async () => {
    const found = await get(`/api/v1/ledger?${query}${before ? `&before=${before}` : ""}`);
    setPage(before && page ? { records: [...page.records, ...found.records], next: found.next } : found);
    setAsked(query);
  });
  const search = (event: FormEvent) => {
    event.preventDefault();
    void look(new URLSearchParams(Object.entries(typed).map(([name, value]) => [name, value.trim()])).toString(), null);
  };
  return (
    <>
      <h2 id="ledger">{text("web.ledger_title")}</h2>
      <p>{text("web.ledger_lead")}</p>
      <form onSubmit={search}>
        <div className="columns">
          <Line id="ledger-about" label={text("web.ledger_about")} hint={text("web.ledger_about_hint")} value={typed.about} onChange={(about) => setTyped({ ...typed, about })} />
          <Line id="ledger-actor" label={text("web.ledger_actor")} hint={text("web.ledger_actor_hint")} value={typed.actor} onChange={(actor) => setTyped({ ...typed, actor })} />
          <Line id="ledger-action" label={text("web.ledger_action")} hint={text("web.ledger_action_hint")} value={typed.action} onChange={(action) => setTyped({ ...typed, action })} />
        </div>
        <button type="submit" className="button button-secondary" disabled={busy}>{text("web.ledger_search")}</button>
      </form>
      {said}
      {page && page.records.length === 0 && <p role="status">{text("web.ledger_nothing")}</p>}
      {page && page.records.length > 0 && (
        <Scrolls label={text("web.ledger_title")}>
          <table className="table table--borderless">
            <caption className="sr-only">{text("web.ledger_title")}</caption>
            <thead><tr><th scope="col">{text("web.ledger_time")}</th><th scope="col">{text("web.ledger_actor")}</th><th scope="col">{text("web.ledger_action")}</th><th scope="col">{text("web.ledger_about")}</th><th scope="col">{text("web.ledger_facts")}</th></tr></thead>
            <tbody>
              {page.records.map((entry, at) => (
                <tr key={`${entry.time}-${at}`}><th scope="row"><time dateTime={entry.time} title={entry.time}>{moment(entry.time)}</time></th><td>{entry.actor}</td><td>{entry.action}</td><td>{entry.subject}</td>
                  <td className="ledger-facts">{Object.entries(entry.facts).map(([name, value]) => `${name}: ${value}`).join(" · ")}</td></tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      )}
      {page?.next && <div className="button-row"><button type="button" className="button button-secondary" disabled={busy} onClick={() => void look(asked, page.next)}>{text("web.ledger_more")}</button></div>}
    </>
  );
}
