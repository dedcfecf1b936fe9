// Who one is here, and the browsers that one is logged in with.
import { useEffect, useState } from "react";
import { get, Problem, send, type Me, type Session } from "./api";
import { Mistake } from "./form";
import { LoginNeeded } from "./login";
import { Tasks } from "./signed";
import { language, moment, text } from "./text";

const roles: Record<string, () => string> = {
  analyst: () => text("web.role_analyst"), applicant: () => text("web.role_applicant"), caseworker: () => text("web.role_caseworker"),
  "decision-maker": () => text("web.role_decision_maker"), operator: () => text("web.role_operator"), reviewer: () => text("web.role_reviewer"),
  security: () => text("web.role_security"), signatory: () => text("web.role_signatory"),
};

function Sessions({ sessions, end }: { sessions: Session[]; end: (session: Session) => void }) {
  return (
    <div className="table--responsive-scroll">
      <table className="table table--borderless">
        <caption className="sr-only">{text("web.me_sessions")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("web.me_browser")}</th>
            <th scope="col">{text("web.me_created")}</th>
            <th scope="col">{text("web.me_seen")}</th>
            <th scope="col">{text("web.me_expires")}</th>
            <th scope="col"><span className="sr-only">{text("web.me_end")}</span></th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((each) => (
            <tr key={each.session}>
              <th scope="row">{each.browser}{each.current && ` (${text("web.me_current")})`}</th>
              <td>{moment(each.created)}</td>
              <td>{moment(each.seen)}</td>
              <td>{moment(each.expires)}</td>
              <td>
                <button type="button" className="button button-secondary" onClick={() => end(each)}
                  aria-label={`${each.current ? text("web.me_end_here") : text("web.me_end")}: ${each.browser}, ${moment(each.created)}`}>
                  {each.current ? text("web.me_end_here") : text("web.me_end")}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function MePage() {
  const [me, setMe] = useState<Me | "nobody" | "unreachable" | null>(null);
  const [sessions, setSessions] = useState<Session[]>([]);
  const [said, setSaid] = useState<string | null>(null);
  const look = () => get<{ sessions: Session[] }>("/api/me/sessions").then((answer) => setSessions(answer.sessions));
  useEffect(() => {
    get<Me>("/api/me").then((answer) => { setMe(answer); return look(); })
      .catch((error: unknown) => setMe(error instanceof Problem && error.status === 401 ? "nobody" : "unreachable"));
  }, []);
  if (me === null) return <p>{text("web.status_loading")}</p>;
  if (me === "nobody") return <LoginNeeded />;
  if (me === "unreachable") return <Mistake>{text("web.status_unreachable")}</Mistake>;
  const end = async (session: Session) => {
    try {
      if (session.current) {
        await send("POST", "/logout", me.csrf);
        location.assign(language === "en" ? "/en/login" : "/login");
        return;
      }
      await send("DELETE", `/api/me/sessions/${session.session}`, me.csrf);
      setSaid(text("web.me_ended"));
      await look();
    } catch (error) {
      setSaid(error instanceof Problem ? error.message : text("web.failed"));
    }
  };
  return (
    <>
      <Tasks me={me} />
      <dl className="facts">
        <dt>{text("web.me_user")}</dt><dd>{me.user}</dd>
        <dt>{text("web.me_institution")}</dt><dd>{me.institution}</dd>
        <dt>{text("web.me_roles")}</dt><dd>{me.roles.map((role) => roles[role]?.() ?? role).join(", ")}</dd>
        <dt>{text("web.me_assurance")}</dt><dd>{me.assurance.split("/").pop()}</dd>
      </dl>
      <h2>{text("web.me_sessions")}</h2>
      <p role="status">{said}</p>
      <Sessions sessions={sessions} end={(session) => void end(session)} />
    </>
  );
}
