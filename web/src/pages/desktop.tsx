// The way to a desktop in the closed environment: open one or go on with it, end it, and what to know before. It is shown under another host name
// (pages/desk.tsx): this page never sees it.
import { useEffect, useRef, useState } from "react";
import { send } from "../api";
import { Mistake } from "../form";
import type { DesktopView } from "../shapes";
import type { PageProps } from "../signed";
import { language, moment, text } from "../text";
import { Looked, useAct, useLook } from "../use";
import { api, page } from "./analyst";

function Standing({ view }: { view: DesktopView }) {
  if (!view.open) return <p>{text("web.desktop_none")}</p>;
  const since = view.started ? moment(view.started) : "";
  return <p>{text(view.shown ? "web.desktop_shown" : "web.desktop_open", { since, session: view.session ?? "" })}</p>;
}

export default function Desktop({ number, me }: PageProps) {
  const path = api(number, "/desktop");
  const look = useLook(path, { every: 10 });
  const { busy, said, act } = useAct();
  const [slow, setSlow] = useState(false);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const open = () => act(async () => {
    timer.current = window.setTimeout(() => setSlow(true), 5000);
    try {
      const made = await send("POST", `${path}?language=${language}`, me.csrf);
      location.assign(made.address ?? page.desktop(number));
    } finally {
      window.clearTimeout(timer.current);
      setSlow(false);
    }
  });
  const end = () => act(async () => {
    if (!window.confirm(text("web.desktop_end_sure"))) return undefined;
    await send("DELETE", path, me.csrf);
    await look.again();
    return text("web.desktop_ended");
  });
  return (
    <>
      <Looked look={look}>
        {(view) => (view.offered ? (
          <>
            <Standing view={view} />
            <p className="button-row">
              <button type="button" className="button button-primary" disabled={busy} onClick={() => void open()}>
                {text(view.open ? "web.desktop_go_on" : "web.ws_desktop")}
              </button>
              {view.open && <button type="button" className="button button-secondary" disabled={busy} onClick={() => void end()}>{text("web.desktop_end")}</button>}
            </p>
          </>
        ) : <Mistake>{text("web.desktop_not_offered")}</Mistake>)}
      </Looked>
      {busy && <p role="status">{text(slow ? "web.desktop_slow" : "web.desktop_starting")}</p>}
      {said}
      <h2>{text("web.desktop_what")}</h2>
      <ul className="desktop-points">
        <li>{text("web.desktop_what_programs")}</li>
        <li>{text("web.desktop_what_folders")}</li>
        <li>{text("web.desktop_what_closed")}</li>
        <li>{text("web.desktop_what_paste")}</li>
        <li>{text("web.desktop_what_end")}</li>
      </ul>
      <h2>{text("web.desktop_keys")}</h2>
      <p>{text("web.desktop_keys_text")}</p>
      <h2>{text("web.desktop_trouble")}</h2>
      <ul className="desktop-points">
        <li>{text("web.desktop_trouble_first")}</li>
        <li>{text("web.desktop_trouble_start")}</li>
        <li>{text("web.desktop_trouble_line")}</li>
      </ul>
      <p><a href={page.project(number)}>{text("web.desktop_back", { number })}</a></p>
    </>
  );
}
