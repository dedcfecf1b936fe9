import { List } from "./list";
import { day, number, text } from "./text";
import { Looked, useLook } from "./use";

/** Registers, how many rows and how new; sorts by any column. */
export function FreshnessTable() {
  const look = useLook("/api/v1/freshness");
  if (look.error) return <p role="alert">{text("web.status_unreachable")}</p>;
  return (
    <Looked look={look}>
      {({ registers }) => (
        <List name="freshness" caption={text("web.freshness_heading")} rows={registers} id={(row) => row.register} empty={text("web.no_deliveries")} sort={{ key: "register" }} columns={[
          { key: "register", words: text("web.register"), value: (row) => row.register },
          { key: "tables", words: text("web.tables"), value: (row) => row.tables, cell: (row) => number(row.tables), numeric: true },
          { key: "rows", words: text("web.rows"), value: (row) => row.rows, cell: (row) => number(row.rows), numeric: true },
          { key: "newest", words: text("web.newest"), value: (row) => row.newest, cell: (row) => (row.newest ? day(row.newest) : text("web.never")) },
        ]} />
      )}
    </Looked>
  );
}
