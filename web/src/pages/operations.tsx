// Whether it runs; and what operators do with accounts.
import type { ReactNode } from "react";
import { List } from "../list";
import type { DeliveryLine, Disk, Fresh, OperationsView } from "../shapes";
import { type PageProps } from "../signed";
import { Programs } from "../status";
import { bytes, moment, number, text } from "../text";
import { Looked, useLook } from "../use";
import { Accounts } from "./accounts";
import { Holds } from "./holds";
import { Jobs } from "./jobs";
import { LedgerSearch } from "./ledger_search";
import { SelfTestShown } from "./self_test";
import { Settings } from "./settings";

const full_percent = 10; // less room than this is told as trouble

const statusWords = (status: string) => ({
  started: text("web.delivery_started"), ingested: text("web.delivery_ingested"), accepted: text("web.delivery_accepted"), refused: text("web.delivery_refused"),
  failed: text("web.delivery_failed"), held: text("web.delivery_held"), abandoned: text("web.delivery_abandoned"),
} as Record<string, string>)[status] ?? status;
const frequencyWords = (frequency: string) => ({
  daily: text("web.frequency_daily"), weekly: text("web.frequency_weekly"), monthly: text("web.frequency_monthly"), quarterly: text("web.frequency_quarterly"),
  yearly: text("web.frequency_yearly"), closed: text("web.frequency_closed"),
} as Record<string, string>)[frequency] ?? frequency;
const share = (disk: Disk) => (disk.bytes === 0 ? 0 : Math.round((100 * disk.free_bytes) / disk.bytes));

const heldOf = (view: OperationsView) => view.deliveries.filter((each) => each.status === "held");

/** What is wrong now, in one sentence each; nothing: it runs. */
function troubles(view: OperationsView): string[] {
  const stopped = view.programs.filter((each) => !each.running).map((each) => each.name);
  const late = view.freshness.filter((each) => each.late).length;
  const full = view.disks.filter((each) => share(each) < full_percent).flatMap((each) => each.folders);
  return [
    ...(stopped.length > 0 ? [text("web.trouble_stopped", { names: stopped.join(", ") })] : []),
    ...(late > 0 ? [text("web.trouble_late", { count: number(late) })] : []),
    ...(heldOf(view).length > 0 ? [text("web.trouble_holds", { count: number(heldOf(view).length) })] : []),
    ...(view.held.length > 0 ? [text("web.trouble_held", { names: view.held.join(", ") })] : []),
    ...(view.self_test && !view.self_test.held ? [text("web.trouble_self_test")] : []),
    ...(view.virus_scanner.state === "silent" ? [text("web.trouble_virus_scanner")] : []),
    ...(view.delayed.some((each) => each.told) ? [text("web.trouble_delayed", { names: view.delayed.filter((each) => each.told).map((each) => each.release).join(", ") })] : []),
    ...(full.length > 0 ? [text("web.trouble_full", { names: full.join(", ") })] : []),
  ];
}

const deliveries = [
  { key: "delivery", words: text("web.delivery_number"), value: (row: DeliveryLine) => row.delivery },
  { key: "table", words: text("web.delivery_table"), value: (row: DeliveryLine) => row.table },
  { key: "status", words: text("web.state"), value: (row: DeliveryLine) => statusWords(row.status) },
  { key: "started", words: text("web.delivery_begun"), value: (row: DeliveryLine) => row.started, cell: (row: DeliveryLine) => moment(row.started) },
  { key: "read", words: text("web.delivery_read"), value: (row: DeliveryLine) => row.rows_read, cell: (row: DeliveryLine) => number(row.rows_read), numeric: true },
  { key: "rejected", words: text("web.delivery_rejected"), value: (row: DeliveryLine) => row.rows_rejected, cell: (row: DeliveryLine) => number(row.rows_rejected), numeric: true },
];
const tables = [
  { key: "table", words: text("web.delivery_table"), value: (row: Fresh) => row.table },
  { key: "late", words: text("web.fresh_late"), value: (row: Fresh) => (row.late ? 0 : 1), cell: (row: Fresh) => (row.late ? <strong className="late">{text("web.fresh_is_late")}</strong> : text("web.fresh_in_time")) },
  { key: "days", words: text("web.fresh_days"), value: (row: Fresh) => row.days, cell: (row: Fresh) => (row.days === null ? text("web.never") : number(row.days)), numeric: true },
  { key: "allowed", words: text("web.fresh_allowed"), value: (row: Fresh) => row.days_allowed, cell: (row: Fresh) => (row.days_allowed === null ? "–" : number(row.days_allowed)), numeric: true },
  { key: "frequency", words: text("web.frequency"), value: (row: Fresh) => frequencyWords(row.frequency) },
  { key: "rows", words: text("web.rows"), value: (row: Fresh) => row.rows, cell: (row: Fresh) => number(row.rows), numeric: true },
];

