// What pages do with the API: read and read again, act and be told what went wrong, keep what was typed.
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { getOther, here, loginPath, Problem } from "./api";
import { Done, Mistake } from "./form";
import type { Answer, Known } from "./routes";
import { language, text } from "./text";

/** What the page itself finds wrong, before anything is sent. */
export class Wrong extends Error {}
export const sentence = (error: unknown) => (error instanceof Problem || error instanceof Wrong ? error.message : text("web.failed"));
/** Nothing was refused: whoever asks has to log in, or to go to MitID Erhverv, and can ask again. */
export const asksLogin = (error: unknown) => error instanceof Problem && (error.status === 401 || error.code === "login.step_up");

interface Look<T> { found: T | null; error: unknown; again: () => Promise<void> }
interface Looking<T> { every?: number | ((found: T | null) => number); keep?: boolean; by?: (path: string) => Promise<T> }

/**
 * What `path` answers; `again` asks anew, and so does `every` so many seconds (0: never). Only the newest question's answer counts, however late an
 * older one comes. Of another path nothing is shown before it has answered, unless the page says `keep`. `by` reads something else than JSON.
 */
export function useLook<const P extends string>(path: P & Known<"GET", P>, looking?: Omit<Looking<Answer<"GET", P>>, "by">): Look<Answer<"GET", P>>;
export function useLook<T>(path: string, looking: Looking<T> & { by: (path: string) => Promise<T> }): Look<T>;
export function useLook<T>(path: string, { every = 0, keep = false, by = getOther<T> }: Looking<T> = {}): Look<T> {
  const [seen, setSeen] = useState<{ path: string; found: T | null; error: unknown }>({ path, found: null, error: null });
  const newest = useRef(0), waits = useRef(false), reader = useRef(by), keeps = useRef(keep);
  const again = useCallback(() => {
    const mine = ++newest.current;
    waits.current = true;
    const settle = (next: (before: T | null) => { found: T | null; error: unknown }) => {
      if (mine !== newest.current) return;
      waits.current = false;
      setSeen((before) => ({ path, ...next(before.path === path || keeps.current ? before.found : null) }));
    };
    return reader.current(path).then((answer) => settle(() => ({ found: answer, error: null })), (error: unknown) => settle((found) => ({ found, error })));
  }, [path]);
  const found = seen.path === path || keep ? seen.found : null;
  const seconds = typeof every === "number" ? every : every(found);
  useEffect(() => {
    void again();
    return () => { newest.current += 1; };  // what is under way is of no use any more
  }, [again]);
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setInterval(() => { if (!document.hidden && !waits.current) void again(); }, seconds * 1000);
    return () => clearInterval(timer);
  }, [again, seconds]);
  return { found, error: seen.path === path ? seen.error : null, again };
}

/** Content once it is there; until then that it is being read, or why not. */
export function Looked<T>({ look, children }: { look: { found: T | null; error: unknown }; children: (found: T) => ReactNode }) {
  if (look.found !== null) return <>{children(look.found)}</>;
  if (look.error instanceof Problem && look.error.status === 401) return <LoginNeeded />;
  if (look.error instanceof Problem && look.error.status === 404) return <Unknown>{look.error.message}</Unknown>;
  if (look.error) return <Mistake>{sentence(look.error)}</Mistake>;
  return <p role="status">{text("web.status_loading")}</p>;
}

export interface Doing { busy: boolean; act: (what: () => Promise<string | void>) => Promise<void> }

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
      setSaid(!asksLogin(error) ? <Mistake>{sentence(error)}</Mistake> : (error as Problem).status === 401 ? <LoginNeeded /> : <StepUp />);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, said, act };
}

/** The address names something that is not there, or is not for the one who asks: what, and the way on. */
function Unknown({ children }: { children: ReactNode }) {
  const page = (danish: string, english: string) => (language === "en" ? english : danish);
  useEffect(() => {  // the address was answered before anybody knew: 200, and the title of a page that there is
    document.title = `${text("web.unknown_title")} – ${document.title.split(" – ").at(-1)}`;
    const robots = Object.assign(document.createElement("meta"), { name: "robots", content: "noindex" });
    document.head.append(robots);
    return () => robots.remove();
  }, []);
  return (
    <>
      <Mistake>{children}</Mistake>
      <p>{text("web.unknown_ways")}</p>
      <ul>
        <li><a href={page("/me", "/en/me")}>{text("web.me_link")}</a></li>
        <li><a href={page("/", "/en")}>{text("web.menu_front")}</a></li>
      </ul>
    </>
  );
}

export function LoginNeeded() {
  return (
    <>
      <p>{text("web.login_needed")}</p>
      <p><a className="button button-primary" href={loginPath()}>{text("web.login_title")}</a></p>
    </>
  );
}

/** The way to MitID Erhverv and back here (src/api/login_routes.cpp). */
function StepUp() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  const to = `/login/step-up?next=${here()}&language=${language}`;
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
