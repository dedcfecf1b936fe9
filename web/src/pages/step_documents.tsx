import { useState } from "react";
import type { PageProps } from "../signed";
import { text } from "../text";
import { Attachments } from "./attachments";
import { namesAt, tablesAt, textAt } from "./document";
import { Button, fieldId, Group, TextRow, useEditing, useItems } from "./fields";

const split = (line: string) => line.split(",").map((each) => each.trim()).filter(Boolean);

/** Variables as one line of words with commas: what was typed, as long as it says what the document says. */
function Names({ path }: { path: string }) {
  const { doc, set, readOnly } = useEditing(), id = fieldId(path), written = namesAt(doc, path).join(", ");
  const [typed, setTyped] = useState(written);
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{text("web.variables")}</label>
      <span className="form-hint" id={`${id}-hint`}>{text("web.f_names_hint")}</span>
      <input className="form-input" id={id} disabled={readOnly} aria-describedby={`${id}-hint`} value={split(typed).join(", ") === written ? typed : written}
        onChange={(event) => { setTyped(event.target.value); set(path, split(event.target.value)); }} />
    </div>
  );
}

export function StepDocuments({ number, me }: { number: string; me: PageProps["me"] }) {
  const { doc, set } = useEditing(), items = useItems("own_data", undefined);
  return (
    <>
      <Attachments number={number} me={me} level={3} />
      <p>{text("web.f_documents_text", { number })}</p>
      <Group path="own_data" title={text("web.f_own_data")} hint={text("web.f_own_data_hint")}>
        {items.map(({ key, at, item, remove }) => (
          <Group key={key} path={`own_data.${at}`} title={textAt(item, "table") || text("web.f_own_table", { number: String(at + 1) })}>
            <TextRow path={`own_data.${at}.table`} label={text("web.f_own_name")} hint={text("web.f_own_name_hint")} />
            <TextRow path={`own_data.${at}.description`} label={text("web.description")} />
            <TextRow path={`own_data.${at}.source`} label={text("web.f_own_source")} />
            <Names path={`own_data.${at}.variables`} />
            <TextRow path={`own_data.${at}.person`} label={text("web.f_own_person")} hint={text("web.f_own_person_hint")} optional />
            <Button kind="unstyled" label={`${text("web.remove")}: ${textAt(item, "table") || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
          </Group>
        ))}
        <Button onClick={() => set("own_data", [...tablesAt(doc, "own_data"), { table: "", description: "", source: "", variables: [] }])}>{text("web.f_own_add")}</Button>
      </Group>
    </>
  );
}
