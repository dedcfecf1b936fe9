// May this be sent? What lies in /outbox, with an answer for each file before anything is sent; then declaration, purpose, recipient; and what became of the former ones.
import { useEffect, useState, type FormEvent } from "react";
import { send } from "../api";
import { Select } from "../form";
import type { Outbox, OutboxTogether, Outlook, ReleaseView } from "../shapes";
import type { PageProps } from "../signed";
import { bytes, moment, number as digits, own, text } from "../text";
import { Looked, useAct, useDraft, useLook } from "../use";
import { api } from "./analyst";
import { Back, Findings } from "./parts";
import { lacksAddress, noAddress, Recipient } from "./recipient";
import { History } from "./releases";
import { Following } from "./table_send";

const mark: Record<Outlook["answer"], string> = { leaves: "success", question: "warning", person: "info", refused: "error", pending: "", unknown: "warning" };

function Answer({ outlook }: { outlook: Outlook | OutboxTogether }) {
  return (
    <>
      <span className={`answer answer-${mark[outlook.answer]}`}>{own(outlook)}</span>
      {outlook.why && <span className="quiet"> {own(outlook.why)}</span>}
    </>
  );
}

function Files({ box, chosen, choose }: { box: Outbox; chosen: string[]; choose: (names: string[]) => void }) {
  if (box.files.length === 0) return <p>{text("web.home_empty")}</p>;
  return (
    <ul className="outbox">
      {box.files.map((file, i) => (
        <li key={file.name || i}>
          <div className="form-group-checkbox">
            <input className="form-checkbox checkbox-large" type="checkbox" id={`file-${i}`} checked={chosen.includes(file.name)} disabled={file.outlook.answer === "refused" || file.name === ""}
              onChange={() => choose(chosen.includes(file.name) ? chosen.filter((each) => each !== file.name) : [...chosen, file.name])} />
            <label className="form-label" htmlFor={`file-${i}`}>{file.name || text("web.home_no_name")}</label>
          </div>
          <p className="quiet">{bytes(file.bytes)}, {moment(file.modified)}{file.safe_table > 0 && `, ${text("web.home_safe", { table: digits(file.safe_table) })}`}</p>
          <p><Answer outlook={file.outlook} /></p>
          {file.outlook.so_far && <p>{text("web.home_so_far", { answer: own(file.outlook.so_far) })}</p>}
          <Findings findings={file.findings} />
        </li>
      ))}
    </ul>
  );
}

/** Of several files in one request; nothing while the answer is about other files than those that are chosen. */
function Together({ together, names }: { together: OutboxTogether | null; names: string[] }) {
  if (!together || [...together.files].sort().join("/") !== [...names].sort().join("/")) return null;
  return (
    <div role="status">
      <p><strong>{text("web.home_together")}</strong> <Answer outlook={together} /></p>
      <Findings findings={together.findings} />
    </div>
  );
}

interface OutgoingProps { project: string; me: PageProps["me"]; returned: ReleaseView[]; sent: () => void }

function Outgoing({ project, me, returned, sent }: OutgoingProps) {
  const [chosen, choose, dropChosen] = useDraft<string[]>("files", []);
  const [asked, ask] = useState(chosen);  // what the answer shall be about: the chosen ones that are still there
  const look = useLook(api(project, asked.length > 1 ? `/outbox?files=${encodeURIComponent(JSON.stringify(asked))}` : "/outbox"), { every: 1, keep: true });
  const names = chosen.filter((name) => !look.found || look.found.files.some((file) => file.name === name && file.outlook.answer !== "refused"));
  useEffect(() => ask(names), [names.join("/")]);
  const [address, setAddress, dropAddress] = useDraft("address", noAddress);
  const [instead, setInstead] = useState("");  // of a request that was sent back
  const [declared, declare] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [begun, setBegun] = useState<ReleaseView | null>(null);
  const { busy, said, act } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacks = names.length === 0 ? "file-0" : (instead ? null : lacksAddress(address)) ?? (declared ? null : "declared");
    setWrong(lacks);
    if (lacks) { document.getElementById(lacks)?.focus(); return; }
    void act(async () => {
      const order = instead ? { files: names, declared } : { files: names, recipient: address.to.trim(), purpose: address.purpose.trim(), declared };
      setBegun(await send("POST", instead ? `/api/v1/releases/${encodeURIComponent(instead)}/resubmit` : api(project, "/releases"), me.csrf, order));
      setInstead("");
      dropChosen();
      dropAddress();
      declare(false);
      sent();
    });
  };
  return (
    <Looked look={look}>
      {(box) => (
        <form onSubmit={submit} noValidate>
          <fieldset className={wrong === "file-0" ? "form-group form-error" : undefined}>
            <legend className="form-label">{text("web.home_which")}</legend>
            {wrong === "file-0" && <span className="form-error-message">{text("web.home_file_needed")}</span>}
            <Files box={box} chosen={names} choose={(next) => { setWrong(null); choose(next); }} />
            {box.files_left_out > 0 && <p>{text("web.home_left_out", { count: digits(box.files_left_out) })}</p>}
          </fieldset>
          {names.length > 1 && <Together together={box.together} names={names} />}
          {box.files.length > 0 && (
            <>
              {returned.length > 0 && <Select id="instead" label={text("web.home_as")} value={instead} empty={text("web.home_as_new")} onChange={setInstead}
                options={returned.map((each) => ({ value: each.release, words: text("web.home_as_again", { release: each.release, purpose: each.purpose }) }))} />}
              {!instead && <Recipient recipients={box.recipients} address={address} change={(next) => { setWrong(null); setAddress(next); }} wrong={wrong} />}
              <div className={wrong === "declared" ? "form-group form-error" : "form-group"}>
                {wrong === "declared" && <span className="form-error-message" id="declared-error">{text("web.home_declare_needed")}</span>}
                <div className="form-group-checkbox">
                  <input className="form-checkbox checkbox-large" type="checkbox" id="declared" checked={declared} aria-describedby={wrong === "declared" ? "declared-error" : undefined}
                    onChange={(event) => { setWrong(null); declare(event.target.checked); }} />
                  <label className="form-label" htmlFor="declared">{text("web.home_declare")}</label>
                </div>
              </div>
              <button type="submit" className="button button-primary" disabled={busy}>{busy ? text("web.saving") : text("web.tab_send")}</button>
            </>
          )}
          {said}
          {begun && <Following release={begun} key={begun.release} />}
        </form>
      )}
    </Looked>
  );
}

export default function SendHome({ number, me }: PageProps) {
  const history = useLook(`/api/v1/releases?project=${encodeURIComponent(number)}`, { every: 5 });
  return (
    <>
      <Back project={number} />
      <h2>{text("web.home_outbox")}</h2>
      <p>{text("web.home_outbox_text")} <code>fvm session {number}</code></p>
      <Outgoing project={number} me={me} returned={(history.found?.releases ?? []).filter((each) => each.project === number && each.author === me.user && each.state === "returned")} sent={() => void history.again()} />
      <h2>{text("web.home_history")}</h2>
      <Looked look={history}>{({ releases }) => <History releases={releases.filter((each) => each.project === number)} me={me} again={history.again} />}</Looked>
    </>
  );
}
