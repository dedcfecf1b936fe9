// What the machine says of the text as it is: how many persons it reaches, how recognisable they are, what is missing.
import { useState } from "react";
import { send } from "../api";
import type { Checked, Remark } from "../shapes";
import { language, own, text } from "../text";
import { useAct } from "../use";
import type { Doc } from "./document";

const weights = { blocks: () => text("web.look_blocks"), weigh: () => text("web.look_weigh"), note: () => "" };

/** `save` keeps what was typed: the machine reads what the service has. `doc`: what stands there now. */
export function MachineLook({ number, csrf, doc, save }: { number: string; csrf: string; doc: Doc; save: () => Promise<unknown> }) {
  const [counted, setCounted] = useState<Doc | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const { busy, said, act } = useAct();
  const look = () => void act(async () => {
    setChecked(null);
    setCounted(doc);
    await save();
    setChecked(await send("POST", `/api/v1/applications/${number}/check`, csrf));
  });
  const isGap = (each: Remark) => each.severity === "blocks" && each.place.startsWith(number);  // told at its field; nothing is counted before
  const told = checked?.remarks.filter((each) => !isGap(each)) ?? [], gaps = (checked?.remarks.length ?? 0) - told.length;
  return (
    <section className="machine-look" aria-labelledby="machine-look">
      <h3 id="machine-look">{text("web.look_title")}</h3>
      <p>{text("web.look_text")}</p>
      <button type="button" className="button button-secondary" disabled={busy} onClick={look}>{text("web.look_count")}</button>
      {busy && <p role="status">{text("web.look_busy")}</p>}
      {said}
      {checked && (
        <div role="status">
          {counted !== doc && <p><strong>{text("web.look_stale")}</strong></p>}
          {gaps > 0 && <p><strong>{text("web.look_gaps")}</strong></p>}
          {gaps === 0 && told.length === 0 && <p>{text("web.look_nothing")}</p>}
          <ul>
            {told.map((each, at) => (
              <li key={at}>
                {weights[each.severity]() && <strong>{weights[each.severity]()} </strong>}
                {each.place && <code>{each.place}</code>} {own(each)} <span className="form-hint">{language === "da" ? each.advice_da : each.advice_en}</span>
              </li>
            ))}
          </ul>
          {gaps === 0 && !checked.looked_at_mirror && <p>{text("web.look_no_mirror")}</p>}
        </div>
      )}
    </section>
  );
}
