// How the instance is set, beside what is usual: changed in its file alone.
import { Fold } from "../form";
import { List } from "../list";
import type { SettingsView } from "../shapes";
import { number, text } from "../text";
import { Looked, useLook } from "../use";

type Setting = SettingsView["settings"][number];

const columns = [
  { key: "name", words: text("web.setting"), value: (row: Setting) => row.name, cell: (row: Setting) => <code>{row.name}</code> },
  { key: "value", words: text("web.setting_value"), value: (row: Setting) => row.value, cell: (row: Setting) => (row.value === row.usual ? <code>{row.value}</code> : <strong><code>{row.value}</code></strong>) },
  { key: "usual", words: text("web.setting_usual"), value: (row: Setting) => row.usual, cell: (row: Setting) => <code>{row.usual}</code> },
  { key: "own", words: text("web.setting_own"), value: (row: Setting) => (row.value === row.usual ? "" : text("web.yes")) },
];

export function Settings() {
  const look = useLook("/api/v1/settings");
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">{text("web.settings")}</h2>
      <p>{text("web.settings_lead")}</p>
      <Looked look={look}>
        {({ settings }) => (
          <Fold summary={text("web.settings_open", { count: number(settings.length), own: number(settings.filter((each) => each.value !== each.usual).length) })}>
            <List name="settings" caption={text("web.settings")} columns={columns} rows={settings} id={(row) => row.name} empty="" filter />
          </Fold>
        )}
      </Looked>
    </section>
  );
}
