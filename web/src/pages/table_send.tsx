// A table that is on the page goes home from there: its files into /outbox, and a request for them. Nobody has to look at a safe table.
import { useState, type FormEvent } from "react";
import { send, type Me } from "../api";
import type { Project, ReleaseView } from "../shapes";
import { text } from "../text";
import { useAct, useDraft, useLook } from "../use";
import { api, isMoving, page, stateWords } from "./analyst";
import { lacksAddress, noAddress, Recipient } from "./recipient";

/** What becomes of a request, until nothing more moves by itself. */
export function Following({ release }: { release: ReleaseView }) {
  const look = useLook(`/api/v1/releases/${release.release}`, { every: (found) => (isMoving((found ?? release).state) ? 1 : 0) });
  const now = look.found ?? release;
  return <p role="status"><strong>{now.release}</strong>: {text("web.home_follow", { state: stateWords(now.state), to: now.recipient })}</p>;
}

export function SendTable({ project, table, me }: { project: Project; table: number; me: Me }) {
  const [address, setAddress, dropAddress] = useDraft("send-table", noAddress);
  const [format, setFormat] = useDraft("send-format", "xlsx");
  // What lies in /outbox already, when MitID had to be asked in between.
  const [staged, setStaged, dropStaged] = useDraft<{ table: number; format: string; files: string[] } | null>("staged", null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [sent, setSent] = useState<ReleaseView | null>(null);
  const { busy, said, act } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacks = lacksAddress(address);
    setWrong(lacks);
    if (lacks) { document.getElementById(lacks)?.focus(); return; }
    void act(async () => {
      let files = staged?.table === table && staged.format === format ? staged.files : [];
      if (files.length === 0) {
        ({ files } = await send("POST", api(project.project, `/tables/${table}/outbox`), me.csrf, { formats: [format] }));
        setStaged({ table, format, files });
      }
      const order = { files, recipient: address.to.trim(), purpose: address.purpose.trim(), declared: true };
      setSent(await send("POST", api(project.project, "/releases"), me.csrf, order));
      dropStaged();
      dropAddress();
    });
  };
  return (
    <section aria-labelledby="send-heading">
      <h2 id="send-heading">{text("web.tab_send")}</h2>
      {sent ? <><Following release={sent} key={sent.release} /><p><a href={page.send(project.project)}>{text("web.tab_sent_link")}</a></p></> : (
        <form onSubmit={submit} noValidate>
          <p>{text("web.tab_send_text")}</p>
          <Recipient recipients={project.recipients} address={address} change={(next) => { setWrong(null); setAddress(next); }} wrong={wrong} />
          <fieldset><legend className="form-label">{text("web.tab_format")}</legend>
            {["xlsx", "csv"].map((each) => (
              <div className="form-group-radio" key={each}>
                <input className="form-radio radio-large" type="radio" name="format" id={`format-${each}`} checked={format === each} onChange={() => setFormat(each)} />
                <label className="form-label" htmlFor={`format-${each}`}>{each.toUpperCase()}</label>
              </div>
            ))}
          </fieldset>
          <button type="submit" className="button button-primary" disabled={busy}>{busy ? text("web.saving") : text("web.tab_send")}</button>
          {said}
        </form>
      )}
    </section>
  );
}
