// The order sheet as a workbook: fetched, filled in elsewhere, and read back into the application.
import { useId, useState } from "react";
import { upload } from "../api";
import { Fold } from "../form";
import type { OrderedVariable, OrderRead } from "../shapes";
import { own, text } from "../text";
import { useAct } from "../use";

const counted = (read: OrderRead) => ({ variables: String(read.variables.length), tables: String(new Set(read.variables.map((each) => each.table)).size) });

/** `add` puts the variables into the text; what is there already stays. */
export function OrderSheet({ csrf, add }: { csrf: string; add: (variables: OrderedVariable[]) => Promise<void> }) {
  const [read, setRead] = useState<OrderRead | null>(null);
  const { busy, said, act } = useAct(), id = useId();
  const choose = (file: File | undefined) => file && void act(async () => {
    setRead(null);
    setRead(await upload(`/api/v1/order-sheet?name=${encodeURIComponent(file.name)}`, csrf, file));
  });
  return (
    <Fold className="more" summary={text("web.order_sheet")}>
      <p>{text("web.order_sheet_text")} <a href="/api/v1/catalogue/order-sheet" download>{text("web.order_sheet_empty")}</a></p>
      <div className="form-group">
        <label className="form-label" htmlFor={id}>{text("web.order_sheet_file")}</label>
        <input id={id} type="file" accept=".xlsx,.csv,.tsv" disabled={busy} onChange={(event) => choose(event.target.files?.[0])} />
      </div>
      {busy && <p role="status">{text("web.order_sheet_reading")}</p>}
      {said}
      {read && (
        <div className="order-read">
          <p role="status">{text("web.order_sheet_read", counted(read))}</p>
          {read.remarks.length > 0 && <ul>{read.remarks.map((each, at) => <li key={at}>{each.blocks && <strong>{text("web.order_sheet_left_out")} </strong>}{own(each)}</li>)}</ul>}
          {read.variables.length > 0 && (
            <button type="button" className="button button-secondary" disabled={busy}
              onClick={() => void act(async () => { await add(read.variables); setRead(null); return text("web.order_sheet_added", counted(read)); })}>
              {text("web.order_sheet_add")}
            </button>
          )}
        </div>
      )}
    </Fold>
  );
}
