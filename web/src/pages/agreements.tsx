// The agreements of a case: read, fetched as PDF or DOCX, accepted by whom they wait for.
import { useState } from "react";
import { getText, send, type Me } from "../api";
import { Fold } from "../form";
import { day, text } from "../text";
import { Looked, sentence, useAct, useLook } from "../use";
import { path, type Agreement, type Agreements as Whole, type Case } from "./case_types";
import { agreementState } from "./case_words";

function Read({ about, one }: { about: Case; one: Agreement }) {
  const [body, setBody] = useState("");
  const below = `/agreements/${one.id}`;
  const opened = () => { if (body === "") getText(path(about.case, below)).then((found) => setBody(found.body), (error: unknown) => setBody(sentence(error))); };
  return (
    <Fold className="more" summary={text("web.agreement_read", { title: one.title, name: one.name })} onOpen={opened}>
      <div className="agreement-text" tabIndex={0} role="region" aria-label={one.title}>{body || text("web.status_loading")}</div>
      {one.pdf && <p><a href={path(about.case, `${below}/pdf`)}>PDF</a> · <a href={path(about.case, `${below}/docx`)}>DOCX</a></p>}
    </Fold>
  );
}

function Accept({ about, me, whole, done }: { about: Case; me: Me; whole: Whole; done: () => Promise<void> }) {
  const { busy, said, act } = useAct();
  const [read, setRead] = useState(false);
  const signs = about.steps.some((each) => each.event === "sign");
  const mine = whole.agreements.filter((each) => each.state === "open" && (each.account === me.user || (signs && each.kind !== "user_declaration")));
  if (mine.length === 0) return said;
  if (mine.some((each) => !each.pdf)) return <p role="status">{text("web.agreement_being_made")}</p>;
  const accept = () => act(async () => {
    await send("POST", path(about.case, "/agreements"), me.csrf);
    await done();
    return text("web.agreement_accepted");
  });
  return (
    <div className="step-form">
      <h3>{text("web.agreement_yours")}</h3>
      <p>{text("web.agreement_leads", { titles: mine.map((each) => each.title).join(", ") })}</p>
      <div className="form-group-checkbox"><input type="checkbox" className="form-checkbox" id="agreement-read" checked={read} onChange={(event) => setRead(event.target.checked)} />
        <label className="form-label" htmlFor="agreement-read">{text("web.agreement_have_read")}</label></div>
      {said}
      <p><button type="button" className="button button-primary" disabled={busy || !read} onClick={() => void accept()}>{busy ? text("web.saving") : text("web.agreement_accept")}</button></p>
    </div>
  );
}

export function Agreements({ about, me, done }: { about: Case; me: Me; done: () => Promise<void> }) {
  // Asked again only while the files that are to be read and accepted are being made.
  const isMade = (whole: Whole) => whole.agreements.length > 0 && whole.agreements.every((each) => each.state !== "open" || each.pdf);
  const look = useLook(path(about.case, "/agreements"), { every: (whole) => (about.state !== "awaiting_agreement" || (whole && isMade(whole)) ? 0 : 5) });
  return (
    <section aria-labelledby="agreements-title">
      <h2 id="agreements-title">{text("web.agreements_title")}</h2>
      <Looked look={look}>{(whole) => (
        <>
          <ul className="agreements">
            {whole.agreements.map((each) => (
              <li key={each.id}>
                <p><strong>{each.title}</strong> · {each.name} · {agreementState(each.state, each.accepted_by)}{each.accepted && `, ${day(each.accepted)}`}</p>
                <Read about={about} one={each} />
              </li>
            ))}
          </ul>
          <Accept about={about} me={me} whole={whole} done={async () => { await look.again(); await done(); }} />
        </>
      )}</Looked>
    </section>
  );
}
