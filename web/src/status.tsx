import type { ProgramStatus } from "./api";
import { text } from "./text";
import { Looked, useLook } from "./use";

/** Programs, and whether each answers. */
export function Programs({ programs }: { programs: ProgramStatus[] }) {
  return (
    <ul className="status-list no-max-width" aria-live="polite">
      {programs.map((program) => (
        <li key={program.name}>
          <span>{program.name}</span>
          <span className={program.running ? "badge badge-success" : "badge badge-error"}>{text(program.running ? "web.status_running" : "web.status_stopped")}</span>
        </li>
      ))}
    </ul>
  );
}

/** Looked up again now and then; a portal that does not answer any more is told too, and takes no focus on a page that is there for something else. */
export function StatusPanel() {
  const look = useLook("/api/v1/status", { every: 15 });
  if (look.error) return <p role="alert">{text("web.status_unreachable")}</p>;
  return <Looked look={look}>{({ programs }) => <Programs programs={programs} />}</Looked>;
}