/** When the ledger's files were last read whole, and what came of it. */
function verified(test: OperationsView["self_test"]) {
  const check = test?.checks.find((each) => each.name === "ledger");
  if (!test || !check) return text("web.operations_unverified");
  return check.outcome === "held" ? text("web.operations_verified", { at: moment(test.ended), records: number(check.tried) }) : <strong>{text("web.operations_verify_failed", { at: moment(test.ended) })}</strong>;
}

function Running({ view, act }: { view: OperationsView; act: ReactNode }) {
  const wrong = troubles(view);
  return (
    <>
      {wrong.length === 0 ? <p className="standing">{text("web.operations_well")}</p> : <div className="standing"><p><strong>{text("web.operations_wrong")}</strong></p><ul>{wrong.map((each) => <li key={each}>{each}</li>)}</ul></div>}
      {act}
      <h2 id="programs">{text("web.operations_programs")}</h2>
      <Programs programs={view.programs} />
      <dl className="facts">
        <dt>{text("web.operations_version")}</dt><dd>{view.version}</dd>
        <dt>{text("web.operations_sessions")}</dt><dd>{number(view.sessions)}</dd>
        <dt>{text("web.operations_closed")}</dt><dd>{number(view.closed)}</dd>
        <dt>{text("web.operations_held")}</dt><dd>{view.held.length === 0 ? text("web.operations_none") : view.held.join(", ")}</dd>
        <dt>{text("web.operations_delayed")}</dt>
        <dd>{view.delayed.length === 0 ? text("web.operations_none") : view.delayed.map((each) => text("web.operations_delayed_one", { release: each.release, to: each.recipient, at: moment(each.since), status: each.status })).join("; ")}</dd>
        <dt>{text("web.operations_virus_scanner")}</dt>
        <dd>{view.virus_scanner.state === "answers" ? view.virus_scanner.version : text(view.virus_scanner.state === "absent" ? "web.operations_virus_absent" : "web.operations_virus_silent")}</dd>
        <dt>{text("web.operations_ledger")}</dt><dd>{text("web.operations_ledger_size", { records: number(view.ledger.records), size: bytes(view.ledger.bytes) })}</dd>
        <dt>{text("web.operations_checkpoint")}</dt>
        <dd>{view.ledger.checkpoint_at ? text("web.operations_checkpoint_at", { records: number(view.ledger.checkpointed), at: moment(view.ledger.checkpoint_at) }) : text("web.operations_no_checkpoint")} {verified(view.self_test)} {text("web.operations_verify")}</dd>
      </dl>
      <SelfTestShown test={view.self_test} />
      <Jobs view={view} />
      <h2 id="deliveries">{text("web.operations_deliveries")}</h2>
      <List name="deliveries" caption={text("web.operations_deliveries")} columns={deliveries} rows={view.deliveries} id={(row) => String(row.delivery)} empty={text("web.operations_no_deliveries")} />
      <h2 id="freshness">{text("web.operations_freshness")}</h2>
      <List name="tables" caption={text("web.operations_freshness")} columns={tables} rows={view.freshness} id={(row) => row.table} empty={text("web.no_catalogue")} sort={{ key: "late" }} filter />
      <h2 id="disks">{text("web.operations_disks")}</h2>
      <List name="disks" caption={text("web.operations_disks")} rows={view.disks} id={(row) => row.folders.join()} empty="" columns={[
        { key: "folders", words: text("web.disk_folders"), value: (row) => row.folders.join(", ") },
        { key: "free", words: text("web.disk_free"), value: (row) => row.free_bytes, cell: (row) => bytes(row.free_bytes), numeric: true },
        { key: "share", words: text("web.disk_share"), value: share, cell: (row) => `${share(row)} %`, numeric: true },
        { key: "bytes", words: text("web.disk_size"), value: (row) => row.bytes, cell: (row) => bytes(row.bytes), numeric: true },
      ]} />
    </>
  );
}

function Overview(props: PageProps) {
  const look = useLook("/api/v1/operations", { every: (view) => (view && view.jobs.length > 0 ? 2 : 15) });
  return <Looked look={look}>{(view) => <Running view={view} act={<Holds held={heldOf(view)} me={props.me} again={look.again} />} />}</Looked>;
}

/** Security officers come here for the ledger alone. */
export default function Operations(props: PageProps) {
  const operator = props.me.roles.includes("operator");
  return (
    <>
      {operator && <><Overview {...props} /><Accounts {...props} /><Settings /></>}
      {(operator || props.me.roles.includes("security")) && <LedgerSearch />}
    </>
  );
}
