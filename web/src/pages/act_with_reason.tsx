// An act that asks for a reason: the words are kept until it succeeds, and without them the field says what is missing.
import { useState, type ReactNode } from "react";
import { Words } from "../form";
import { text } from "../text";
import { useDraft, type Doing } from "../use";

export interface ReasonedAct {
  button: string;
  kind?: "primary" | "secondary" | "warning";
  lacks?: boolean;  // something else than the reason
  run: (reason: string) => Promise<string | void>;  // gives what is said then
}
interface Props {
  id: string;     // of the field; the draft is kept under it too
  label: string; hint?: string;
  doing: Doing;   // of whoever shows what is said
  acts: ReasonedAct[];
  cancel?: () => void;
  before?: ReactNode;                                        // more fields
  after?: (button: (act: ReasonedAct) => ReactNode) => ReactNode;  // what leads to an act of the same reason
}

/** Whether a reason has been begun: then its place is shown open. */
export const useReason = (id: string) => useDraft(id, "");

export function ActWithReason({ id, label, hint, doing: { busy, act }, acts, cancel, before, after }: Props) {
  const [reason, setReason, drop] = useReason(id);
  const [missing, setMissing] = useState(false);
  const take = ({ run }: ReasonedAct) => {
    setMissing(!reason.trim());
    if (!reason.trim()) { document.getElementById(id)?.focus(); return; }
    void act(async () => {
      const said = await run(reason.trim());
      drop();
      return said;
    });
  };
  const button = (each: ReasonedAct) => (
    <button key={each.button} type="button" className={`button button-${each.kind ?? "primary"}`} disabled={busy || each.lacks} onClick={() => take(each)}>
      {busy ? text("web.saving") : each.button}
    </button>
  );
  return (
    <div className="doing">
      {before}
      <Words id={id} label={label} hint={hint} value={reason} error={missing && text("web.tab_needed")} onChange={(next) => { setMissing(false); setReason(next); }} />
      <div className="button-row">
        {acts.map(button)}
        {cancel && <button type="button" className="button button-secondary" onClick={cancel}>{text("web.home_cancel")}</button>}
      </div>
      {after?.(button)}
    </div>
  );
}
