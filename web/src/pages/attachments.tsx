// Documents on a case: who put what there, fetched by whoever sees the case, put there by whoever may say something in it.
import { useId, useRef } from "react";
import { send, upload } from "../api";
import type { AttachmentList, AttachmentView } from "../shapes";
import type { PageProps } from "../signed";
import { bytes, moment, number as digits, text } from "../text";
import { Looked, useAct, useLook, Wrong, type Doing } from "../use";
import { path } from "./case_types";

const kinds: Record<string, () => string> = {
  pdf: () => text("web.attachment_pdf"), docx: () => text("web.attachment_docx"), odt: () => text("web.attachment_odt"), xlsx: () => text("web.attachment_xlsx"),
  ods: () => text("web.attachment_ods"), text: () => text("web.attachment_text"), png: () => text("web.attachment_picture"), jpeg: () => text("web.attachment_picture"),
};
// Others come by mail only, where the service takes everything.
const kindWords = (kind: string) => kinds[kind]?.() ?? text("web.attachment_other", { kind });
const accepted = ".pdf,.docx,.odt,.xlsx,.ods,.txt,.csv,.md,.toml,.png,.jpg,.jpeg";

function Shown({ number, each, doing, take }: { number: string; each: AttachmentView; doing: Doing; take: () => void }) {
  return (
    <li>
      <p>
        <a href={path(number, `/attachments/${encodeURIComponent(each.attachment)}`)} download={each.name}>{each.name}</a>{" "}
        <span className="quiet">{kindWords(each.kind)}, {bytes(each.bytes)}</span>
      </p>
      <p className="when">{text("web.attachment_by", { by: each.by, at: moment(each.at) })}</p>
      {each.removable && <button type="button" className="button-link" disabled={doing.busy} aria-label={`${text("web.remove")}: ${each.name}`} onClick={take}>{text("web.remove")}</button>}
    </li>
  );
}

export function Attachments({ number, me, level = 2 }: { number: string; me: PageProps["me"]; level?: 2 | 3 }) {
  const look = useLook(path(number, "/attachments"));
  const { busy, said, act } = useAct(), id = useId(), field = useRef<HTMLInputElement>(null);
  const Heading = level === 2 ? "h2" as const : "h3" as const;
  const put = (list: AttachmentList, files: File[]) => act(async () => {
    const large = files.find((each) => each.size > list.bytes_max);
    if (large) throw new Wrong(text("web.attachment_too_large", { name: large.name, most: bytes(list.bytes_max) }));
    try {
      for (const file of files) await upload(path(number, `/attachments?name=${encodeURIComponent(file.name)}`), me.csrf, file);
    } finally {
      if (field.current) field.current.value = "";
      await look.again();
    }
    return text("web.attachment_added", { names: files.map((each) => each.name).join(", ") });
  });
  const take = (each: AttachmentView) => act(async () => {
    await send("DELETE", path(number, `/attachments/${encodeURIComponent(each.attachment)}`), me.csrf);
    await look.again();
    return text("web.attachment_removed", { name: each.name });
  });
  return (
    <section aria-labelledby={`${id}-title`}>
      <Heading id={`${id}-title`}>{text("web.attachments")}</Heading>
      {said}
      <Looked look={look}>{(list) => (
        <>
          {list.attachments.length === 0 && <p>{text(list.may_add ? "web.attachments_none_yet" : "web.attachments_none")}</p>}
          <ul className="outbox attachments">{list.attachments.map((each) => <Shown key={each.attachment} number={number} each={each} doing={{ busy, act }} take={() => void take(each)} />)}</ul>
          {list.may_add && (
            <div className="form-group">
              <label className="form-label" htmlFor={id}>{text("web.attachment_add")}</label>
              <span className="form-hint" id={`${id}-hint`}>{text("web.attachment_hint", { most: bytes(list.bytes_max), count: digits(list.attachments_max) })}</span>
              <input id={id} ref={field} type="file" multiple accept={accepted} disabled={busy} aria-describedby={`${id}-hint`} onChange={(event) => void put(list, [...(event.target.files ?? [])])} />
            </div>
          )}
          {busy && <p role="status">{text("web.attachment_sending")}</p>}
        </>
      )}</Looked>
    </section>
  );
}
