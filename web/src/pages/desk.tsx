// The page of fvm-desk: a screen of the closed environment in the browser (noVNC). It loads from fvm-desk alone, under a host name that the portal has not.
import { StrictMode, useCallback, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import RFB from "@novnc/novnc";
import { getOther, Problem } from "../api";
import { language, text } from "../text";

interface Visit { project: string; user: string; session: string }
type Phase = "asking" | "connecting" | "shown" | "lost" | "ended" | "idle" | "elsewhere" | "refused" | "no_visit";

// Close codes of src/http/tunnel.hpp.
const phaseOf = (code: number): Phase => ({ 1008: "refused", 4000: "ended", 4001: "elsewhere", 4002: "idle" } as Record<number, Phase>)[code] ?? "lost";
const sentences: Record<Phase, string> = {
  asking: text("web.desk_phase_asking"), connecting: text("web.desk_phase_connecting"), shown: "", lost: text("web.desk_phase_lost"),
  ended: text("web.desk_phase_ended"), idle: text("web.desk_phase_idle"), elsewhere: text("web.desk_phase_elsewhere"),
  refused: text("web.desk_phase_refused"), no_visit: text("web.desk_phase_no_visit"),
};
const seconds = [1, 2, 4, 8, 15];
const control = 0xffe3;

function Paste({ onPaste }: { onPaste: (words: string) => void }) {
  const [words, setWords] = useState("");
  return (
    <details className="desk-paste">
      <summary>{text("web.desk_paste")}</summary>
      <label className="form-label" htmlFor="paste">{text("web.desk_paste_label")}</label>
      <textarea id="paste" className="form-input" rows={4} maxLength={60_000} value={words} onChange={(event) => setWords(event.target.value)} />
      <button type="button" className="button button-secondary" disabled={words === ""} onClick={() => { onPaste(words); setWords(""); }}>{text("web.desk_paste_do")}</button>
    </details>
  );
}

function Desk({ portal }: { portal: string }) {
  const place = useRef<HTMLDivElement>(null), whole = useRef<HTMLDivElement>(null), first = useRef<HTMLButtonElement>(null);
  const screen = useRef<RFB | null>(null);
  const [visit, setVisit] = useState<Visit | null>(null);
  const [phase, setPhase] = useState<Phase>("asking");
  const [tries, setTries] = useState(0);
  const project = visit ? `${portal}${language === "en" ? "/en/project/" : "/projekt/"}${encodeURIComponent(visit.project)}` : portal;
  const back = visit ? `${project}/${language === "en" ? "desktop" : "skrivebord"}` : `${portal}${language === "en" ? "/en/project" : "/projekt"}`;

  const connect = useCallback(() => {
    if (!place.current) return;
    screen.current?.disconnect();
    setPhase("connecting");
    const line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/screen`);
    const shown = new RFB(place.current, line, { shared: false });
    screen.current = shown;
    shown.scaleViewport = true;
    shown.resizeSession = true;
    shown.background = "#12324b";
    shown.addEventListener("connect", () => { setPhase("shown"); setTries(0); shown.focus(); });
    // A line that was not opened says nothing of why: the visit does.
    line.addEventListener("close", (event) => {
      if (screen.current !== shown) return;
      screen.current = null;
      if (event.code !== 1006) return setPhase(phaseOf(event.code));
      getOther<Visit>("/api/visit").then(() => setPhase("lost"), (error: unknown) => setPhase(error instanceof Problem && error.status === 401 ? "no_visit" : "lost"));
    });
  }, []);

  useEffect(() => {
    let gone = false;
    getOther<Visit>("/api/visit").then((found) => { if (!gone) { setVisit(found); connect(); } }, (error: unknown) => {
      if (!gone) setPhase(error instanceof Problem && error.status === 401 ? "no_visit" : "lost");
    });
    return () => { gone = true; screen.current?.disconnect(); screen.current = null; };
  }, [connect]);

  // A lost line is taken up again by itself, a few times.
  useEffect(() => {
    if (phase !== "lost" || tries >= seconds.length) return undefined;
    const timer = setTimeout(() => { setTries(tries + 1); connect(); }, (seconds[tries] ?? 15) * 1000);
    return () => clearTimeout(timer);
  }, [phase, tries, connect]);

  // The way out by keyboard: everything else is the desktop's while it has the focus.
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (!(event.ctrlKey && event.key === "F8") || !place.current?.contains(document.activeElement)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type !== "keydown") return;
      screen.current?.sendKey(control, "ControlLeft", false);
      first.current?.focus();
    };
    window.addEventListener("keydown", leave, true);
    return () => window.removeEventListener("keydown", leave, true);
  }, []);

  const fullScreen = () => {
    if (document.fullscreenElement) return void document.exitFullscreen();
    whole.current?.requestFullscreen().then(() => {
      // Where browsers can (Chromium): the system's own keys go to the desktop as well.
      void (navigator as { keyboard?: { lock?: () => Promise<void> } }).keyboard?.lock?.().catch(() => undefined);
      screen.current?.focus();
    }, () => undefined);
  };
  const paste = (words: string) => { screen.current?.clipboardPasteFrom(words); screen.current?.focus(); };
  const again = () => { setTries(0); connect(); };
  const isOpen = phase === "shown";
  const mayRetry = phase === "lost" || phase === "idle" || phase === "elsewhere" || phase === "refused";
  return (
    <div className="desk-whole" ref={whole}>
      <div className="desk-bar">
        <button type="button" ref={first} className="button button-secondary" onClick={fullScreen} disabled={!isOpen}>{text("web.desk_full_screen")}</button>
        <button type="button" className="button button-secondary" onClick={() => screen.current?.focus()} disabled={!isOpen}>{text("web.desk_to_screen")}</button>
        <Paste onPaste={paste} />
        <span className="desk-where">{visit ? text("web.desk_where", { project: visit.project, user: visit.user }) : ""}</span>
        <a className="desk-back" href={project}>{text("web.desk_back")}</a>
      </div>
      <p className="desk-keys">{text("web.desk_keys")}</p>
      {!isOpen && (
        <div className="desk-said" role="status">
          <p>{sentences[phase]}</p>
          {mayRetry && <p><button type="button" className="button button-primary" onClick={again}>{text("web.desk_again")}</button></p>}
          {phase !== "asking" && phase !== "connecting" && <p><a className="button button-secondary" href={back}>{text("web.desk_to_start")}</a></p>}
        </div>
      )}
      <div className="desk-screen" ref={place} hidden={!isOpen && phase !== "connecting"} role="application" aria-label={text("web.desk_screen_label")} />
    </div>
  );
}

const place = document.getElementById("desk");
if (place) createRoot(place).render(<StrictMode><Desk portal={place.dataset.portal ?? ""} /></StrictMode>);
