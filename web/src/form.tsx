// Fields and forms as dkfds means them: label, hint, the mistake at the field, what was typed is kept.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { Problem } from "./api";
import { text } from "./text";

interface FieldProps {
  id: string;
  label: string;
  hint?: string;
  error?: string;
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "password";
  autoComplete: string;
}

export function Field({ id, label, hint, error, value, onChange, type = "text", autoComplete }: FieldProps) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={error ? "form-group form-error" : "form-group"}>
      <label className="form-label" htmlFor={id}>{label}</label>
      {hint && <span className="form-hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span className="form-error-message" id={`${id}-error`}>{error}</span>}
      <input className="form-input" id={id} name={id} type={type} value={value} autoComplete={autoComplete} autoCapitalize="none"
        spellCheck={false} required aria-invalid={error ? true : undefined} aria-describedby={described}
        onChange={(event) => onChange(event.target.value)} />
    </div>
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

/** Runs `action` once at a time and keeps what went wrong. */
export function useSending(action: () => Promise<void>) {
  const [sending, setSending] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setMistake(null);
    action()
      .catch((error: unknown) => setMistake(error instanceof Problem ? error.message : text("web.failed")))
      .finally(() => setSending(false));
  };
  return { sending, mistake, submit };
}

export function SendButton({ sending, children }: { sending: boolean; children: ReactNode }) {
  return <button type="submit" className="button button-primary" disabled={sending}>{sending ? text("web.saving") : children}</button>;
}
