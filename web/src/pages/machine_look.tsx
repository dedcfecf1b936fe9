// What the machine says of the text as it is: how many persons it reaches, how recognisable they are, what is missing.
import { useEffect, useRef, useState } from "react";
import { send } from "../api";
import type { Checked, Remark } from "../shapes";
import { language, number as digits, own, text } from "../text";
import { useAct } from "../use";
import type { Doc } from "./document";

const weights = { blocks: () => text("web.look_blocks"), weigh: () => text("web.look_weigh"), note: () => "" };

const quiet_ms = 3000;
const spared = 10;  // of the questions that are answered in a month: the last are not spent unasked (0017)

/** Whom it is about, as far as somebody can be counted; "": nobody yet. */
function whom({ population }: Doc) {
  if (typeof population !== "object" || population === null || Array.isArray(population)) return "";
  const { description: _, numbers_from: __, ...criteria } = population as Record<string, unknown>;
  return /"table":"[^"]/.test(JSON.stringify(criteria)) ? JSON.stringify(criteria) : "";
}

/** `save` keeps what was typed: the machine reads what the service has. `doc`: what stands there now, and whether it is saved. */
export function MachineLook({ number, csrf, doc, isSaved, save }: { number: string; csrf: string; doc: Doc; isSaved: boolean; save: () => Promise<unknown> }) {
  const [counted, setCounted] = useState<Doc | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const asked = useRef(""), left = useRef<number | null>(null);
  const { busy, said, act } = useAct();
  const look = () => void act(async () => {
    asked.current = whom(doc);
    setChecked(null);
    setCounted(doc);
    await save();
    const told = await send("POST", `/api/v1/applications/${number}/check`, csrf);
    left.current = told.questions_left ?? left.current;
    setChecked(told);
  });
  const now = whom(doc);
  useEffect(() => {
    if (!isSaved || busy || now === "" || now === asked.current || (left.current !== null && left.current <= spared)) return;
    const timer = window.setTimeout(look, quiet_ms);
    return () => window.clearTimeout(timer);
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
          {gaps > 0 && <p><strong>{text(checked.looked_at_mirror ? "web.look_gaps_counted" : "web.look_gaps")}</strong></p>}
          {gaps === 0 && told.length === 0 && <p>{text("web.look_nothing")}</p>}
          <ul>
            {told.map((each, at) => (
              <li key={at}>
                {weights[each.severity]() && <strong>{weights[each.severity]()} </strong>}
                {each.place && <code>{each.place}</code>} {own(each)} <span className="form-hint">{language === "da" ? each.advice_da : each.advice_en}</span>
              </li>
            ))}
          </ul>
          {checked.questions_left !== null && <p className="form-hint">{text("web.look_left", { count: digits(checked.questions_left) })} {checked.questions_left <= spared && text("web.look_left_button")}</p>}
          {gaps === 0 && !checked.looked_at_mirror && <p>{text("web.look_no_mirror")}</p>}
        </div>
      )}
    </section>
  );
}
