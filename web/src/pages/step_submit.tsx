import { useState } from "react";
import { Problem, send } from "../api";
import type { Me } from "../api";
import { address } from "../signed";
import { text } from "../text";
import { useAct, useDraft } from "../use";
import { path, type Case, type Finding } from "./case_types";
import { Findings, type Placed } from "./findings";

interface Props { about: Case; me: Me; placed: Placed[]; save: () => Promise<boolean>; refused: (findings: Finding[]) => void; jump: (path: string) => void }

/** What was asked, in the words of the request that is not answered yet. */
export function asked(about: Case): string {
  return about.state === "returned" ? about.history.filter((each) => each.event === "request").at(-1)?.words ?? "" : "";
}

export function StepSubmit({ about, me, placed, save, refused, jump }: Props) {
  const { busy, said, act } = useAct();
  const [words, setWords, drop] = useDraft("answer", "");
  const [empty, setEmpty] = useState(false);
  const step = about.steps.find((each) => each.event === "submit" || each.event === "answer");
  const blocking = placed.filter(({ finding }) => finding.weight !== "note");
  const submit = () => act(async () => {
    if (step!.words && words.trim() === "") { setEmpty(true); return; }
    setEmpty(false);
    if (!await save()) return;
    try {
      await send("POST", path(about.case, `/steps/${step!.event}`), me.csrf, step!.words ? { text: words } : undefined);
    } catch (error) {
      if (error instanceof Problem && Array.isArray(error.document.findings)) refused(error.document.findings as Finding[]);
      throw error;
    }
    drop();
    location.href = address(`/sag/${about.case}?sent`, `/case/${about.case}?sent`);
  });
  return (
    <>
      {blocking.length > 0 && <><h3>{text("web.submit_missing")}</h3><Findings placed={blocking} jump={jump} /></>}
      {placed.length > blocking.length && <><h3>{text("web.submit_notes")}</h3><Findings placed={placed.filter(({ finding }) => finding.weight === "note")} jump={jump} /></>}
      {placed.length === 0 && <div className="alert alert-success"><div className="alert-body"><p className="alert-text">{text("web.submit_whole")}</p></div></div>}
      {step?.words && (
        <div className={empty ? "form-group form-error" : "form-group"}>
          <label className="form-label" htmlFor="answer">{text("web.field_answer")}</label>
          {empty && <span className="form-error-message" id="answer-error">{text("web.words_needed")}</span>}
          <textarea className="form-input" id="answer" rows={4} value={words} aria-describedby={empty ? "answer-error" : undefined} aria-invalid={empty || undefined} onChange={(event) => setWords(event.target.value)} />
        </div>
      )}
      {step && <p>{step.event === "answer" ? text("web.leads_answer") : text("web.leads_submit")}</p>}
      {said}
      {step && <p><button type="button" className="button button-primary" disabled={busy} onClick={() => void submit()}>{busy ? text("web.saving") : step.event === "answer" ? text("web.step_answer") : text("web.step_submit")}</button></p>}
    </>
  );
}
