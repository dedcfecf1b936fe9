import { text } from "../text";
import { tablesAt, textAt } from "./document";
import { Button, Group, TextRow, useEditing, useItems } from "./fields";

function PersonFields({ path, account }: { path: string; account?: boolean }) {
  return (
    <>
      <TextRow path={`${path}.name`} label={text("web.name")} />
      <TextRow path={`${path}.email`} label={text("web.f_email")} type="email" />
      {account && <TextRow path={`${path}.account`} label={text("web.f_account")} hint={text("web.f_account_hint")} optional />}
    </>
  );
}

export function StepPeople() {
  const { doc, set } = useEditing(), users = useItems("application.users", []);
  return (
    <>
      <Group path="application.applicant" title={text("web.f_applicant")} hint={text("web.f_applicant_hint")}><PersonFields path="application.applicant" /></Group>
      <Group path="application.contact" title={text("web.f_contact")} hint={text("web.f_contact_hint")}>
        <Button kind="unstyled" onClick={() => set("application.contact", { name: textAt(doc, "application.applicant.name"), email: textAt(doc, "application.applicant.email") })}>
          {text("web.f_contact_same")}
        </Button>
        <PersonFields path="application.contact" />
      </Group>
      <Group path="application.signatory" title={text("web.f_signatory")} hint={text("web.f_signatory_hint")}><PersonFields path="application.signatory" account /></Group>
      <Group path="application.users" title={text("web.f_users")} hint={text("web.f_users_hint")}>
        {users.map(({ key, at, item: user, remove }) => (
          <Group key={key} path={`application.users.${at}`} title={textAt(user, "name") || text("web.f_user", { number: String(at + 1) })}>
            <PersonFields path={`application.users.${at}`} account />
            <Button kind="unstyled" label={`${text("web.remove")}: ${textAt(user, "name") || at + 1}`} onClick={remove}>{text("web.remove")}</Button>
          </Group>
        ))}
        <Button onClick={() => set("application.users", [...tablesAt(doc, "application.users"), { name: "", email: "" }])}>{text("web.f_user_add")}</Button>
      </Group>
    </>
  );
}
