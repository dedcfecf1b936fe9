import type { Finding } from "./case_types";
import { sentence } from "./document";

/** A finding and the path of the field that it concerns. */
export interface Placed { finding: Finding; path: string }

export function Findings({ placed, jump }: { placed: Placed[]; jump: (path: string) => void }) {
  return (
    <ul className="findings">
      {placed.map(({ finding, path }, at) => (
        <li key={at}><button type="button" className="button-link" onClick={() => jump(path)}>{sentence(finding, path)}</button></li>
      ))}
    </ul>
  );
}
