// Where my case is, and what I can do about it now.
import { Done, Fold } from "../form";
import { address, type PageProps } from "../signed";
import { moment, text } from "../text";
import { Looked, useLook } from "../use";
import { Agreements } from "./agreements";
import { Attachments } from "./attachments";
import { CaseFacts } from "./case_facts";
import { path, type Case } from "./case_types";
import { asked } from "./step_submit";
import { TakeStep } from "./take_step";
import { Timeline } from "./timeline";

const with_agreements = ["awaiting_agreement", "active", "amended", "expiring"];

function Letters({ about }: { about: Case }) {
  return (
    <section aria-labelledby="letters-title">
      <h2 id="letters-title">{text("web.letters_title")}</h2>
      {about.letters.length === 0 && <p>{text("web.letters_none")}</p>}
      {[...about.letters].reverse().map((each, at) => (
        <Fold className="more" key={about.letters.length - at} summary={`${each.subject} · ${moment(each.at)}`}><p className="when">{text("web.letter_to", { to: each.to })}</p><p className="words">{each.text}</p></Fold>
      ))}
    </section>
  );
}

function Status({ about, me, again }: { about: Case; me: PageProps["me"]; again: () => Promise<void> }) {
  const question = asked(about), mine = about.applicant === me.user;
  const application = address(`/ansoegning/${about.case}`, `/application/${about.case}`);
  return (
    <>
      <h2>{about.title || text("web.untitled")}</h2>
      {new URLSearchParams(location.search).has("sent") && <Done>{text("web.submit_done")}</Done>}
      <CaseFacts about={about} />
      {question && (
        <div className="alert alert-warning"><div className="alert-body"><h3 className="alert-heading">{text("web.asked_heading")}</h3><p className="alert-text words">{question}</p>
          {mine && <p><a className="button button-primary" href={`${application}#submit`}>{text("web.asked_answer")}</a></p>}</div></div>
      )}
      <p><a href={application}>{about.state === "draft" ? text("web.app_go_on") : text("web.app_see")}</a></p>
      {with_agreements.includes(about.state) && <Agreements about={about} me={me} done={again} />}
      <TakeStep about={about} me={me} done={again} without={["answer"]} />
      <Attachments number={about.case} me={me} />
      <section aria-labelledby="timeline-title"><h2 id="timeline-title">{text("web.timeline_title")}</h2><Timeline about={about} /></section>
      <Letters about={about} />
    </>
  );
}

export default function CaseStatus({ number, me }: PageProps) {
  const look = useLook(path(number), { every: 60 });
  return <Looked look={look}>{(about) => <Status about={about} me={me} again={look.again} />}</Looked>;
}
