// Deliveries that are held because they are unusual: why, and the operator's word on each.
import { send } from "../api";
import { Fold } from "../form";
import type { DeliveryLine } from "../shapes";
import { type PageProps } from "../signed";
import { language, moment, number, text } from "../text";
import { useAct } from "../use";
import { ActWithReason } from "./act_with_reason";

interface OfHeld { me: PageProps["me"]; again: () => Promise<void> }

function Held({ me, line, again }: OfHeld & { line: DeliveryLine }) {
  const { said, ...doing } = useAct();
  const decide = (step: "take" | "refuse") => async (reason: string) => {
    await send("POST", `/api/v1/deliveries/${line.delivery}/${step}`, me.csrf, { reason });
    await again();
  };
  return (
    <Fold summary={`${text("web.delivery_number")} ${number(line.delivery)}: ${line.table}`} open>
      <p>{moment(line.started)}, {number(line.rows_read)} {text("web.rows")}</p>
      <p>{text("web.delivery_why")}:</p>
      <ul>{line.unusual.map((each) => <li key={each[language]}>{each[language]}</li>)}</ul>
      {said}
      <ActWithReason id={`held-${line.delivery}`} label={text("web.delivery_reason")} doing={doing}
        acts={[{ button: text("web.delivery_take"), run: decide("take") }, { button: text("web.delivery_refuse"), kind: "secondary", run: decide("refuse") }]} />
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
