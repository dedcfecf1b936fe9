// My projects.
import { List } from "../list";
import type { PageProps } from "../signed";
import { day, text } from "../text";
import { Looked, useLook } from "../use";
import { page } from "./analyst";
import { Age, stateOf } from "./parts";

export default function Workspaces(_: PageProps) {
  const look = useLook("/api/v1/projects");
  return (
    <Looked look={look}>
      {({ projects }) => (
        <List name="" caption={text("web.workspaces_title")} rows={projects} id={(each) => each.project} empty={text("web.ws_none")} filter={projects.length > 5}
          columns={[
            { key: "title", words: text("web.project"), value: (each) => each.title, cell: (each) => <a href={page.project(each.project)}>{each.title}</a> },
            { key: "number", words: text("web.ws_number"), value: (each) => each.project },
            { key: "state", words: text("web.state"), value: (each) => stateOf(each) },
            { key: "built", words: text("web.ws_data"), value: (each) => each.built, cell: (each) => <Age of={each.built} /> },
            { key: "to", words: text("web.ws_until"), value: (each) => each.valid_to, cell: (each) => day(each.valid_to) },
          ]} />
      )}
    </Looked>
  );
}
