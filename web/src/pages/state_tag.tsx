import { stateWords } from "./case_words";

const colours: Record<string, string> = {
  returned: "badge-warning", awaiting_agreement: "badge-info", under_assessment: "badge-info", submitted: "badge-info", active: "badge-success",
  amended: "badge-success", expiring: "badge-warning", rejected: "badge-error",
};

/** A state as a word, with a colour that only helps. */
export function StateTag({ state }: { state: string }) {
  return <span className={`badge ${colours[state] ?? ""}`}>{stateWords(state)}</span>;
}
