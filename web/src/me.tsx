// Who one is here, and the browsers that one is logged in with.
import { send, type Me, type Session } from "./api";
import { roleWords } from "./roles";
import { language, moment, text } from "./text";
import { Looked, useAct, useLook } from "./use";

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

export function MePage({ me }: { me: Me }) {
  const look = useLook("/api/me/sessions");
  const { said, act } = useAct();
  const end = (session: Session) => act(async () => {
    if (session.current) {
      await send("POST", "/logout", me.csrf);
      location.assign(language === "en" ? "/en/login" : "/login");
      return undefined;
    }
    await send("DELETE", `/api/me/sessions/${session.session}`, me.csrf);
    await look.again();
    return text("web.me_ended");
  });
  return (
    <>
      <dl className="facts">
        <dt>{text("web.me_user")}</dt><dd>{me.user}</dd>
        <dt>{text("web.me_institution")}</dt><dd>{me.institution}</dd>
        <dt>{text("web.me_roles")}</dt><dd>{me.roles.map(roleWords).join(", ")}</dd>
        <dt>{text("web.me_assurance")}</dt><dd>{me.assurance.split("/").pop()}</dd>
      </dl>
      <h2>{text("web.me_sessions")}</h2>
      {said}
      <Looked look={look}>{({ sessions }) => <Sessions sessions={sessions} end={(session) => void end(session)} />}</Looked>
    </>
  );
}
