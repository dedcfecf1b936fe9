import { text } from "../text";
import { namesAt, tablesAt, textAt } from "./document";
import { Button, Group, TextRow, useEditing } from "./fields";

/** Variables as one line of words with commas. */
function Names({ path }: { path: string }) {
  const { doc, set, readOnly } = useEditing(), id = `names-${path.replace(/\W/g, "-")}`;
  return (
    <div className="form-group">
      <label className="form-label" htmlFor={id}>{text("web.variables")}</label>
      <span className="form-hint" id={`${id}-hint`}>{text("web.f_names_hint")}</span>
      <input className="form-input" id={id} disabled={readOnly} aria-describedby={`${id}-hint`} defaultValue={namesAt(doc, path).join(", ")}
        onChange={(event) => set(path, event.target.value.split(",").map((each) => each.trim()).filter(Boolean))} />
    </div>
  );
}

export function StepDocuments({ number }: { number: string }) {
  const { doc, set } = useEditing();
  const own = tablesAt(doc, "own_data");
  return (
    <>
      <p>{text("web.f_documents_text", { number })}</p>
      <Group path="own_data" title={text("web.f_own_data")} hint={text("web.f_own_data_hint")}>
        {own.map((each, at) => (
          <Group key={at} path={`own_data.${at}`} title={textAt(each, "table") || text("web.f_own_table", { number: String(at + 1) })}>
            <TextRow path={`own_data.${at}.table`} label={text("web.f_own_name")} hint={text("web.f_own_name_hint")} />
            <TextRow path={`own_data.${at}.description`} label={text("web.description")} />
            <TextRow path={`own_data.${at}.source`} label={text("web.f_own_source")} />
            <Names path={`own_data.${at}.variables`} />
            <TextRow path={`own_data.${at}.person`} label={text("web.f_own_person")} hint={text("web.f_own_person_hint")} optional />
            <Button kind="unstyled" label={`${text("web.remove")}: ${textAt(each, "table") || at + 1}`} onClick={() => set("own_data", own.length > 1 ? own.filter((_, other) => other !== at) : undefined)}>{text("web.remove")}</Button>
          </Group>
        ))}
        <Button onClick={() => set("own_data", [...own, { table: "", description: "", source: "", variables: [] }])}>{text("web.f_own_add")}</Button>
      </Group>
    </>
  );
}
