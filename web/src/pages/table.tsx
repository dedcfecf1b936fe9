// A safe table: chosen on the left, shown on the right, sent home beneath. `?table=3` is one that was made before.
import { useEffect, useState } from "react";
import { get, Problem, send } from "../api";
import { Mistake } from "../form";
import type { PageProps } from "../signed";
import { language, text } from "../text";
import { Looked, useAct, useDraft, useLook } from "../use";
import { api, type Project, type SafeTable } from "./analyst";
import { ChoiceForm } from "./choice";
import { Back } from "./parts";
import { nothing, requestOf } from "./table_request";
import { SendTable } from "./table_send";
import { Shown } from "./table_shown";

const inAddress = () => new URLSearchParams(location.search).get("table");

/** The table of the address, and a way to another: going back in the browser goes back here too. */
function useTable(project: string) {
  const [table, setTable] = useState<SafeTable | null>(null);
  const [mistake, setMistake] = useState("");
  useEffect(() => {
    const look = () => {
      const number = inAddress();
      setMistake("");
      if (!number) { setTable(null); return; }
      get<SafeTable>(api(project, `/tables/${encodeURIComponent(number)}?language=${language}`))
        .then(setTable, (error: unknown) => { setTable(null); setMistake(error instanceof Problem ? error.message : text("web.failed")); });
    };
    look();
    addEventListener("popstate", look);
    return () => removeEventListener("popstate", look);
  }, [project]);
  const show = (made: SafeTable) => {
    history.pushState(null, "", `${location.pathname}?table=${made.table}`);
    setMistake("");
    setTable(made);
  };
  return { table, mistake, show };
}

function Page({ project, me }: { project: Project; me: PageProps["me"] }) {
  const [choice, change] = useDraft("choice", nothing);
  const { table, mistake, show } = useTable(project.project);
  const { busy, said, act } = useAct();
  const [asked, setAsked] = useState<Record<string, unknown> | null>(null);  // what the table on the page was made from
  const ask = (more: Record<string, unknown> = {}) => act(async () => {
    const body = more["coarsen"] && asked ? asked : requestOf(choice, project.tables.find((each) => each.name === choice.table));
    show(await send<SafeTable>("POST", api(project.project, `/tables?language=${language}`), me.csrf, { ...body, ...more }));
    setAsked(body);
  });
  return (
    <div className="beside">
      <section aria-labelledby="choose-heading">
        <h2 id="choose-heading">{text("web.tab_what")}</h2>
        <ChoiceForm project={project} choice={choice} change={change} busy={busy} ask={() => void ask()}>{said}</ChoiceForm>
      </section>
      <section aria-labelledby="shown-heading">
        <h2 id="shown-heading">{text("web.tab_safe")}</h2>
        {mistake && <Mistake>{mistake}</Mistake>}
        {busy && <p role="status">{text("web.tab_making_long")}</p>}
        {!table && !mistake && !busy && <p>{text("web.tab_empty")}</p>}
        {table && <Shown key={table.table} project={project.project} table={table} busy={busy} coarser={asked ? () => void ask({ coarsen: true }) : undefined} />}
        {table && <SendTable project={project} table={table.table} me={me} />}
      </section>
    </div>
  );
}

export default function Table({ number, me }: PageProps) {
  const look = useLook<Project>(api(number));
  return (
    <>
      <Back project={number} />
      <Looked look={look}>{(project) => (project.tables.length === 0 ? <p>{text("web.ws_no_data")}</p> : <Page project={project} me={me} />)}</Looked>
    </>
  );
}
