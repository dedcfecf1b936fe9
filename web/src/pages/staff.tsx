// What the pages of reviewers, security officers and operators share.
import type { ReactNode } from "react";

/** A table or text that may be wider than its place: it scrolls by itself, and by keyboard. */
export function Scrolls({ label, children, tall }: { label: string; children: ReactNode; tall?: boolean }) {
  return <div className={tall ? "scrolls scrolls-tall" : "scrolls"} role="region" aria-label={label} tabIndex={0}>{children}</div>;
}

/** An x with its words. */
export function Tick({ id, checked, change, children }: { id: string; checked: boolean; change: (checked: boolean) => void; children: ReactNode }) {
  return (
    <div className="tick">
      <input className="form-checkbox" type="checkbox" id={id} checked={checked} onChange={(event) => change(event.target.checked)} />
      <label className="form-label" htmlFor={id}>{children}</label>
    </div>
  );
}
