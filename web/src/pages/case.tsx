// Can we say yes? To the left what is applied for, to the right what is known about it; on top what can be done and what it leads to.
import { useMemo } from "react";
import type { CaseDifference, CaseWords, DataWords } from "../shapes";
import { getText } from "../api";
import type { PageProps } from "../signed";
import { language, text } from "../text";
import { Looked, sentence, useLook } from "../use";
import { Agreements } from "./agreements";
import { ApplicationText, OrderTable } from "./application_text";
import { Attachments } from "./attachments";
import { CaseFacts } from "./case_facts";
import { path, type Case, type Finding } from "./case_types";
import { isInternal } from "./case_words";
import { changedWords, whereWords } from "./change_words";
import { read, sentence as remark, type Doc } from "./document";
import { TakeStep } from "./take_step";
import { Timeline } from "./timeline";

const body = (at: string) => getText(at as `/api/v1/applications/${string}/document`).then((found) => found.body);
const parsed = (toml: string | null): Doc | null => { try { return toml ? read(toml) : null; } catch { return null; } };

function Remarks({ remarks }: { remarks: Finding[] }) {
  if (remarks.length === 0) return <p>{text("web.remarks_none")}</p>;
  return <ul>{remarks.map((each, at) => <li key={at}>{each.weight !== "note" && <strong>{text("web.remark_weighs")} </strong>}{remark(each)}</li>)}</ul>;
}

const inWords = (found: CaseWords | null): DataWords | undefined => (found?.read ? (language === "da" ? found.da : found.en) : undefined);

/** Whom and which rows it is about is told in words, where both texts can be read; everything else as it was written. */
function Changes({ about, compared, after }: { about: Case; compared: CaseDifference; after?: DataWords }) {
  const before = inWords(useLook(path(about.case, `/words?version=${compared.before}`)).found);
  const lines = (each: string[]) => each.map((line) => <p key={line}>{line}</p>);
  if (compared.changes.length === 0) return <p>{text("web.difference_none")}</p>;
  return (
    <div className="table--responsive-scroll" tabIndex={0} role="region" aria-labelledby="difference-title">
      <table className="table table--borderless">
        <caption className="sr-only">{text("web.difference_title")}</caption>
        <thead><tr><th scope="col">{text("web.difference_where")}</th><th scope="col">{text("web.difference_before")}</th><th scope="col">{text("web.difference_after")}</th></tr></thead>
        <tbody>{compared.changes.map((each) => ({ ...each, told: changedWords(each, before, after) })).map(({ where, told }) => (
          <tr key={where}><th scope="row">{whereWords(where)}</th><td>{told.before.length > 0 && <del>{lines(told.before)}</del>}</td><td>{told.after.length > 0 && <ins>{lines(told.after)}</ins>}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Difference({ about, after }: { about: Case; after?: DataWords }) {
  const look = useLook(path(about.case, "/difference"));
  return (
    <section aria-labelledby="difference-title">
      <h2 id="difference-title">{text("web.difference_title")}</h2>
      <Looked look={look}>{(compared) => (
        <>
          <p>{text("web.difference_between", { before: String(compared.before), after: String(compared.after) })}</p>
          <Changes about={about} compared={compared} after={after} />
        </>
      )}</Looked>
    </section>
  );
}

function Left({ about }: { about: Case }) {
  const document = useLook(path(about.case, "/document"), { by: body });
  const specification = useLook(path(about.case, "/specification"), { by: body });
  const words = inWords(useLook(path(about.case, "/words")).found);
  const doc = useMemo(() => parsed(document.found), [document.found]);
  return (
    <div>
      {about.submitted_version > 1 && <Difference about={about} after={words} />}
      <section aria-labelledby="application-title"><h2 id="application-title">{text("web.case_application")}</h2>{doc ? <ApplicationText doc={doc} words={words} /> : <p>{document.error ? sentence(document.error) : text("web.status_loading")}</p>}</section>
      <section aria-labelledby="order-title"><h2 id="order-title">{text("web.case_order")}</h2>{doc && <OrderTable doc={doc} words={words} />}</section>
      <section aria-labelledby="specification-title"><h2 id="specification-title">{text("web.case_specification")}</h2><p>{text("web.case_specification_text")}</p>
        {specification.error ? <p>{sentence(specification.error)}</p> : <pre className="specification" tabIndex={0} aria-labelledby="specification-title">{specification.found}</pre>}</section>
    </div>
  );
}

function Whole({ about, me, again }: { about: Case; me: PageProps["me"]; again: () => Promise<void> }) {
  return (
    <>
      <h2>{about.title || text("web.untitled")}</h2>
      <CaseFacts about={about} />
      <TakeStep about={about} me={me} done={again} />
      <div className="case">
        <Left key={about.submitted_version} about={about} />
        <div>
          <section aria-labelledby="remarks-title"><h2 id="remarks-title">{text("web.remarks_title")}</h2><Remarks remarks={about.remarks} /></section>
          {["awaiting_agreement", "active", "amended", "expiring"].includes(about.state) && <Agreements about={about} me={me} done={again} />}
          <Attachments number={about.case} me={me} />
          <section aria-labelledby="notes-title"><h2 id="notes-title">{text("web.notes_title")}</h2><Timeline about={about} only={isInternal} /></section>
          <section aria-labelledby="timeline-title"><h2 id="timeline-title">{text("web.timeline_title")}</h2><Timeline about={about} only={(event) => !isInternal(event)} /></section>
        </div>
      </div>
    </>
  );
}

export default function CasePage({ number, me }: PageProps) {
  const look = useLook(path(number), { every: 60 });
  return <Looked look={look}>{(about) => <Whole about={about} me={me} again={look.again} />}</Looked>;
}
