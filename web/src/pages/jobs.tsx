// What runs now and how far it is, by what is read or made of all there is; and how the last builds of projects' data ended.
import { List } from "../list";
import type { BuildLine, JobLine, OperationsView } from "../shapes";
import { bytes, moment, number, text } from "../text";

const kindWords = (kind: string) => ({ delivery: text("web.job_delivery"), build: text("web.job_build") } as Record<string, string>)[kind] ?? kind;
const steps: Record<string, () => string> = {
  "": () => text("web.job_begins"), waiting: () => text("web.job_waiting"), hashing: () => text("web.job_hashing"), reading: () => text("web.job_reading"),
  "finding bad rows": () => text("web.job_bad_rows"), done: () => text("web.job_done"), population: () => text("web.job_population"),
};
/** What it is at; of a build the table that it has just made. */
const stepWords = (step: string) => steps[step]?.() ?? (step.startsWith("checking ") ? text("web.job_checking") : text("web.job_table", { name: step }));

function Progress({ job }: { job: JobLine }) {
  const count = (value: number) => (job.unit === "bytes" ? bytes(value) : number(value));
  if (job.total === 0) return <>{text("web.job_unknown")}</>;
  const values = { done: count(job.done), total: count(job.total), percent: number(Math.floor((100 * job.done) / job.total)) };
  return (
    <>
      <progress className="job" value={job.done} max={job.total} aria-label={`${kindWords(job.kind)} ${job.subject}`} />
      <span>{text(job.unit === "bytes" ? "web.job_bytes_of" : "web.job_tables_of", values)}</span>
    </>
  );
}

const columns = [
  { key: "kind", words: text("web.job_what"), value: (row: JobLine) => `${kindWords(row.kind)} ${row.subject}` },
  { key: "progress", words: text("web.job_progress"), value: (row: JobLine) => (row.total === 0 ? null : row.done / row.total), cell: (row: JobLine) => <Progress job={row} /> },
  { key: "step", words: text("web.job_step"), value: (row: JobLine) => stepWords(row.step) },
  { key: "rows", words: text("web.rows"), value: (row: JobLine) => row.rows, cell: (row: JobLine) => number(row.rows), numeric: true },
  { key: "began", words: text("web.delivery_begun"), value: (row: JobLine) => row.began, cell: (row: JobLine) => moment(row.began) },
];

const stateWords = (row: BuildLine, jobs: JobLine[]) => {
  const runs = jobs.some((each) => each.kind === "build" && each.subject === row.project);
  if (row.state === "failed") return text("web.build_failed", { reason: row.reason });
  if (row.state === "done") return text("web.build_done");
  return text(runs ? "web.build_runs" : "web.build_stopped");
};
const seconds = (row: BuildLine) => (row.ended === null ? null : Math.round((new Date(row.ended).getTime() - new Date(row.started).getTime()) / 1000));

export function Jobs({ view }: { view: OperationsView }) {
  return (
    <>
      <h2 id="jobs">{text("web.jobs")}</h2>
      <List name="jobs" caption={text("web.jobs")} columns={columns} rows={view.jobs} id={(row) => `${row.kind}-${row.subject}-${row.began}`} empty={text("web.jobs_none")} />
      <h2 id="builds">{text("web.builds")}</h2>
      <List name="builds" caption={text("web.builds")} rows={view.builds} id={(row) => String(row.build)} empty={text("web.builds_none")} columns={[
        { key: "project", words: text("web.project"), value: (row) => row.project },
        { key: "state", words: text("web.state"), value: (row) => stateWords(row, view.jobs) },
        { key: "started", words: text("web.delivery_begun"), value: (row) => row.started, cell: (row) => moment(row.started) },
        { key: "seconds", words: text("web.build_seconds"), value: seconds, cell: (row) => { const took = seconds(row); return took === null ? "–" : number(took); }, numeric: true },
        { key: "persons", words: text("web.persons"), value: (row) => row.persons, cell: (row) => number(row.persons), numeric: true },
        { key: "rows", words: text("web.rows"), value: (row) => row.rows, cell: (row) => number(row.rows), numeric: true },
      ]} />
    </>
  );
}
