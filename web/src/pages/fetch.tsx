// A one-time link: what it opens is shown first, each file is fetched by a button and only then counted. What came is compared with what was approved.
import { Problem, send, sendForBytes } from "../api";
import { Mistake } from "../form";
import { List } from "../list";
import type { LinkOpened } from "../shapes";
import type { PageProps } from "../signed";
import { bytes, moment, text } from "../text";
import { tokenOf } from "../token";
import { Looked, useAct, useLook } from "../use";

type OneFile = LinkOpened["files"][number];

async function digest(content: ArrayBuffer) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...found].map((each) => each.toString(16).padStart(2, "0")).join("");
}

function save(name: string, content: ArrayBuffer) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function Opened({ number, me, token }: PageProps & { token: string }) {
  const path = `/api/v1/links/${encodeURIComponent(number)}` as const;
  const look = useLook(path, { by: () => send("POST", path, me.csrf, { token }) });
  const { busy, said, act } = useAct();
  const fetchFile = (file: OneFile) => act(async () => {
    const content = await sendForBytes(`${path}/files/${file.file}`, me.csrf, { token });
    if (await digest(content) !== file.sha256) throw new Problem(0, "", text("web.fetch_changed"));
    save(file.name, content);
    await send("POST", `${path}/files/${file.file}/arrived`, me.csrf, { token });
    await look.again();
    return text("web.fetch_done", { name: file.name });
  });
  return (
    <Looked look={look}>
      {(found) => (
        <>
          <p>{text("web.fetch_intro", { at: moment(found.expires) })}</p>
          {said}
          <List name="" caption={text("web.fetch_title", { number: found.release })} rows={found.files} id={(row) => String(row.file)} empty="" columns={[
            { key: "name", words: text("web.fetch_file"), value: (row) => row.name },
            { key: "size", words: text("web.fetch_size"), value: (row) => row.bytes, cell: (row) => bytes(row.bytes), numeric: true },
            { key: "act", words: text("web.state"), value: (row) => row.fetched ?? "", cell: (row) => (
              row.open
                ? <button type="button" className="button button-primary" disabled={busy} onClick={() => void fetchFile(row)}>{text("web.fetch_button", { name: row.name })}</button>
                : text("web.fetch_was", { at: row.fetched ? moment(row.fetched) : "" })
            ) },
          ]} />
          <p>{text("web.fetch_mistake")}</p>
        </>
      )}
    </Looked>
  );
}

export default function Fetch({ number, me }: PageProps) {
  const token = tokenOf(number);
  if (token === "") return <Mistake>{text("web.fetch_no_token")}</Mistake>;
  return <Opened number={number} me={me} token={token} />;
}
