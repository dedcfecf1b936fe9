// What pages do with the API: read and read again, act and be told what went wrong, keep what was typed.
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { get, Problem } from "./api";
import { Mistake } from "./form";
import { LoginNeeded } from "./login";
import { language, text } from "./text";

const sentence = (error: unknown) => (error instanceof Problem ? error.message : text("web.failed"));

/** What `path` answers; `again` asks anew, and so does every `seconds`. */
export function useLook<T>(path: string, seconds = 0): { found: T | null; error: unknown; again: () => Promise<void> } {
  const [found, setFound] = useState<T | null>(null);
  const [error, setError] = useState<unknown>(null);
  const again = useCallback(
    () => get<T>(path).then((answer) => { setFound(answer); setError(null); }, (problem: unknown) => setError(problem)), [path]);
  useEffect(() => {
    void again();
    if (seconds === 0) return undefined;
    const timer = setInterval(() => { if (!document.hidden) void again(); }, seconds * 1000);
    return () => clearInterval(timer);
  }, [again, seconds]);
  return { found, error, again };
}

/** Content once it is there; until then that it is being read, or why not. */
export function Looked<T>({ look, children }: { look: { found: T | null; error: unknown }; children: (found: T) => ReactNode }) {
  if (look.found !== null) return <>{children(look.found)}</>;
  if (look.error instanceof Problem && look.error.status === 401) return <LoginNeeded />;
  if (look.error) return <Mistake>{sentence(look.error)}</Mistake>;
  return <p role="status">{text("web.status_loading")}</p>;
}

/** Runs acts one at a time; `said` is what to show: a success, a mistake, or the way to MitID Erhverv. */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<ReactNode>(null);
  const running = useRef(false);
  const act = async (what: () => Promise<string | void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setSaid(null);
    try {
      const words = await what();
      if (words) setSaid(<Done>{words}</Done>);
    } catch (error) {
      setSaid(error instanceof Problem && error.code === "login.step_up" ? <StepUp /> : error instanceof Problem && error.status === 401 ? <LoginNeeded />
        : <Mistake>{sentence(error)}</Mistake>);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, said, act };
}

function Done({ children }: { children: ReactNode }) {
  return <div className="alert alert-success" role="status"><div className="alert-body"><p className="alert-text">{children}</p></div></div>;
}

/** The way to MitID Erhverv and back here (src/api/login_routes.cpp). */
function StepUp() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  const to = `/login/step-up?next=${encodeURIComponent(location.pathname + location.search)}&language=${language}`;
  return (
    <div className="alert alert-info" role="alert" tabIndex={-1} ref={place}>
      <div className="alert-body">
        <p className="alert-text">{text("web.step_up_text")}</p>
        <p><a className="button button-primary" href={to}>{text("web.step_up_link")}</a></p>
      </div>
    </div>
  );
}

/** A state that survives a way to MitID and a login that expired: kept in this tab, gone at log-out (Clear-Site-Data). */
export function useDraft<T>(name: string, first: T): [T, (value: T) => void, () => void] {
  const key = `fvm:${location.pathname.replace(/^\/en/, "")}:${name}`;
  const [value, setValue] = useState<T>(() => {
    try { return JSON.parse(sessionStorage.getItem(key) ?? "null") as T | null ?? first; } catch { return first; }
  });
  const keep = (next: T) => { setValue(next); sessionStorage.setItem(key, JSON.stringify(next)); };
  const drop = () => { setValue(first); sessionStorage.removeItem(key); };
  return [value, keep, drop];
}
