// The application in six steps. It saves itself; what is wrong stands at its field.
import { useEffect, useMemo, useState } from "react";
import { Fold, Mistake } from "../form";
import { address, type PageProps } from "../signed";
import { text } from "../text";
import { Looked, LoginNeeded, sentence, useLook } from "../use";
import type { Case, Finding } from "./case_types";
import { path as pathOfCase } from "./case_types";
import { changed, pathOf, pathsOfLines, textAt } from "./document";
import { EditingProvider, fieldId } from "./fields";
import type { Placed } from "./findings";
import { Findings } from "./findings";
import { MachineLook } from "./machine_look";
import { SaveLine } from "./save_line";
import { useSaving } from "./saving";
import { StepData } from "./step_data";
import { StepDocuments } from "./step_documents";
import { StepPeople } from "./step_people";
import { StepPopulation } from "./step_population";
import { asked, StepSubmit } from "./step_submit";
import { StepTask } from "./step_task";
import { missingWords, Steps } from "./steps";

const steps = [
  { key: "task", words: () => text("web.app_task"), owns: /^application\.(title|task|purpose|legal_basis|necessity|place|period|authority|payer)/ },
  { key: "population", words: () => text("web.app_population"), owns: /^population/ },
  { key: "data", words: () => text("web.app_data"), owns: /^(grant|order)/ },
  { key: "users", words: () => text("web.app_users"), owns: /^application\.(applicant|contact|signatory|users)/ },
  { key: "documents", words: () => text("web.app_documents"), owns: /^own_data/ },
  { key: "submit", words: () => text("web.app_submit"), owns: /^/ },
];
const stepOf = (path: string) => steps.find((each) => each.owns.test(path))!.key;

function useStep(): [string, (key: string) => void] {
  const here = () => steps.find((each) => `#${each.key}` === location.hash)?.key ?? "task";
  const [step, setStep] = useState(here);
  useEffect(() => {
    const moved = () => setStep(here());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return [step, (key) => { location.hash = key; setStep(key); }];
}

function Form({ about, me }: { about: Case; me: PageProps["me"] }) {
  const mayWrite = about.steps.some((each) => each.event === "save");
  const saving = useSaving(about.case, me.csrf, mayWrite);
  const [step, go] = useStep();
  const [target, setTarget] = useState("");
  const [refusedWith, setRefused] = useState<Finding[] | null>(null);
  const { doc, findings, checked } = saving;
  const placed = useMemo<Placed[]>(() => {
    if (!doc) return [];
    const lines = pathsOfLines(checked);
    return (refusedWith ?? findings).map((finding) => ({ finding, path: pathOf(finding, doc, lines) }));
  }, [doc, findings, checked, refusedWith]);
  useEffect(() => setRefused(null), [findings]);
  useEffect(() => {  // the field that a jump goes to, or the nearest group around it
    if (target === "") return;
    if (target === "step-title") document.getElementById(target)?.focus();
    const names = target.split(".");
    for (let many = names.length; many > 0; many--) {
      const place = document.getElementById(fieldId(names.slice(0, many).join(".")));
      if (place) { place.scrollIntoView({ block: "center" }); place.focus(); break; }
    }
    setTarget("");
  }, [target, step]);
  useEffect(() => {  // a new draft knows whose it is
    if (doc && mayWrite && textAt(doc, "application.authority.cvr") === "" && about.authority.cvr)
      saving.change((now) => changed(changed(now, "application.authority.name", about.authority.name), "application.authority.cvr", about.authority.cvr));
  }, [doc === null]);
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => { if (["changed", "failed", "elsewhere"].includes(saving.saved)) event.preventDefault(); };
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [saving.saved]);
  if (!doc) return saving.error ? <Mistake>{sentence(saving.error)}</Mistake> : <p role="status">{text("web.status_loading")}</p>;
  const turn = (key: string) => { void saving.save(); go(key); setTarget("step-title"); };
  const jump = (to: string) => { go(stepOf(to)); setTarget(to); };
  const at = steps.findIndex((each) => each.key === step), current = steps[at]!;
  const blocking = placed.filter(({ finding }) => finding.weight !== "note");
  const findingsAt = (path: string) => placed.filter((each) => each.path === path).map((each) => each.finding);
  const question = asked(about);
  return (
    <EditingProvider value={{ doc, change: saving.change, findingsAt, readOnly: !mayWrite || saving.saved === "expired" }}>
      {question && <div className="alert alert-info"><div className="alert-body"><h2 className="alert-heading">{text("web.asked_heading")}</h2><p className="alert-text words">{question}</p></div></div>}
      {!mayWrite && <p>{text("web.app_read_only")} <a href={address(`/sag/${about.case}`, `/case/${about.case}`)}>{text("web.app_to_status")}</a></p>}
      {saving.saved === "expired" && <LoginNeeded />}
      {mayWrite && blocking.length > 0 && (
        <Fold className="missing" summary={missingWords(blocking.length)}><Findings placed={blocking} jump={jump} /></Fold>
      )}
      <div className="application">
        <div>
          <Steps steps={steps.map((each) => ({ key: each.key, words: each.words(), missing: blocking.filter(({ path }) => stepOf(path) === each.key).length }))} current={step} go={go} />
          {mayWrite && <SaveLine saving={saving} />}
        </div>
        <section aria-labelledby="step-title">
          <h2 id="step-title" tabIndex={-1}>{text("web.app_step", { number: String(at + 1), words: current.words() })}</h2>
          {step === "task" && <StepTask />}
          {step === "population" && <StepPopulation />}
          {step === "data" && <StepData csrf={me.csrf} />}
          {step === "users" && <StepPeople />}
          {step === "documents" && <StepDocuments number={about.case} me={me} />}
          {step === "submit" && <StepSubmit about={about} me={me} placed={placed} save={saving.save} refused={setRefused} jump={jump} />}
          {mayWrite && (step === "population" || step === "submit") && <MachineLook key={step} number={about.case} csrf={me.csrf} doc={doc} isSaved={saving.saved === "saved"} save={saving.save} />}
          <p className="pages">
            {at > 0 && <button type="button" className="button button-secondary" onClick={() => turn(steps[at - 1]!.key)}>{text("web.app_before")}</button>}
            {at < steps.length - 1 && <button type="button" className="button button-primary" onClick={() => turn(steps[at + 1]!.key)}>{text("web.app_after", { words: steps[at + 1]!.words() })}</button>}
          </p>
        </section>
      </div>
    </EditingProvider>
  );
}

export default function Application({ number, me }: PageProps) {
  const look = useLook(pathOfCase(number));
  return <Looked look={look}>{(about) => <Form key={about.case} about={about} me={me} />}</Looked>;
}
