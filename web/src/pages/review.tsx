// One request under review: what it is for, its files with what the machine found, and the reviewer's word on each.
import { useEffect, useState } from "react";
import { send } from "../api";
import { Fold, Words } from "../form";
import type { BesideReview, ReleaseFile, ReleaseStep, ReleaseView } from "../shapes";
import { address, type PageProps } from "../signed";
import { moment, number, text, word } from "../text";
import { Looked, useAct, useDraft, useLook } from "../use";
import { FileReview, Votes, verdicts, type Opinion } from "./review_file";
import { routeWords } from "./reviews";
import { ActWithReason } from "./act_with_reason";
import { Afterwards } from "./second_look";
import { Tick } from "./staff";

interface Answer { file: number; rule: string; text: string }
type Request = Omit<ReleaseView, "answers"> & { answers: Answer[] };

const votes = ["vote", "complete", "approve", "send_back", "reject"];
const nothing: Opinion = { verdict: "", comment: "" };

/** What all files together come to: the hardest word of any. */
function together(opinions: Opinion[]): Opinion["verdict"] {
  if (opinions.some((each) => each.verdict === "reject")) return "reject";
  if (opinions.some((each) => each.verdict === "")) return "";
  return opinions.some((each) => each.verdict === "return") ? "return" : "approve";
}

/** 1, 2, 3: the word on the file that has the focus; J and K: next and previous file. Never while something is written. */
function useKeys(on: boolean, count: number, choose: (file: number, verdict: (typeof verdicts)[number]) => void) {
  useEffect(() => {
    if (!on) return undefined;
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writes = target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
      if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
      const here = Number(target.closest<HTMLElement>(".review-file")?.id.replace("file-", "") ?? 0);
      const move = (to: number) => { const place = document.getElementById(`file-${Math.min(count, Math.max(1, to))}`); place?.focus(); place?.scrollIntoView(); };
      const key = event.key.toLowerCase();
      if (key === "j") move(here + 1);
      else if (key === "k") move(here - 1);
      else if (here > 0 && ["1", "2", "3"].includes(key)) choose(here, verdicts[Number(key) - 1]!);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on, count, choose]);
}

function Facts({ request }: { request: Request }) {
  return (
    <dl className="facts">
      <dt>{text("web.state")}</dt><dd>{word(`release.state_${request.state}`)}</dd>
      <dt>{text("web.project")}</dt><dd>{request.project}</dd>
      <dt>{text("web.review_author")}</dt><dd>{request.author}</dd>
      <dt>{text("web.review_recipient")}</dt><dd>{request.recipient}</dd>
      <dt>{text("web.review_purpose")}</dt><dd>{request.purpose}</dd>
      <dt>{text("web.review_declaration")}</dt><dd>{text("web.review_declared", { at: moment(request.created) })}</dd>
      <dt>{text("web.review_route")}</dt><dd>{routeWords(request.route)} · {text(request.reviewers > 1 ? "web.review_two" : "web.review_one")}</dd>
      <dt>{text("web.review_revision")}</dt><dd>{number(request.revision)}</dd>
    </dl>
  );
}

function Answers({ answers }: { answers: Request["answers"] }) {
  if (answers.length === 0) return null;
  return (
    <><h2>{text("web.review_answers")}</h2>
      <ul>{answers.map((each) => <li key={`${each.file}-${each.rule}`}>{text("web.review_about_file", { number: String(each.file) })} ({each.rule}): {each.text}</li>)}</ul></>
  );
}

function Earlier({ history, revision }: { history: ReleaseStep[]; revision: number }) {
  const said = history.filter((step) => step.revision < revision && step.reason);
  if (said.length === 0) return null;
  return (
    <><h2>{text("web.review_earlier")}</h2>
      <ul>{said.map((step) => <li key={step.at}>{moment(step.at)}, {step.actor}: {step.reason}</li>)}</ul></>
  );
}

interface VotingProps { request: Request; beside: BesideReview; me: PageProps["me"]; again: () => Promise<void> }

