// What the pages of those who have logged in share: who it is, the way to one's tasks, and the page itself.
import type { ReactNode } from "react";
import type { Me } from "./api";
import { language, text } from "./text";
import { Looked, useLook } from "./use";

export interface PageProps { number: string; me: Me }

/** Addresses as the server knows them (src/api/app_pages.cpp). */
export const address = (danish: string, english: string) => (language === "en" ? `/en${english}` : danish);

const tasks = [
  { roles: ["applicant", "signatory"], href: address("/ansoegninger", "/applications"), words: () => text("web.applications_title") },
  { roles: ["analyst"], href: address("/projekt", "/project"), words: () => text("web.workspaces_title") },
  { roles: ["caseworker", "decision-maker"], href: address("/sager", "/cases"), words: () => text("web.cases_title") },
  { roles: ["reviewer"], href: address("/kontrol", "/review"), words: () => text("web.reviews_title") },
  { roles: ["security", "decision-maker"], href: address("/sikkerhed", "/security"), words: () => text("web.security_title") },
  { roles: ["operator", "security"], href: address("/drift", "/operations"), words: () => text("web.operations_title") },
];

function Tasks({ me }: { me: Me }) {
  const mine = tasks.filter((task) => task.roles.some((role) => me.roles.includes(role)));
  if (mine.length === 0) return null;
  return (
    <nav className="tasks" aria-label={text("web.menu_work")}>
      <ul>
        {mine.map((task) => (
          <li key={task.href}>
            <a href={task.href} aria-current={location.pathname === task.href ? "page" : undefined}>{task.words()}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Draws `page` for whoever is logged in, and the way to the login for everybody else. */
export function Signed({ page }: { page: (me: Me) => ReactNode }) {
  const look = useLook("/api/me");
  return <Looked look={look}>{(me) => <><Tasks me={me} />{page(me)}</>}</Looked>;
}
