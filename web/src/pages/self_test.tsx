// What the service's newest test of itself found: for security officers and operators.
import { List } from "../list";
import type { SelfTest } from "../shapes";
import { moment, number, text, word } from "../text";

type Check = SelfTest["checks"][number];

const columns = [
  { key: "name", words: text("web.self_test_part"), value: (row: Check) => word(`selftest.check_${row.name}`) },
  { key: "tried", words: text("web.self_test_tried"), value: (row: Check) => row.tried, cell: (row: Check) => number(row.tried), numeric: true },
  {
    key: "outcome", words: text("web.self_test_outcome"), value: (row: Check) => word(`selftest.outcome_${row.outcome}`),
    cell: (row: Check) => (row.outcome === "held" || row.outcome === "nothing" ? word(`selftest.outcome_${row.outcome}`) : <strong className="late">{word(`selftest.outcome_${row.outcome}`)}</strong>),
  },
  { key: "detail", words: text("web.self_test_detail"), value: (row: Check) => row.detail },
];

export function SelfTestShown({ test }: { test: SelfTest | null }) {
  return (
    <>
      <h2 id="self-test">{text("web.self_test_heading")}</h2>
      <p>{text("web.self_test_lead")}</p>
      {test === null ? <p>{text("web.self_test_never")} {text("web.self_test_how")}</p> : (
        <>
          <p>{test.held ? text("web.self_test_held", { day: moment(test.began) }) : <strong>{text("web.self_test_not_held", { day: moment(test.began) })}</strong>} {text("web.self_test_how")}</p>
          <List name="test" caption={text("web.self_test_heading")} columns={columns} rows={test.checks} id={(row) => row.name} empty="" />
        </>
      )}
    </>
  );
}
