// The pages come from fvm-portal with their content in them; this adds what lives: status and freshness.
import "../node_modules/dkfds/dist/css/dkfds.min.css";
import "./portal.css";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { FreshnessTable } from "./freshness";
import { StatusPanel } from "./status";

function mount(id: string, content: ReactNode) {
  const place = document.getElementById(id);
  if (place) createRoot(place).render(<StrictMode>{content}</StrictMode>);
}

mount("status", <StatusPanel />);
mount("freshness", <FreshnessTable />);
