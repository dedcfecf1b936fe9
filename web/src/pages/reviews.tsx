// What waits for reviewers, with its clock.
import { List } from "../list";
import type { SecondLook, Waiting } from "../shapes";
import { address } from "../signed";
import { day, moment, number, text, word } from "../text";
import { Looked, useLook } from "../use";

export function routeWords(route: string) {
  const known: Record<string, string> = {
    warned_user: text("web.route_warned_user"), warned_institution: text("web.route_warned_institution"), sensitive: text("web.route_sensitive"),
    sensitive_doubt: text("web.route_sensitive_doubt"), ordinary: text("web.route_ordinary"), safe_table: text("web.route_safe_table"), trusted_table: text("web.route_trusted_table"),
  };
  return known[route] ?? route;
}

function left(days: number) {
  if (days < 0) return text("web.review_overdue", { days: number(-days) });
  return days === 0 ? text("web.review_today") : text("web.review_days", { days: number(days) });
}

const columns = [
  { key: "release", words: text("web.review_number"), value: (row: Waiting) => row.release,
    cell: (row: Waiting) => <a className="nowrap" href={address(`/kontrol/${row.release}`, `/review/${row.release}`)}>{row.release}</a> },
  { key: "left", words: text("web.review_left"), value: (row: Waiting) => row.days_left,
    cell: (row: Waiting) => <span className={row.days_left < 0 ? "late" : undefined} title={day(row.due)}>{left(row.days_left)}</span> },
  { key: "turn", words: text("web.review_turn"), value: (row: Waiting) => (row.voted && row.state !== "consolidating" ? text("web.review_voted") : text("web.review_yours")) },
  { key: "who", words: text("web.review_how_many"), value: (row: Waiting) => text(row.reviewers > 1 ? "web.review_two" : "web.review_one") },
  { key: "route", words: text("web.review_route"), value: (row: Waiting) => routeWords(row.route) },
  { key: "project", words: text("web.project"), value: (row: Waiting) => row.project, cell: (row: Waiting) => <span className="nowrap">{row.project}</span> },
  { key: "author", words: text("web.review_author"), value: (row: Waiting) => row.author },
  { key: "files", words: text("web.review_files"), value: (row: Waiting) => row.files, numeric: true },
  { key: "state", words: text("web.state"), value: (row: Waiting) => word(`release.state_${row.state}`) },
];

const looks = [
  { key: "release", words: text("web.review_number"), value: (row: SecondLook) => row.release,
    cell: (row: SecondLook) => <a className="nowrap" href={address(`/kontrol/${row.release}`, `/review/${row.release}`)}>{row.release}</a> },
  { key: "drawn", words: text("web.security_drawn"), value: (row: SecondLook) => row.drawn, cell: (row: SecondLook) => moment(row.drawn) },
  { key: "route", words: text("web.review_route"), value: (row: SecondLook) => routeWords(row.route) },
  { key: "project", words: text("web.project"), value: (row: SecondLook) => row.project, cell: (row: SecondLook) => <span className="nowrap">{row.project}</span> },
  { key: "author", words: text("web.review_author"), value: (row: SecondLook) => row.author },
  { key: "files", words: text("web.review_files"), value: (row: SecondLook) => row.files, numeric: true },
];

export default function Reviews() {
  const look = useLook("/api/v1/review", { every: 30 });
  return (
    <Looked look={look}>
      {(found) => {
        const next = found.queue.find((each) => !each.voted || each.state === "consolidating");
        const late = found.queue.filter((each) => each.days_left < 0).length;
        return (
          <>
            <p className="standing">
              {text("web.review_waiting", { count: number(found.queue.length) })} {late > 0 && <strong>{text("web.review_late", { count: number(late) })}</strong>}
              {" "}{text("web.review_target", { days: number(found.target_days) })}
              {" "}{found.median_days === null ? text("web.review_unmeasured") : text("web.review_median", { days: number(found.median_days) })}
            </p>
            {next && <p><a className="button button-primary" href={address(`/kontrol/${next.release}`, `/review/${next.release}`)}>{text("web.review_next", { release: next.release })}</a></p>}
            <List name="" caption={text("web.reviews_title")} columns={columns} rows={found.queue} id={(row) => row.release} empty={text("web.review_none")}
              sort={{ key: "left" }} filter={found.queue.length > 5} />
            <h2>{text("web.look_heading")}</h2>
            <p>{text("web.looks_lead")}</p>
            <List name="looks" caption={text("web.look_heading")} columns={looks} rows={found.second_looks} id={(row) => row.release} empty={text("web.looks_none")} sort={{ key: "drawn" }} />
          </>
        );
      }}
    </Looked>
  );
}
