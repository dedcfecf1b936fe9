// Fields of the application: each knows its path in the document, shows what is wrong with it beside it, and keeps what is typed.
import { createContext, useContext, useId, useRef, type ReactNode } from "react";
import type { Finding } from "./case_types";
import { changed, date, dateAt, sentence, tablesAt, textAt, valueAt, type Doc, type Value } from "./document";

interface Editing { doc: Doc; change: (make: (now: Doc) => Doc) => void; findingsAt: (path: string) => Finding[]; readOnly: boolean }
const Context = createContext<Editing | null>(null);
export const EditingProvider = Context.Provider;
export function useEditing(): Editing & { set: (path: string, value: Value | undefined) => void } {
  const editing = useContext(Context)!;
  return { ...editing, set: (path, value) => editing.change((now) => changed(now, path, value)) };
}

/**
 * The items of an array: each with a key that stays its own when another one is taken out, so that what is half typed or open in it stays with it.
 * `none`: what stands there when the last one is gone. `raise`: before the one above it.
 */
export function useItems(path: string, none: Value | undefined): { key: number; at: number; item: Doc; remove: () => void; raise?: () => void }[] {
  const { doc, set } = useEditing(), items = tablesAt(doc, path);
  const keys = useRef<number[]>([]), next = useRef(0);
  while (keys.current.length < items.length) keys.current.push(next.current++);
  keys.current.length = items.length;
  const remove = (at: number) => {
    keys.current.splice(at, 1);
    set(path, items.length > 1 ? items.filter((_, other) => other !== at) : none);
  };
  const swapped = <T,>(all: T[], at: number) => all.map((each, other) => (other === at - 1 ? all[at]! : other === at ? all[at - 1]! : each));
  const raise = (at: number) => {
    keys.current = swapped(keys.current, at);
    set(path, swapped(items, at));
  };
  return items.map((item, at) => ({ key: keys.current[at]!, at, item, remove: () => remove(at), ...(at > 0 ? { raise: () => raise(at) } : {}) }));
}

/** The element that a jump from the list of what is missing goes to. */
export const fieldId = (path: string) => `f-${path.replace(/\W/g, "-")}`;

export function Said({ path, id }: { path: string; id: string }) {
  const findings = useEditing().findingsAt(path);
  if (findings.length === 0) return null;
  const wrong = findings.some((each) => each.weight !== "note");
  return <span id={id} className={wrong ? "form-error-message" : "form-hint remark"}>{findings.map((each, at) => <span key={at}>{sentence(each, path)} </span>)}</span>;
}

interface Common { path: string; label: string; hint?: string }

/** Label, hint, what is wrong, and the control, tied together. */
function Row({ path, label, hint, children }: Common & { children: (more: { id: string; disabled: boolean; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode }) {
  const { findingsAt, readOnly } = useEditing();
  const findings = findingsAt(path), wrong = findings.some((each) => each.weight !== "note"), id = fieldId(path);
  const described = [hint && `${id}-hint`, findings.length > 0 && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={wrong ? "form-group form-error" : "form-group"}>
      <label className="form-label" htmlFor={id}>{label}</label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      <Said path={path} id={`${id}-error`} />
      {children({ id, disabled: readOnly, "aria-describedby": described, "aria-invalid": wrong || undefined })}
    </div>
  );
}

/** `typed`: does something else than setting what stands there. */
export function TextRow({ tall, optional, type = "text", typed: other, ...row }: Common & { tall?: boolean; optional?: boolean; type?: "text" | "email"; typed?: (value: string) => void }) {
  const { doc, set } = useEditing();
  const typed = other ?? ((value: string) => set(row.path, optional && value === "" ? undefined : value));
  return (
    <Row {...row}>{(more) => tall
      ? <textarea {...more} className="form-input" rows={4} value={textAt(doc, row.path)} onChange={(event) => typed(event.target.value)} />
      : <input {...more} className="form-input" type={type} value={textAt(doc, row.path)} onChange={(event) => typed(event.target.value)} />}</Row>
  );
}

export function DateRow(row: Common) {
  const { doc, set } = useEditing();
  return <Row {...row}>{(more) => <input {...more} className="form-input date-field" type="date" value={dateAt(doc, row.path)} onChange={(event) => set(row.path, date(event.target.value))} />}</Row>;
}

interface NumberProps extends Common { least: number; most?: number; usual?: number; value?: Value | undefined; typed?: (value: number | undefined) => void }

/** A whole number; empty is `usual`, or nothing where nothing is usual. */
export function NumberRow({ least, most, usual, value, typed, ...row }: NumberProps) {
  const { doc, set } = useEditing(), there = typed ? value : valueAt(doc, row.path), put = typed ?? ((next: number | undefined) => set(row.path, next));
  const kept = (text: string) => (text === "" ? usual : Math.min(most ?? Number.MAX_SAFE_INTEGER, Math.max(least, Math.floor(Number(text)) || least)));
  return (
    <Row {...row}>{(more) => (
      <input {...more} className="form-input number-field" type="number" min={least} max={most} step={1} value={there === undefined ? usual ?? "" : Number(there)} onChange={(event) => put(kept(event.target.value))} />
    )}</Row>
  );
}

interface ChoiceProps extends Common { choices: { value: string; words: string }[]; fallback?: string; none?: string; value?: string; typed?: (value: string) => void }

/** One of several; `none`: the words of nothing, which then takes the field out. */
export function ChoiceRow({ choices, fallback = "", none, value: given, typed, ...row }: ChoiceProps) {
  const { doc, set } = useEditing(), value = given ?? (textAt(doc, row.path) || fallback);
  const put = typed ?? ((next: string) => set(row.path, none !== undefined && next === "" ? undefined : next));
  const all = choices.some((each) => each.value === value) || value === "" ? choices : [...choices, { value, words: value }];
  return (
    <Row {...row}>{(more) => (
      <select {...more} className="form-select" value={value} onChange={(event) => put(event.target.value)}>
        {(none !== undefined || value === "") && <option value="">{none ?? "–"}</option>}
        {all.map((each) => <option key={each.value} value={each.value}>{each.words}</option>)}
      </select>
    )}</Row>
  );
}

/** A group of fields under one heading, which findings about the whole group may point at. */
export function Group({ path, title, hint, children }: { path?: string; title: string; hint?: string; children: ReactNode }) {
  const own = useId();
  return (
    <fieldset className="group" id={path ? fieldId(path) : own} tabIndex={-1}>
      <legend className="form-label">{title}</legend>
      {hint && <p className="form-hint">{hint}</p>}
      {path && <Said path={path} id={`${fieldId(path)}-error`} />}
      {children}
    </fieldset>
  );
}

export function Button({ onClick, children, kind = "secondary", label }: { onClick: () => void; children: ReactNode; kind?: "secondary" | "unstyled"; label?: string }) {
  if (useEditing().readOnly) return null;
  return <button type="button" className={kind === "unstyled" ? "button-link" : `button button-${kind}`} aria-label={label} onClick={onClick}>{children}</button>;
}
