// To whom, and what for: the same when a table and when files are sent home.
import { Line } from "../form";
import { text } from "../text";

interface Address { to: string; purpose: string }
export const noAddress: Address = { to: "", purpose: "" };
export const lacksAddress = (address: Address) => (!/^\S+@\S+$/.test(address.to.trim()) ? "to" : !address.purpose.trim() ? "purpose" : null);

interface RecipientProps { recipients: string[]; address: Address; change: (address: Address) => void; wrong: string | null }

export function Recipient({ recipients, address, change, wrong }: RecipientProps) {
  const addresses = recipients.filter((each) => !each.startsWith("@"));
  return (
    <>
      <Line id="to" label={text("web.home_to")} value={address.to} list="recipients" error={wrong === "to" && text("web.home_to_needed")}
        hint={recipients.length > 0 ? text("web.home_to_hint", { recipients: recipients.join(", ") }) : text("web.home_nobody")} onChange={(to) => change({ ...address, to })} />
      <datalist id="recipients">{addresses.map((each) => <option key={each} value={each} />)}</datalist>
      <Line id="purpose" label={text("web.home_purpose")} hint={text("web.home_purpose_hint")} value={address.purpose} error={wrong === "purpose" && text("web.tab_needed")}
        onChange={(purpose) => change({ ...address, purpose })} />
    </>
  );
}
