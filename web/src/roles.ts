// What roles are called (src/identity/types.hpp), in the order in which accounts offer them.
import { text } from "./text";

const words: Record<string, () => string> = {
  applicant: () => text("web.role_applicant"), analyst: () => text("web.role_analyst"), signatory: () => text("web.role_signatory"),
  caseworker: () => text("web.role_caseworker"), "decision-maker": () => text("web.role_decision_maker"), reviewer: () => text("web.role_reviewer"),
  security: () => text("web.role_security"), operator: () => text("web.role_operator"),
};
export const roles = Object.keys(words);
export const roleWords = (role: string) => words[role]?.() ?? role;
