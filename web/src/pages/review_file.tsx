// One file of a request under review: what the machine found, the file as it is, and what the reviewer says of it.
import { memo } from "react";
import { Fold, Words } from "../form";
import type { FileFinding, ReleaseFile, ShownFile, Vote } from "../shapes";
import { bytes, own, text } from "../text";
import { Looked, useLook } from "../use";
import { Shown, type Numbered } from "./shown";

export interface Opinion { verdict: "" | "approve" | "return" | "reject"; comment: string }
export const verdicts = ["approve", "return", "reject"] as const;
const words = { approve: () => text("web.review_approve"), return: () => text("web.review_return"), reject: () => text("web.review_reject") };
const sure = { block: () => text("web.finding_block"), review: () => text("web.finding_review"), note: () => text("web.finding_note") };

function FindingList({ findings, file }: { findings: FileFinding[]; file: number }) {
  if (findings.length === 0) return <p>{text("web.review_no_findings")}</p>;
  return (
    <ol className="findings">
      {findings.map((finding, at) => (
        <li key={at} id={`finding-${file}-${at + 1}`} className={`finding-${finding.severity}`}>
          <strong>{sure[finding.severity]()}</strong> {own(finding)}
          <span className="finding-where">
            {text("web.finding_rule", { rule: finding.rule })}{finding.place && ` · ${finding.place}`}{finding.shape && ` · ${text("web.finding_shape", { shape: finding.shape })}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Drawn anew when it is about another file, not for every letter that is typed beside it. */
const Preview = memo(function Preview({ release, revision, position, findings, before }: { release: string; revision: number; position: number; findings: FileFinding[]; before: number | null }) {
  const path = (of: number, at: number) => `/api/v1/releases/${encodeURIComponent(release)}/files/${at}?revision=${of}` as const;
  const now = useLook(path(revision, position));
  const numbered = findings.map((finding, at) => ({ finding, place: at + 1 }));
  if (before === null) return <Looked look={now}>{(shown) => <Shown shown={shown} before={null} findings={numbered} />}</Looked>;
  return <Looked look={now}>{(shown) => <Compared shown={shown} path={path(revision - 1, before)} numbered={numbered} />}</Looked>;
});

/** With the file of the same name in the revision before: differences in this one, and the other beside it. */
function Compared({ shown, path, numbered }: { shown: ShownFile; path: `/api/v1/releases/${string}/files/${number}?${string}`; numbered: Numbered[] }) {
  const earlier = useLook(path);
  return (
    <Looked look={earlier}>
      {(before) => (
        <div className="compared">
          <div><h4>{text("web.review_this_revision")}</h4><Shown shown={shown} before={before} findings={numbered} /></div>
          <Fold summary={text("web.review_before_revision")}><Shown shown={before} before={null} findings={[]} /></Fold>
        </div>
      )}
    </Looked>
  );
}

interface FileProps {
  release: string; revision: number; position: number; file: ReleaseFile; before: number | null; look: boolean;
  vote: boolean; opinion: Opinion; onOpinion: (opinion: Opinion) => void;
}

export function FileReview({ release, revision, position, file, before, look, vote, opinion, onOpinion }: FileProps) {
  const id = `file-${position}`;
  return (
    <section id={id} className="review-file" tabIndex={-1} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{text("web.review_file", { number: String(position), name: file.name })}</h2>
      <p>{bytes(file.bytes)}{file.type && ` · ${file.type}`}{file.safe_table > 0 && ` · ${text("web.review_safe_table", { number: String(file.safe_table) })}`}
        {revision > 1 && before === null && ` · ${text("web.review_new_file")}`}</p>
      <h3>{text("web.review_findings")}</h3>
      <FindingList findings={file.findings} file={position} />
      <h3>{text("web.review_content")}</h3>
      {look ? <Preview release={release} revision={revision} position={position} findings={file.findings} before={before} /> : <p>{text("web.review_not_shown")}</p>}
      {vote && (
        <fieldset className="vote">
          <legend className="form-label">{text("web.review_your_word", { name: file.name })}</legend>
          <div className="vote-choices">
            {verdicts.map((verdict, at) => (
              <div key={verdict} className="tick">
                <input className="form-radio" type="radio" id={`${id}-${verdict}`} name={id} checked={opinion.verdict === verdict} onChange={() => onOpinion({ ...opinion, verdict })} />
                <label className="form-label" htmlFor={`${id}-${verdict}`}>{words[verdict]()} <kbd>{at + 1}</kbd></label>
              </div>
            ))}
          </div>
          {opinion.verdict !== "" && opinion.verdict !== "approve" && (
            <Words id={`${id}-comment`} label={text("web.review_comment")} hint={text("web.review_comment_hint")} value={opinion.comment}
              onChange={(comment) => onOpinion({ ...opinion, comment })} />
          )}
        </fieldset>
      )}
    </section>
  );
}

/** Votes that somebody may see: both when both are in, else one's own. */
export function Votes({ votes }: { votes: Vote[] }) {
  const ballot: Record<string, () => string> = { approve: words.approve, send_back: words.return, reject: words.reject };
  if (votes.length === 0) return null;
  return (
    <>
      <h2>{text("web.review_votes")}</h2>
      <ul>
        {votes.map((vote) => (
          <li key={vote.reviewer}>
            <strong>{vote.reviewer}</strong>: {ballot[vote.vote]?.() ?? vote.vote}{vote.reason && `. ${vote.reason}`}
            {vote.comments.map((comment) => <div key={comment.file}>{text("web.review_about_file", { number: String(comment.file) })}: {comment.text}</div>)}
          </li>
        ))}
      </ul>
    </>
  );
}
