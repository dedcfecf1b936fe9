// Keeping the copies of a release for as long as a case takes, and letting them go again.
import { useState } from "react";
import { send } from "../api";
import { Fold, Line } from "../form";
import { type PageProps } from "../signed";
import { text } from "../text";
import { useAct } from "../use";
import { ActWithReason, useReason } from "./act_with_reason";

export function Retaining({ me, again }: { me: PageProps["me"]; again: () => Promise<void> }) {
  const [release, setRelease] = useState("");
  const [begun] = useReason("retain-reason");
  const { said, ...doing } = useAct();
  const lacks = release.trim() === "";
  const step = (what: "retain" | "let_go", done: string) => async (reason: string) => {
    await send("POST", `/api/v1/releases/${encodeURIComponent(release.trim())}/${what}`, me.csrf, { reason });
    await again();
    return done;
  };
  return (
    <Fold className="second" summary={text("web.retain")} open={begun !== ""}>
      <p>{text("web.retain_lead")}</p>
      {said}
      <ActWithReason id="retain-reason" label={text("web.security_retained_reason")} doing={doing}
        before={<Line id="retain-release" label={text("web.review_number")} hint={text("web.retain_hint")} value={release} onChange={setRelease} />}
        acts={[
          { button: text("web.retain_button"), lacks, run: step("retain", text("web.retained")) },
          { button: text("web.let_go_button"), kind: "secondary", lacks, run: step("let_go", text("web.let_go_done")) },
        ]} />
    </Fold>
  );
}
