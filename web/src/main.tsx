// The pages come from fvm-portal with their content in them; this adds what lives: status, freshness, forms.
import "../node_modules/dkfds/dist/css/dkfds.min.css";
import "./portal.css";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { FreshnessTable } from "./freshness";
import { ActivatePage, PasswordPage } from "./login";
import { MePage } from "./me";
import { StatusPanel } from "./status";

function mount(id: string, content: ReactNode) {
  const place = document.getElementById(id);
  if (place) createRoot(place).render(<StrictMode>{content}</StrictMode>);
}

mount("status", <StatusPanel />);
mount("freshness", <FreshnessTable />);
mount("login-password", <PasswordPage />);
mount("login-activate", <ActivatePage />);
mount("me", <MePage />);
