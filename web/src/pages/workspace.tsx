// What do you want today? How new the data are, the next steps, what became of the last ones, who is on, and the data's own documentation.
import { List } from "../list";
import type { Project, ReleaseView, Releases, TableLine } from "../shapes";
import type { PageProps } from "../signed";
import { bytes, day, moment, number as digits, text } from "../text";
import { Looked, useLook } from "../use";
import { api, page } from "./analyst";
import { Documentation } from "./documentation";
import { Age, fate, files, stateOf } from "./parts";
import { Report } from "./report";

const shown = 10;

/** New data are on their way: how far they are, in tables. */
function Building({ done, total }: { done: number; total: number }) {
  return (
    <>
      <progress className="job" value={done} max={total} aria-label={text("web.ws_building")} />
      <span role="status">{text("web.ws_building_of", { done: digits(done), total: digits(total) })}</span>
    </>
  );
}

function Facts({ project }: { project: Project }) {
  const { quota } = project;
  return (
    <dl className="facts">
      <dt>{text("web.state")}</dt><dd>{stateOf(project)}, {text("web.ws_valid", { from: day(project.valid_from), to: day(project.valid_to) })}</dd>
      <dt>{text("web.ws_data")}</dt>
      <dd>{project.version > 0 ? <>{text("web.ws_version", { version: digits(project.version) })}, <Age of={project.built} /></> : text("web.project_unbuilt")}
        {project.building && <Building {...project.building} />}</dd>
      <dt>{text("web.authority")}</dt><dd>{project.authority}</dd>
      <dt>{text("web.ws_members")}</dt><dd>{project.members.join(", ")}</dd>
      <dt>{text("web.ws_on")}</dt>
      <dd>{project.sessions.length === 0 ? text("web.ws_nobody_on")
        : project.sessions.map((each) => text("web.ws_on_since", { user: each.user, since: moment(each.started) })).join("; ")}</dd>
      <dt>{text("web.ws_quota")}</dt>
      <dd>{text("web.ws_quota_text", { open: digits(quota.sessions_open), max: digits(quota.sessions_max), bytes: bytes(quota.file_bytes_max) })}</dd>
    </dl>
  );
}

// The newest request that a table was sent with.
const sentAs = (table: number, releases: ReleaseView[]) => releases.find((release) => release.files.some((file) => file.safe_table === table));

function Tables({ number, tables, releases }: { number: string; tables: TableLine[]; releases: ReleaseView[] }) {
  const became = (line: TableLine) => {
    const sent = sentAs(line.table, releases);
    return line.recalled ? text("web.ws_recalled") : sent ? text("web.ws_table_sent", { state: fate(sent), to: sent.recipient }) : text("web.ws_table_here");
  };
  return (
    <List name="tables" caption={text("web.ws_tables")} rows={tables.slice(-shown)} id={(line) => String(line.table)} empty={text("web.ws_no_tables")}
      sort={{ key: "asked", descending: true }}
      columns={[
        { key: "title", words: text("web.table"), value: (line) => line.title, cell: (line) => <a href={page.table(number, line.table)}>{line.title}</a> },
        { key: "asked", words: text("web.ws_made"), value: (line) => line.asked, cell: (line) => moment(line.asked) },
        { key: "author", words: text("web.ws_by"), value: (line) => line.author },
        { key: "hidden", words: text("web.ws_hidden"), value: (line) => line.hidden, cell: (line) => text("web.ws_hidden_of", { hidden: digits(line.hidden), cells: digits(line.cells) }), numeric: true },
        { key: "fate", words: text("web.ws_fate"), value: became },
      ]} />
  );
}

function Sent({ releases }: { releases: ReleaseView[] }) {
  return (
    <List name="files" caption={text("web.ws_files")} rows={releases.slice(0, shown)} id={(each) => each.release} empty={text("web.ws_no_files")}
      sort={{ key: "changed", descending: true }}
      columns={[
        { key: "files", words: text("web.ws_file"), value: files },
        { key: "to", words: text("web.home_to"), value: (each) => each.recipient },
        { key: "changed", words: text("web.ws_changed"), value: (each) => each.changed, cell: (each) => moment(each.changed) },
        { key: "author", words: text("web.ws_by"), value: (each) => each.author },
        { key: "fate", words: text("web.ws_fate"), value: fate },
      ]} />
  );
}

export default function Workspace({ number, me }: PageProps) {
  const project = useLook(api(number), { every: (found) => (found?.building ? 2 : 60) });
  const desktop = useLook(api(number, "/desktop"));
  const tables = useLook(api(number, "/tables"));
  const releases = useLook(`/api/v1/releases?project=${encodeURIComponent(number)}`, { every: 30 });
  return (
    <Looked look={project}>
      {(found) => (
        <>
          <p className="workspace-name">{found.title}</p>
          {found.state === "running" && (
            <p className="button-row">
              <a className="button button-primary" href={page.table(number)}>{text("web.ws_new_table")}</a>
              {desktop.found?.offered && <a className="button button-secondary" href={page.desktop(number)}>{text("web.ws_desktop")}</a>}
              <a className="button button-secondary" href={page.send(number)}>{text("web.ws_send")}</a>
            </p>
          )}
          <Facts project={found} />
          <p>{text("web.ws_session")} <code>fvm session {number}</code></p>
          <h2>{text("web.ws_tables")}</h2>
          <Looked look={tables}>
            {(list) => <Tables number={number} tables={list.tables} releases={of(releases.found, number)} />}
          </Looked>
          <h2>{text("web.ws_files")}</h2>
          <Looked look={releases}>{() => <Sent releases={of(releases.found, number)} />}</Looked>
          <Report me={me} summary={text("web.report_mistake")} user={me.user} project={number} />
          <h2>{text("web.ws_documentation")}</h2>
          <Documentation project={found} />
        </>
      )}
    </Looked>
  );
}

const of = (found: Releases | null, number: string) =>
  (found?.releases ?? []).filter((each) => each.project === number).sort((a, b) => b.created.localeCompare(a.created));
