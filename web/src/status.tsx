import { useEffect, useState } from "react";
import { get, type Status } from "./api";
import { text } from "./text";

const every = 15_000; // milliseconds between two looks

/** Whether each program answers, looked up again now and then. */
export function StatusPanel() {
  const [status, setStatus] = useState<Status | "unreachable" | null>(null);
  useEffect(() => {
    const look = () => get<Status>("/api/v1/status").then(setStatus, () => setStatus("unreachable"));
    look();
    const timer = setInterval(look, every);
    return () => clearInterval(timer);
  }, []);
  if (status === null) return <p>{text("web.status_loading")}</p>;
  if (status === "unreachable") return <p role="alert">{text("web.status_unreachable")}</p>;
  return (
    <ul className="status-list no-max-width" aria-live="polite">
      {status.programs.map((program) => (
        <li key={program.name}>
          <span>{program.name}</span>
          <span className={program.running ? "badge badge-success" : "badge badge-error"}>
            {text(program.running ? "web.status_running" : "web.status_stopped")}
          </span>
        </li>
      ))}
    </ul>
  );
}
