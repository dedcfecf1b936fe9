// Deliveries that are held because they are unusual: why, and the operator's word on each.
import { send } from "../api";
import { Fold, Words } from "../form";
import type { DeliveryDecided, DeliveryLine } from "../shapes";
import { type PageProps } from "../signed";
import { language, moment, number, text } from "../text";
import { useAct, useDraft } from "../use";

interface OfHeld { me: PageProps["me"]; again: () => Promise<void> }

function Held({ me, line, again }: OfHeld & { line: DeliveryLine }) {
  const [reason, setReason, drop] = useDraft(`held-${line.delivery}`, "");
  const { busy, said, act } = useAct();
  const decide = (step: "take" | "refuse") => act(async () => {
    await send<DeliveryDecided>("POST", `/api/v1/deliveries/${line.delivery}/${step}`, me.csrf, { reason });
    drop();
    await again();
  });
  const empty = reason.trim() === "";
  return (
    <Fold summary={`${text("web.delivery_number")} ${number(line.delivery)}: ${line.table}`} open>
      <p>{moment(line.started)}, {number(line.rows_read)} {text("web.rows")}</p>
      <p>{text("web.delivery_why")}:</p>
      <ul>{line.unusual.map((each) => <li key={each[language]}>{each[language]}</li>)}</ul>
      {said}
      <Words id={`held-${line.delivery}`} label={text("web.delivery_reason")} value={reason} onChange={setReason} />
      <div className="button-row">
        <button type="button" className="button button-primary" disabled={busy || empty} onClick={() => void decide("take")}>{text("web.delivery_take")}</button>
        <button type="button" className="button button-secondary" disabled={busy || empty} onClick={() => void decide("refuse")}>{text("web.delivery_refuse")}</button>
      </div>
    </Fold>
  );
}

export function Holds({ held, ...more }: OfHeld & { held: DeliveryLine[] }) {
  if (held.length === 0) return null;
  return (
    <section className="framed" aria-labelledby="holds">
      <h2 id="holds">{text("web.delivery_hold")}</h2>
      <p>{text("web.delivery_hold_lead")}</p>
      {held.map((line) => <Held key={line.delivery} line={line} {...more} />)}
    </section>
  );
}
