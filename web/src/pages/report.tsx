// Reporting a breach, or a mistake of one's own; what it is about may be known already.
import { send } from "../api";
import { Fold, Line, Words } from "../form";
import { address, type PageProps } from "../signed";
import { text } from "../text";
import { useAct, useDraft } from "../use";

export const breachPath = (number: string) => address(`/sikkerhed/${number}`, `/security/${number}`);

export function Report({ me, summary, release = "", user = "", project = "" }: { me: PageProps["me"]; summary: string; release?: string; user?: string; project?: string }) {
  const id = (name: string) => `report${release && `-${release}`}-${name}`;
  const [typed, setTyped, drop] = useDraft(`report-${release}-${project}`, { release, user, project, words: "" });
  const { busy, said, act } = useAct();
  const put = (name: keyof typeof typed) => (value: string) => setTyped({ ...typed, [name]: value });
  const report = () => act(async () => {
    const made = await send("POST", "/api/v1/breaches", me.csrf, { release: typed.release.trim(), user: typed.user.trim(), project: typed.project.trim(), words: typed.words.trim() });
    drop();
    location.assign(breachPath(made.case));
  });
  return (
    <Fold className="second" summary={<>{summary}{release && <span className="sr-only"> {release}</span>}</>} open={typed.words !== "" || typed.user !== user || typed.project !== project}>
      <p>{text("web.breach_report_lead")}</p>
      {said}
      <div className="columns">
        <Line id={id("release")} label={text("web.breach_report_release")} hint={text("web.breach_report_release_hint")} value={typed.release} onChange={put("release")} />
        <Line id={id("user")} label={text("web.breach_report_user")} value={typed.user} onChange={put("user")} />
        <Line id={id("project")} label={text("web.breach_report_project")} value={typed.project} onChange={put("project")} />
      </div>
      <Words id={id("words")} label={text("web.breach_report_words")} hint={text("web.breach_report_words_hint")} value={typed.words} onChange={put("words")} />
      <button type="button" className="button button-primary" disabled={busy} onClick={() => void report()}>{text("web.breach_report_button")}</button>
    </Fold>
  );
}
