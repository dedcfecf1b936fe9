// What the pages of reviewers, security officers and operators share.
import type { ReactNode } from "react";
import { text } from "../text";

export type Key = Parameters<typeof text>[0];

/** The text of a key that is put together; the key itself, so that nothing is hidden, when there is none. */
export const word = (key: string) => text(key as Key);

/** A table or text that may be wider than its place: it scrolls by itself, and by keyboard. */
export function Scrolls({ label, children, tall }: { label: string; children: ReactNode; tall?: boolean }) {
  return <div className={tall ? "scrolls scrolls-tall" : "scrolls"} role="region" aria-label={label} tabIndex={0}>{children}</div>;
}

interface WordsProps { id: string; label: string; hint?: string; value: string; rows?: number; error?: string; onChange: (value: string) => void }

export function Words({ id, label, hint, value, rows = 3, error, onChange }: WordsProps) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={error ? "form-group form-error" : "form-group"}>
      <label className="form-label" htmlFor={id}>{label}</label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span className="form-error-message" id={`${id}-error`}>{error}</span>}
      <textarea className="form-input" id={id} rows={rows} value={value} aria-describedby={described} aria-invalid={error ? true : undefined}
        onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

interface ChoiceProps { id: string; label: string; value: string; choices: [string, string][]; onChange: (value: string) => void }

export function Choice({ id, label, value, choices, onChange }: ChoiceProps) {
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{label}</label>
      <select className="form-select" id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map(([name, words]) => <option key={name} value={name}>{words}</option>)}
      </select>
    </div>
  );
}

/** A line of text with its label. */
export function Line({ id, label, hint, value, onChange }: Omit<WordsProps, "rows" | "error">) {
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{label}</label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      <input className="form-input" id={id} value={value} autoComplete="off" autoCapitalize="none" spellCheck={false} aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
