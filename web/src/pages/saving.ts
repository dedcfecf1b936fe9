// The document saves itself: a moment after the last change, never over what another tab or browser saved, and kept in this tab until it is saved.
import { useCallback, useEffect, useRef, useState } from "react";
import { get, getText, Problem, sendText } from "../api";
import { path, type Finding } from "./case_types";
import { read, written, type Doc } from "./document";

export type Saved = "saved" | "changed" | "saving" | "elsewhere" | "expired" | "failed";
interface Kept { text: string; tag: string; sent?: string[] }  // sent: saved perhaps, for no answer came


const quiet_ms = 1200, sent_kept_max = 3;
const storeName = (number: string) => `fvm:application:${number}`;

function kept(number: string): Kept | null {
  try { return JSON.parse(sessionStorage.getItem(storeName(number)) ?? "null") as Kept | null; } catch { return null; }
}

export function useSaving(number: string, csrf: string, mayWrite: boolean) {
  const [doc, setDoc] = useState<Doc | null>(null);
  const [findings, setFindings] = useState<Finding[]>([]);
  const [checked, setChecked] = useState("");  // the text that the findings are about
  const [saved, setSaved] = useState<Saved>("saved");
  const [error, setError] = useState<unknown>(null);
  const sent = useRef<string[]>([]);
  const tag = useRef(""), newest = useRef(""), inServer = useRef(""), running = useRef<Promise<boolean> | null>(null), timer = useRef(0);

  const check = useCallback(async () => {
    const text = inServer.current;
    const found = await get(path(number, "/findings"));
    setFindings(found.findings);
    setChecked(text);
  }, [number]);

  const load = useCallback(async (discard: boolean) => {
    const server = await getText(path(number, "/document"));
    if (discard) sessionStorage.removeItem(storeName(number));
    const mine = mayWrite ? kept(number) : null, ours = mine?.sent?.includes(server.body) ? server.tag : mine?.tag;
    inServer.current = server.body;
    newest.current = mine?.text ?? server.body;
    tag.current = ours ?? server.tag;
    sent.current = [];
    setDoc(read(newest.current));
    setError(null);
    setSaved(mine === null ? "saved" : ours === server.tag ? "changed" : "elsewhere");
    if (mayWrite) await check();
  }, [number, mayWrite, check]);

  useEffect(() => { load(false).catch(setError); }, [load]);

  const keep = () => sessionStorage.setItem(storeName(number), JSON.stringify({ text: newest.current, tag: tag.current, sent: sent.current }));
  /** Another text stands there than this one was made from. If it is what we sent before without an answer, it is our own: we go on from it. */
  const put = async (text: string) => {
    const unanswered = sent.current;
    sent.current = [...unanswered, text].slice(-sent_kept_max);
    keep();
    const once = () => sendText("PUT", path(number, "/document"), csrf, text, tag.current);
    try { return await once(); } catch (problem) {
      if (!(problem instanceof Problem && problem.status === 412)) throw problem;
      const server = await getText(path(number, "/document"));
      if (!unanswered.includes(server.body)) throw problem;
      tag.current = server.tag;
      return once();
    }
  };

  /** Saves what is not saved; false: it is not. */
  const save = useCallback(async (): Promise<boolean> => {
    while (running.current) await running.current;  // another one that waited too may go first
    clearTimeout(timer.current);
    const text = newest.current;
    if (text === inServer.current) { setSaved("saved"); return true; }
    setSaved("saving");
    running.current = put(text).then(({ tag: next }) => {
      tag.current = next;
      sent.current = [];
      inServer.current = text;
      setError(null);
      if (newest.current === text) sessionStorage.removeItem(storeName(number));
      else keep();
      setSaved(newest.current === text ? "saved" : "changed");
      return check().then(() => true, () => true);
    }, (problem: unknown) => {
      const status = problem instanceof Problem ? problem.status : 0;
      setSaved(status === 412 ? "elsewhere" : status === 401 ? "expired" : "failed");
      setError(status === 412 || status === 401 ? null : problem);
      return false;
    }).finally(() => { running.current = null; });
    return running.current;
  }, [number, csrf, check]);

  useEffect(() => {
    if (saved !== "changed") return undefined;
    timer.current = window.setTimeout(() => void save(), quiet_ms);
    return () => clearTimeout(timer.current);
  }, [doc, saved, save]);

  const change = (make: (now: Doc) => Doc) => {
    const next = make(read(newest.current));
    newest.current = written(next);
    keep();
    setDoc(next);
    if (saved !== "elsewhere") setSaved("changed");
  };

  /** Of the two texts one; when that does not succeed the choice stays, and the page says why. */
  const choose = (what: () => Promise<unknown>) => what().catch((problem: unknown) => {
    if (problem instanceof Problem && problem.status === 401) setSaved("expired");
    else setError(problem);
  });
  /** What was typed here instead of what was saved elsewhere. */
  const keepMine = () => choose(async () => {
    const server = await getText(path(number, "/document"));
    tag.current = server.tag;
    inServer.current = server.body;
    await save();
  });

  return { doc, findings, checked, saved, error, change, save, keepMine, takeTheirs: () => choose(() => load(true)) };
}
