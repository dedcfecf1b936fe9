import { text } from "../text";
import { DateRow, Group, TextRow } from "./fields";

export function StepTask() {
  return (
    <>
      <TextRow path="application.title" label={text("web.f_title")} hint={text("web.f_title_hint")} />
      <TextRow path="application.task" label={text("web.f_task")} hint={text("web.f_task_hint")} tall />
      <TextRow path="application.purpose" label={text("web.f_purpose")} hint={text("web.f_purpose_hint")} tall />
      <TextRow path="application.legal_basis" label={text("web.f_legal_basis")} hint={text("web.f_legal_basis_hint")} />
      <TextRow path="application.necessity" label={text("web.f_necessity")} hint={text("web.f_necessity_hint")} tall />
      <TextRow path="application.place" label={text("web.f_place")} hint={text("web.f_place_hint")} />
      <Group path="application.period" title={text("web.f_period")} hint={text("web.f_period_hint")}>
        <DateRow path="application.period.from" label={text("web.f_from")} />
        <DateRow path="application.period.to" label={text("web.f_to")} />
      </Group>
      <Group path="application.authority" title={text("web.authority")}>
        <TextRow path="application.authority.name" label={text("web.name")} />
        <TextRow path="application.authority.cvr" label={text("web.f_cvr")} hint={text("web.f_cvr_hint")} />
        <TextRow path="application.authority.unit" label={text("web.f_unit")} optional />
      </Group>
      <Group path="application.payer" title={text("web.f_payer")}>
        <TextRow path="application.payer.name" label={text("web.name")} />
        <TextRow path="application.payer.ean" label={text("web.f_ean")} hint={text("web.f_ean_hint")} />
        <TextRow path="application.payer.reference" label={text("web.f_reference")} optional />
      </Group>
    </>
  );
}
