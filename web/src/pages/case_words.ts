// The words of cases: states, steps and what they lead to, who has the ball.
import { number, text, word } from "../text";
import type { Case, Happened } from "./case_types";

const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

export const stateWords = (state: string) => upper(word(`casework.state_${state}`));
export const agreementState = (state: string, by: string) => upper(word(`agreement.state_${state}`, { by }));

const kinds: Record<string, () => string> = {
  application: () => text("web.kind_application"), amendment: () => text("web.kind_amendment"), extension: () => text("web.kind_extension"),
};
export const kindWords = (kind: string) => kinds[kind]?.() ?? kind;

// Who has the ball, by state of src/casework/states.def, in the order of a case; nobody while access runs and nothing is asked of anybody.
const owners: Record<string, () => string> = {
  draft: () => text("web.ball_applicant"), submitted: () => text("web.ball_service"), under_assessment: () => text("web.ball_service"),
  returned: () => text("web.ball_applicant"), awaiting_agreement: () => text("web.ball_signatory"), active: () => text("web.ball_nobody"),
  amended: () => text("web.ball_nobody"), expiring: () => text("web.ball_nobody"), closed: () => text("web.ball_nobody"),
  rejected: () => text("web.ball_nobody"), withdrawn: () => text("web.ball_nobody"),
};
export const states = Object.keys(owners);
export const ball = (state: string) => owners[state]?.() ?? state;

// What stands there now and what comes next, in one sentence.
const nexts: Record<string, () => string> = {
  draft: () => text("web.next_draft"), submitted: () => text("web.next_submitted"), returned: () => text("web.next_returned"),
  under_assessment: () => text("web.next_under_assessment"), awaiting_agreement: () => text("web.next_awaiting_agreement"), active: () => text("web.next_active"),
  amended: () => text("web.next_amended"), expiring: () => text("web.next_expiring"), closed: () => text("web.next_closed"),
  rejected: () => text("web.next_rejected"), withdrawn: () => text("web.next_withdrawn"),
};
export const nextWords = (state: string) => nexts[state]?.() ?? "";

interface StepWords { button: () => string; leads: () => string; field?: () => string; grave?: boolean }
/** Steps as buttons, with what they lead to and what the field is for. In the order in which they are offered. */
export const stepWords: Record<string, StepWords> = {
  assign: { button: () => text("web.step_assign"), leads: () => text("web.leads_assign") },
  approve: { button: () => text("web.step_approve"), leads: () => text("web.leads_approve"), field: () => text("web.field_reason") },
  recommend: { button: () => text("web.step_recommend"), leads: () => text("web.leads_recommend"), field: () => text("web.field_assessment") },
  request: { button: () => text("web.step_request"), leads: () => text("web.leads_request"), field: () => text("web.field_request") },
  answer: { button: () => text("web.step_answer"), leads: () => text("web.leads_answer"), field: () => text("web.field_answer") },
  comment: { button: () => text("web.step_comment"), leads: () => text("web.leads_comment"), field: () => text("web.field_comment") },
  note: { button: () => text("web.step_note"), leads: () => text("web.leads_note"), field: () => text("web.field_note") },
  ask: { button: () => text("web.step_ask"), leads: () => text("web.leads_ask"), field: () => text("web.field_ask") },
  opine: { button: () => text("web.step_opine"), leads: () => text("web.leads_opine"), field: () => text("web.field_opine") },
  amend: { button: () => text("web.step_amend"), leads: () => text("web.leads_amend") },
  extend: { button: () => text("web.step_extend"), leads: () => text("web.leads_extend") },
  hand_over: { button: () => text("web.step_hand_over"), leads: () => text("web.leads_hand_over") },
  reopen: { button: () => text("web.step_reopen"), leads: () => text("web.leads_reopen"), field: () => text("web.field_reason"), grave: true },
  reject: { button: () => text("web.step_reject"), leads: () => text("web.leads_reject"), field: () => text("web.field_reason"), grave: true },
  withdraw: { button: () => text("web.step_withdraw"), leads: () => text("web.leads_withdraw"), field: () => text("web.field_reason"), grave: true },
  close: { button: () => text("web.step_close"), leads: () => text("web.leads_close"), field: () => text("web.field_reason"), grave: true },
};

const events: Record<string, () => string> = {
  save: () => text("web.did_save"), submit: () => text("web.did_submit"), withdraw: () => text("web.did_withdraw"), hand_over: () => text("web.did_hand_over"),
  assign: () => text("web.did_assign"), request: () => text("web.did_request"), answer: () => text("web.did_answer"), comment: () => text("web.did_comment"),
  note: () => text("web.did_note"), ask: () => text("web.did_ask"), opine: () => text("web.did_opine"), recommend: () => text("web.did_recommend"),
  approve: () => text("web.did_approve"), reject: () => text("web.did_reject"), reopen: () => text("web.did_reopen"), sign: () => text("web.did_sign"),
  activate: () => text("web.did_activate"), adopt: () => text("web.did_adopt"), amend: () => text("web.did_amend"), resume: () => text("web.did_resume"),
  extend: () => text("web.did_extend"), warn: () => text("web.did_warn"), expire: () => text("web.did_expire"), succeed: () => text("web.did_succeed"),
  close: () => text("web.did_close"), lapse: () => text("web.did_lapse"),
};
export const didWords = (step: Happened) => events[step.event]?.() ?? step.event;
export const isInternal = (event: string) => ["note", "ask", "opine", "recommend"].includes(event);

export const actorWords = (actor: string) => (actor === "service" || actor.startsWith("fvm-") ? text("web.the_service") : actor);

/** "3 arbejdsdage tilbage", "2 arbejdsdage over fristen", or why no days run. */
export function daysWords(about: Case): string {
  const { clock } = about;
  if (about.submitted === null) return "";
  if (clock.decided) return text("web.days_decided", { days: number(clock.days_used) });
  if (clock.days_left < 0) return text("web.days_over", { days: number(-clock.days_left) });
  return text(clock.running ? "web.days_left" : "web.days_wait", { days: number(clock.days_left) });
}
