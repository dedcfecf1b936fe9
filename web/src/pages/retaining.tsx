// Keeping the copies of a release for as long as a case takes, and letting them go again.
import { useState } from "react";
import { send } from "../api";
import { Fold, Line, Words } from "../form";
import { type PageProps } from "../signed";
import { text } from "../text";
import { useAct, useDraft } from "../use";

export function Retaining({ me, again }: { me: PageProps["me"]; again: () => Promise<void> }) {
  const [release, setRelease] = useState("");
  const [reason, setReason, drop] = useDraft("retain", "");
  const { busy, said, act } = useAct();
  const step = (what: "retain" | "let_go", done: string) => act(async () => {
    await send("POST", `/api/v1/releases/${encodeURIComponent(release.trim())}/${what}`, me.csrf, { reason: reason.trim() });
    drop();
    await again();
    return done;
  });
  const lacks = busy || release.trim() === "" || reason.trim() === "";
  return (
    <Fold className="second" summary={text("web.retain")} open={reason !== ""}>
      <p>{text("web.retain_lead")}</p>
      {said}
      <Line id="retain-release" label={text("web.review_number")} hint={text("web.retain_hint")} value={release} onChange={setRelease} />
      <Words id="retain-reason" label={text("web.security_retained_reason")} value={reason} onChange={setReason} />
      <div className="button-row">
        <button type="button" className="button button-primary" disabled={lacks} onClick={() => void step("retain", text("web.retained"))}>{text("web.retain_button")}</button>
        <button type="button" className="button button-secondary" disabled={lacks} onClick={() => void step("let_go", text("web.let_go_done"))}>{text("web.let_go_button")}</button>
      </div>
    </Fold>
  );
}
