// What the fields of the application are called, by the end of their path: for sentences about what is missing.
import { text } from "../text";

const labels: [RegExp, () => string][] = [
  [/^application\.title$/, () => text("web.f_title")], [/^application\.task$/, () => text("web.f_task")], [/^application\.purpose$/, () => text("web.f_purpose")],
  [/^application\.legal_basis$/, () => text("web.f_legal_basis")], [/^application\.necessity$/, () => text("web.f_necessity")], [/^application\.place$/, () => text("web.f_place")],
  [/^application\.period$/, () => text("web.f_period")], [/^application\.authority$/, () => text("web.authority")], [/^application\.payer$/, () => text("web.f_payer")],
  [/^application\.applicant$/, () => text("web.f_applicant")], [/^application\.contact$/, () => text("web.f_contact")], [/^application\.signatory$/, () => text("web.f_signatory")],
  [/^application\.users$/, () => text("web.f_users")], [/^population$/, () => text("web.app_population")], [/^population\.description$/, () => text("web.pop_description")],
  [/\.name$/, () => text("web.name")], [/\.email$/, () => text("web.f_email")], [/\.cvr$/, () => text("web.f_cvr")], [/\.ean$/, () => text("web.f_ean")],
  [/\.from$/, () => text("web.f_from")], [/\.to$/, () => text("web.f_to")], [/\.table$/, () => text("web.table")], [/\.reason$/, () => text("web.grant_reason")],
  [/\.description$/, () => text("web.description")], [/\.source$/, () => text("web.f_own_source")],
];
const ends = (path: string) => labels.find(([pattern]) => pattern.test(path))?.[1]();

/** "Betaler: EAN-nummer"; the path itself when the field has no name. */
export function labelOf(path: string): string {
  const own = ends(path) ?? path, around = /^(application\.\w+)\.\w+(\.\w+)?$/.exec(path)?.[1];
  const group = around && ends(around);
  return group && group !== own ? `${group}: ${own}` : own;
}
