// What a security officer watches: breaches with deadlines, who is closed, second looks, failed logins; and reporting one.
import { List } from "../list";
import type { Breach, SecurityView } from "../shapes";
import { address, type PageProps } from "../signed";
import { day, moment, number, text, word } from "../text";
import { Looked, useLook } from "../use";
import { breachPath, Report } from "./report";
import { Retaining } from "./retaining";
import { routeWords } from "./reviews";
import { SelfTestShown } from "./self_test";

const ended = ["dismissed", "overturned", "lifted", "expired"];

/** The day that matters next in a case, and what it is. */
export function deadline(breach: Breach): { at: string; words: string } | null {
  if (breach.state === "hearing" && breach.answer_by) return { at: breach.answer_by, words: text("web.breach_answer_by", { day: day(breach.answer_by) }) };
  if (breach.state === "in_force" && breach.appeal_by) return { at: breach.appeal_by, words: text("web.breach_appeal_by", { day: day(breach.appeal_by) }) };
  return breach.until && !ended.includes(breach.state) ? { at: breach.until, words: text("web.breach_until", { day: day(breach.until) }) } : null;
}

export function reachWords(reach: string | null): string {
  const known: Record<string, () => string> = {
    none: () => text("web.reach_none"), user: () => text("web.reach_user"), project: () => text("web.reach_project"), institution: () => text("web.reach_institution"),
  };
  return known[reach ?? ""]?.() ?? "";
}

const columns = [
  { key: "case", words: text("web.breach_number"), value: (row: Breach) => row.case, cell: (row: Breach) => <a className="nowrap" href={breachPath(row.case)}>{row.case}</a> },
  { key: "state", words: text("web.state"), value: (row: Breach) => word(`sanction.state_${row.state}`) },
  { key: "deadline", words: text("web.breach_deadline"), value: (row: Breach) => deadline(row)?.at ?? null, cell: (row: Breach) => deadline(row)?.words ?? text("web.breach_no_deadline") },
  { key: "closed", words: text("web.breach_closed"), value: (row: Breach) => (row.reach && !ended.includes(row.state) ? reachWords(row.reach) : text("web.breach_nothing_closed")) },
  { key: "user", words: text("web.breach_user"), value: (row: Breach) => row.user },
  { key: "project", words: text("web.project"), value: (row: Breach) => row.project },
];

const scope = (name: string) => ({ user: text("web.scope_user"), project: text("web.project"), institution: text("web.scope_institution") } as Record<string, string>)[name] ?? name;

