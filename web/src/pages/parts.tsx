// Small pieces of an analyst's pages.
import type { FileFinding, ProjectOutline, ReleaseView } from "../shapes";
import { age, moment, own, text } from "../text";
import { page, stateWords } from "./analyst";

const states = {
  running: () => text("web.project_running"), held: () => text("web.project_held"), coming: () => text("web.project_coming"),
  ended: () => text("web.project_ended"), unbuilt: () => text("web.project_unbuilt"),
};
export const stateOf = (project: ProjectOutline) => states[project.state]();

/** How old something is, with the moment itself for whoever wants it. */
export function Age({ of }: { of: string | null }) {
  if (of === null) return <>{text("web.project_unbuilt")}</>;
  return <time dateTime={of} title={moment(of)}>{age(of)}</time>;
}

/** The way back to the project, above a page that belongs to it. */
export function Back({ project }: { project: string }) {
  return <p><a href={page.project(project)}>{text("web.ws_back", { project })}</a></p>;
}

export function Findings({ findings }: { findings: FileFinding[] }) {
  if (findings.length === 0) return null;
  const words = { note: text("web.home_note"), review: text("web.home_review"), block: text("web.home_block") };
  return (
    <ul className="findings">
      {findings.map((each, place) => (
        <li key={place} className={`finding finding-${each.severity}`}><strong>{words[each.severity]}</strong> {own(each)}</li>
      ))}
    </ul>
  );
}

export const files = (release: ReleaseView) => release.files.map((file) => file.name).join(", ");
export const fate = (release: ReleaseView) => stateWords(release.state);
