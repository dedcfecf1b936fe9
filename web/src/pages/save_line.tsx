import { text } from "../text";
import { sentence } from "../use";
import type { Saved, useSaving } from "./saving";

const words: Record<Saved, () => string> = {
  saved: () => text("web.saved_saved"), changed: () => text("web.saved_changed"), saving: () => text("web.saving"), elsewhere: () => text("web.saved_elsewhere"),
  expired: () => text("web.login_needed"), failed: () => text("web.saved_failed"),
};

/** How it stands with the saving, and the choice when somebody else saved meanwhile. */
export function SaveLine({ saving }: { saving: ReturnType<typeof useSaving> }) {
  const { saved, error } = saving;
  return (
    <div className="save-line">
      <p role="status">{words[saved]()}{(saved === "failed" || saved === "elsewhere") && error !== null && ` ${sentence(error)}`}</p>
      {saved === "failed" && <p><button type="button" className="button button-secondary" onClick={() => void saving.save()}>{text("web.saved_again")}</button></p>}
      {saved === "elsewhere" && (
        <p>
          <button type="button" className="button button-secondary" onClick={() => void saving.takeTheirs()}>{text("web.saved_take_theirs")}</button>{" "}
          <button type="button" className="button button-secondary" onClick={() => void saving.keepMine()}>{text("web.saved_keep_mine")}</button>
        </p>
      )}
    </div>
  );
}
