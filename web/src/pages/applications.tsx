// Mine: what is under way, and the way to begin.
import { sendText } from "../api";
import { List } from "../list";
import { address, type PageProps } from "../signed";
import { day, number, text } from "../text";
import { Looked, useAct, useLook } from "../use";
import type { Case } from "./case_types";
import { ball, daysWords, kindWords } from "./case_words";
import { StateTag } from "./state_tag";
import { emptyDocument } from "./document";

const where = (about: Case) => (about.state === "draft" ? address(`/ansoegning/${about.case}`, `/application/${about.case}`) : address(`/sag/${about.case}`, `/case/${about.case}`));

function Mine({ cases }: { cases: Case[] }) {
  return (
    <List name="" caption={text("web.applications_title")} rows={cases} id={(row) => row.case} empty={text("web.applications_none")} filter={cases.length > 8}
      sort={{ key: "changed", descending: true }}
      columns={[
        { key: "title", words: text("web.col_application"), value: (row) => row.title,
          cell: (row) => <><a href={where(row)}>{row.title || text("web.untitled")}</a><br /><small>{row.case}{row.kind !== "application" && ` · ${kindWords(row.kind)}`}</small></> },
        { key: "state", words: text("web.state"), value: (row) => row.state, cell: (row) => <StateTag state={row.state} /> },
        { key: "ball", words: text("web.col_ball"), value: (row) => ball(row.state) },
        { key: "left", words: text("web.col_days"), value: (row) => (row.submitted ? row.clock.days_left : null), cell: daysWords },
        { key: "changed", words: text("web.col_changed"), value: (row) => row.changed, cell: (row) => day(row.changed) },
      ]} />
  );
}

function QueueLine() {
  const { found } = useLook("/api/v1/queue");
  if (!found) return null;
  const { forecast } = found;
  const values = { waiting: number(found.waiting), target: number(found.target_days) };
  return <p>{forecast.median_days === null ? text("web.queue_unknown", values) : text("web.queue_known", { ...values, median: number(forecast.median_days), cases: number(forecast.cases) })}</p>;
}

export default function Applications({ me }: PageProps) {
  const look = useLook("/api/v1/applications");
  const { busy, said, act } = useAct();
  const begin = () => act(async () => {
    const { answer: made } = await sendText("POST", "/api/v1/applications", me.csrf, emptyDocument());
    location.href = address(`/ansoegning/${made.case}`, `/application/${made.case}`);
  });
  return (
    <>
      {me.roles.includes("applicant") && (
        <p><button type="button" className="button button-primary" disabled={busy} onClick={() => void begin()}>{busy ? text("web.saving") : text("web.applications_begin")}</button></p>
      )}
      {said}
      <QueueLine />
      <Looked look={look}>{({ cases }) => <Mine cases={cases} />}</Looked>
    </>
  );
}
