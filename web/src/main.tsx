// The pages come from fvm-portal with their content in them; this adds what lives: status, freshness, forms.
import "../node_modules/dkfds/dist/css/dkfds.min.css";
import "./fonts.css";
import "./portal.css";
import "./analyst.css";
import "./case.css";
import "./staff.css";
import "./desk.css";
import "./print.css";
import { lazy, StrictMode, Suspense, type ComponentType, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { FreshnessTable } from "./freshness";
import { ActivatePage, PasswordPage } from "./login";
import { MePage } from "./me";
import { Signed, type PageProps } from "./signed";
import { StatusPanel } from "./status";
import { pageTexts, text } from "./text";
import { putTokenAside } from "./token";

// Pages of those who have logged in, by the names in src/api/app_pages.cpp; each is loaded when it is opened.
const pages: Record<string, () => Promise<{ default: ComponentType<PageProps> }>> = {
  applications: () => import("./pages/applications"),
  application: () => import("./pages/application"),
  case_status: () => import("./pages/case_status"),
  cases: () => import("./pages/cases"),
  case: () => import("./pages/case"),
  workspaces: () => import("./pages/workspaces"),
  workspace: () => import("./pages/workspace"),
  table: () => import("./pages/table"),
  desktop: () => import("./pages/desktop"),
  send_home: () => import("./pages/send_home"),
  reviews: () => import("./pages/reviews"),
  review: () => import("./pages/review"),
  security: () => import("./pages/security"),
  breach: () => import("./pages/breach"),
  operations: () => import("./pages/operations"),
  fetch: () => import("./pages/fetch"),
};

function mount(id: string, content: (place: HTMLElement) => ReactNode) {
  const place = document.getElementById(id);
  if (place) createRoot(place).render(<StrictMode>{content(place)}</StrictMode>);
}

function app({ dataset }: HTMLElement) {
  if (dataset.page === "fetch") putTokenAside(dataset.number ?? "");
  const page = pages[dataset.page ?? ""];
  if (!page) return <p>{text("web.failed")}</p>;
  const Page = lazy(() => pageTexts().then(page));
  const loading = <p role="status">{text("web.status_loading")}</p>;
  return <Signed page={(me) => <Suspense fallback={loading}><Page number={dataset.number ?? ""} me={me} /></Suspense>} />;
}

mount("status", () => <StatusPanel />);
mount("freshness", () => <FreshnessTable />);
mount("login-password", () => <PasswordPage />);
mount("login-activate", () => <ActivatePage />);
mount("me", () => <Signed page={(me) => <MePage me={me} />} />);
mount("app", app);