function Watched({ view, me, again }: { view: SecurityView; me: PageProps["me"]; again: () => Promise<void> }) {
  const now = Date.now();
  const current = view.periods.find((each) => Date.parse(each.first) <= now && now < Date.parse(each.last));  // the next one is there too
  return (
    <>
      <SelfTestShown test={view.self_test} />
      <h2>{text("web.security_closed")}</h2>
      <List name="closed" caption={text("web.security_closed")} rows={view.closed} id={(row) => `${row.scope}-${row.subject}-${row.case}`} empty={text("web.security_none_closed")} columns={[
        { key: "subject", words: text("web.security_who"), value: (row) => row.subject, cell: (row) => <>{scope(row.scope)} {row.subject}</> },
        { key: "case", words: text("web.breach_number"), value: (row) => row.case, cell: (row) => row.case.startsWith("B-") ? <a className="nowrap" href={breachPath(row.case)}>{row.case}</a> : <>{text(row.case.startsWith("P-") ? "web.pause" : "web.institution_left")}</> },
        { key: "began", words: text("web.security_since"), value: (row) => row.began, cell: (row) => moment(row.began) },
      ]} />
      <h2>{text("web.security_looks")}</h2>
      {current && <p>{text("web.security_period", { first: day(current.first), last: day(current.last) })}</p>}
      <List name="looks" caption={text("web.security_looks")} rows={view.drawn} id={(row) => row.release} empty={text("web.security_none_drawn")} columns={[
        { key: "release", words: text("web.review_number"), value: (row) => row.release, cell: (row) => <a className="nowrap" href={address(`/kontrol/${row.release}`, `/review/${row.release}`)}>{row.release}</a> },
        { key: "project", words: text("web.project"), value: (row) => row.project },
        { key: "at", words: text("web.security_drawn"), value: (row) => row.at, cell: (row) => moment(row.at) },
        { key: "state", words: text("web.state"), value: (row) => word(`release.state_${row.state}`) },
      ]} />
      {view.second_looks.length > 0 && (
        <><h3>{text("web.security_results")}</h3>
        <List name="results" caption={text("web.security_results")} rows={view.second_looks} id={(row) => row.route} empty="" columns={[
          { key: "route", words: text("web.review_route"), value: (row) => routeWords(row.route) },
          { key: "looked", words: text("web.security_looked"), value: (row) => row.looked, numeric: true },
          { key: "found", words: text("web.security_found"), value: (row) => row.found, numeric: true },
        ]} /></>
      )}
      <h2>{text("web.security_retained")}</h2>
      <List name="retained" caption={text("web.security_retained")} rows={view.retained} id={(row) => row.release} empty={text("web.security_none_retained")} columns={[
        { key: "release", words: text("web.review_number"), value: (row) => row.release },
        { key: "project", words: text("web.project"), value: (row) => row.project },
        { key: "since", words: text("web.security_retained_since"), value: (row) => row.since, cell: (row) => moment(row.since) },
        { key: "by", words: text("web.security_retained_by"), value: (row) => row.by },
        { key: "reason", words: text("web.security_retained_reason"), value: (row) => row.reason },
      ]} />
      <Retaining me={me} again={again} />
      <h2>{text("web.security_logins")}</h2>
      <p>{text("web.security_logins_lead", { days: number(view.login_days) })} {!view.logins_whole && <strong>{text("web.security_logins_cut")}</strong>}</p>
      <List name="logins" caption={text("web.security_logins")} rows={view.logins} id={(row) => row.day} empty={text("web.security_no_logins")} sort={{ key: "day", descending: true }} columns={[
        { key: "day", words: text("web.security_day"), value: (row) => row.day, cell: (row) => day(row.day) },
        { key: "failed", words: text("web.security_failed"), value: (row) => row.failed, cell: (row) => number(row.failed), numeric: true },
        { key: "refused", words: text("web.security_refused"), value: (row) => row.refused, cell: (row) => number(row.refused), numeric: true },
        { key: "opened", words: text("web.security_opened"), value: (row) => row.opened, cell: (row) => number(row.opened), numeric: true },
      ]} />
    </>
  );
}

function Watching({ me }: PageProps) {
  const look = useLook("/api/v1/security");
  return <Looked look={look}>{(found) => <Watched view={found} me={me} again={look.again} />}</Looked>;
}

export default function Security(props: PageProps) {
  const cases = useLook("/api/v1/breaches", { every: 60 });
  const officer = props.me.roles.includes("security");
  return (
    <>
      <Looked look={cases}>
        {(found) => {
          const open = found.breaches.filter((each) => !ended.includes(each.state));
          const over = found.breaches.filter((each) => ended.includes(each.state));
          return (
            <>
              <p className="standing">{open.length === 0 ? text("web.security_quiet") : text("web.security_open", { count: number(open.length) })}</p>
              <List name="cases" caption={text("web.security_cases")} columns={columns} rows={open} id={(row) => row.case} empty={text("web.security_no_cases")} sort={{ key: "deadline" }} filter={open.length > 5} />
              <Report me={props.me} summary={text("web.breach_report")} />
              {over.length > 0 && <><h2>{text("web.security_over")}</h2><List name="over" caption={text("web.security_over")} columns={columns} rows={over} id={(row) => row.case} empty="" /></>}
            </>
          );
        }}
      </Looked>
      {officer && <Watching {...props} />}
    </>
  );
}
