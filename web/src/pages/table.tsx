// A safe table: chosen on the left, shown on the right, sent home beneath. `?table=3` is one that was made before.
import { useEffect, useRef, useState } from "react";
import { get, send } from "../api";
import { Mistake } from "../form";
import type { Project, TableAsked } from "../shapes";
import type { PageProps } from "../signed";
import { language, moment, number as digits, text } from "../text";
import { Looked, sentence, useAct, useDraft, useLook } from "../use";
import { api, type SafeTable } from "./analyst";
import { ChoiceForm } from "./choice";
import { Back } from "./parts";
import { nothing, requestOf } from "./table_request";
import { SendTable } from "./table_send";
import { Shown } from "./table_shown";

const inAddress = () => new URLSearchParams(location.search).get("table");

/** The table of the address, and a way to another: going back in the browser goes back here too. What was asked for last is shown, whatever answers last. */
function useTable(project: string) {
  const [table, setTable] = useState<SafeTable | null>(null);
  const [mistake, setMistake] = useState("");
  const newest = useRef(0);
  const put = (turn: number, found: SafeTable | null, wrong = "") => {
    if (turn !== newest.current) return;
    setTable(found);
    setMistake(wrong);
  };
  useEffect(() => {
    const look = () => {
      const number = inAddress(), turn = ++newest.current;
      setMistake("");
      if (!number) { put(turn, null); return; }
      get(api(project, `/tables/${encodeURIComponent(number)}?language=${language}`))
        .then((found) => put(turn, found as SafeTable), (error: unknown) => put(turn, null, sentence(error)));
    };
    look();
    addEventListener("popstate", look);
    return () => { newest.current += 1; removeEventListener("popstate", look); };
  }, [project]);
  /** Makes one and shows it, unless the reader has gone to another meanwhile. */
  const make = async (ask: () => Promise<SafeTable>): Promise<{ made: SafeTable; isShown: boolean }> => {
    const turn = newest.current;
    const made = await ask();
    if (turn !== newest.current) return { made, isShown: false };
    put(++newest.current, made);
    history.pushState(null, "", `${location.pathname}?table=${made.table}`);
    return { made, isShown: true };
  };
  return { table, mistake, make };
}

function Page({ project, me }: { project: Project; me: PageProps["me"] }) {
  const [choice, change] = useDraft("choice", nothing);
  const { table, mistake, make } = useTable(project.project);
  const { busy, said, act } = useAct();
  const asked = useRef(new Map<number, TableAsked>());  // what the tables of this page were made from, by their number
  const ask = (body: TableAsked, more: Record<string, unknown> = {}) => act(async () => {
    const { made, isShown } = await make(() => send("POST", api(project.project, `/tables?language=${language}`), me.csrf, { ...body, ...more }) as Promise<SafeTable>);
    asked.current.set(made.table, body);
    return isShown ? undefined : text("web.tab_number", { table: digits(made.table), when: moment(made.asked), author: made.author });
  });
  const before = table ? asked.current.get(table.table) : undefined;
  return (
    <div className="beside">
      <section aria-labelledby="choose-heading">
        <h2 id="choose-heading">{text("web.tab_what")}</h2>
        <ChoiceForm project={project} choice={choice} change={change} busy={busy} ask={() => void ask(requestOf(choice, project.tables.find((each) => each.name === choice.table)))}>{said}</ChoiceForm>
      </section>
      <section aria-labelledby="shown-heading">
        <h2 id="shown-heading">{text("web.tab_safe")}</h2>
        {mistake && <Mistake>{mistake}</Mistake>}
        {busy && <p role="status">{text("web.tab_making_long")}</p>}
        {!table && !mistake && !busy && <p>{text("web.tab_empty")}</p>}
        {table && <Shown key={table.table} project={project.project} table={table} busy={busy} coarser={before && (() => void ask(before, { coarsen: true }))} />}
        {table && <SendTable key={`send-${table.table}`} project={project} table={table.table} me={me} />}
      </section>
    </div>
  );
}

export default function Table({ number, me }: PageProps) {
  const look = useLook(api(number));
  return (
    <>
      <Back project={number} />
      <Looked look={look}>{(project) => (project.tables.length === 0 ? <p>{text("web.ws_no_data")}</p> : <Page project={project} me={me} />)}</Looked>
    </>
  );
}