function Voting({ request, beside, me, again }: VotingProps) {
  const [opinions, setOpinions, dropOpinions] = useDraft<Opinion[]>(`opinions-${request.revision}`, []);
  const [reason, setReason, dropReason] = useDraft(`reason-${request.revision}`, "");
  const [keys, setKeys] = useState(true);
  const { busy, said, act } = useAct();
  const count = request.files.length;
  const may = votes.some((event) => beside.may.includes(event));
  const all = request.files.map((_, at) => opinions[at] ?? nothing);
  const verdict = together(all);
  const change = (position: number, opinion: Opinion) => setOpinions(all.map((each, at) => (at === position - 1 ? opinion : each)));
  useKeys(may && keys, count, (position, word) => change(position, { ...all[position - 1]!, verdict: word }));
  const give = () => act(async () => {
    const comments = all.flatMap((each, at) => (each.verdict !== "approve" && each.comment.trim() ? [{ file: at + 1, text: each.comment }] : []));
    await send("POST", `/api/v1/releases/${request.release}/review`, me.csrf,
      { verdict, reason, revision: request.revision, ...(verdict === "approve" ? {} : { comments }) });
    dropOpinions(); dropReason();
    await again();
    return text("web.review_given");
  });
  const escalate = async (why: string) => {
    await send("POST", `/api/v1/releases/${request.release}/escalate`, me.csrf, { reason: why });
    await again();
    return text("web.review_escalated");
  };
  const buttons = { "": text("web.review_choose"), approve: text("web.review_give_approve", { count: number(count) }), return: text("web.review_give_return"), reject: text("web.review_give_reject") };
  const before = (file: ReleaseFile) => beside.previous.find((each) => each.name === file.name)?.file ?? null;
  return (
    <>
      {may && (
        <div className="keys">
          <Tick id="keys" checked={keys} change={setKeys}>{text("web.review_keys")}</Tick>
          <p><kbd>J</kbd> {text("web.review_key_next")} · <kbd>K</kbd> {text("web.review_key_back")} · <kbd>1</kbd> {text("web.review_approve")} · <kbd>2</kbd> {text("web.review_return")} · <kbd>3</kbd> {text("web.review_reject")}</p>
        </div>
      )}
      {request.files.map((file, at) => (
        <FileReview key={file.name} release={request.release} revision={request.revision} position={at + 1} file={file} before={before(file)} look={beside.may_look}
          vote={may} opinion={all[at]!} onOpinion={(opinion) => change(at + 1, opinion)} />
      ))}
      <Votes votes={request.votes} />
      {said}
      {may && (
        <section aria-labelledby="decide">
          <h2 id="decide">{text("web.review_decide")}</h2>
          {request.state === "independent" && <p>{text("web.review_alone")}</p>}
          {verdict !== "" && verdict !== "approve" && <Words id="reason" label={text("web.review_reason")} hint={text("web.review_reason_hint")} value={reason} onChange={setReason} />}
          <button type="button" className="button button-primary" disabled={busy || verdict === ""} onClick={() => void give()}>{buttons[verdict]}</button>
        </section>
      )}
      <Afterwards request={request} may={beside.may} me={me} again={again} />
      {beside.may.includes("escalate") && (
        <Fold className="second" summary={text("web.review_second")}>
          <ActWithReason id="escalate" label={text("web.review_second_why")} doing={{ busy, act }} acts={[{ button: text("web.review_second_button"), kind: "secondary", run: escalate }]} />
        </Fold>
      )}
    </>
  );
}

export default function Review({ number: release, me }: PageProps) {
  const path = `/api/v1/releases/${encodeURIComponent(release)}` as const;
  const request = useLook(path);
  const beside = useLook(`${path}/review`);
  const again = async () => { await request.again(); await beside.again(); };
  return (
    <>
      <p><a href={address("/kontrol", "/review")}>{text("web.review_back")}</a></p>
      <Looked look={request}>
        {(view) => {
          const found = view as Request;
          return <>
            <Facts request={found} />
            <Answers answers={found.answers} />
            <Earlier history={found.history} revision={found.revision} />
            <Looked look={beside}>{(more) => <Voting key={found.revision} request={found} beside={more} me={me} again={again} />}</Looked>
          </>;
        }}
      </Looked>
    </>
  );
}
