// Fields and what is said, as dkfds means them: label, hint, the mistake at the field, what was typed is kept.
import { useEffect, useRef, useState, type ReactNode } from "react";

interface Labelled { id: string; label: string; hint?: string; error?: string | false }
interface Control { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }

/** Label, hint and mistake, tied to the control that `children` draws. */
export function Row({ id, label, hint, error, children }: Labelled & { children: (control: Control) => ReactNode }) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={error ? "form-group form-error" : "form-group"}>
      <label className="form-label" htmlFor={id}>{label}</label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span className="form-error-message" id={`${id}-error`}>{error}</span>}
      {children({ id, "aria-describedby": described, "aria-invalid": error ? true : undefined })}
    </div>
  );
}

interface Typed extends Labelled { value: string; onChange: (value: string) => void }

/** A line of the login: what the browser knows to fill in. */
export function Field({ value, onChange, type = "text", autoComplete, ...row }: Typed & { type?: "text" | "password"; autoComplete: string }) {
  return (
    <Row {...row}>{(control) => (
      <input {...control} className="form-input" name={row.id} type={type} value={value} autoComplete={autoComplete} autoCapitalize="none" spellCheck={false} required
        onChange={(event) => onChange(event.target.value)} />
    )}</Row>
  );
}

/** A line of text; `list`: the id of what is offered. */
export function Line({ value, onChange, list, ...row }: Typed & { list?: string }) {
  return (
    <Row {...row}>{(control) => (
      <input {...control} className="form-input" type="text" value={value} list={list} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(event) => onChange(event.target.value)} />
    )}</Row>
  );
}

/** Lines of text. */
export function Words({ value, onChange, rows = 3, spelled = true, ...row }: Typed & { rows?: number; spelled?: boolean }) {
  return (
    <Row {...row}>{(control) => <textarea {...control} className="form-input" rows={rows} spellCheck={spelled} value={value} onChange={(event) => onChange(event.target.value)} />}</Row>
  );
}

export interface Option { value: string; words: string }

/** One of several; `empty`: the words of none. */
export function Select({ value, options, empty, onChange, ...row }: Typed & { options: Option[]; empty?: string }) {
  return (
    <Row {...row}>{(control) => (
      <select {...control} className="form-select" value={value} onChange={(event) => onChange(event.target.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map((each) => <option key={each.value} value={each.value}>{each.words}</option>)}
      </select>
    )}</Row>
  );
}

export function Mistake({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), [children]);
  return (
    <div className="alert alert-error" role="alert" tabIndex={-1} ref={place}>
      <div className="alert-body"><p className="alert-text">{children}</p></div>
    </div>
  );
}

export function Done({ children }: { children: ReactNode }) {
  return <div className="alert alert-success" role="status"><div className="alert-body"><p className="alert-text">{children}</p></div></div>;
}

/** What opens when it is wanted, and then stays as the reader has it, whatever is drawn anew. `forced` holds it open, as a search does. */
export function Fold({ summary, open = false, forced = false, className, onOpen, children }: {
  summary: ReactNode; open?: boolean; forced?: boolean; className?: string; onOpen?: () => void; children: ReactNode;
}) {
  const [shown, setShown] = useState(open);
  const toggled = (isOpen: boolean) => {
    if (isOpen) onOpen?.();
    if (!forced) setShown(isOpen);
  };
  return <details className={className} open={forced || shown} onToggle={(event) => toggled(event.currentTarget.open)}><summary>{summary}</summary>{children}</details>;
}
