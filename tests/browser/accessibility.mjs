// The accessibility gate: axe-core over a page as it stands, by the rules of WCAG 2.1 A and AA, and no violation is let through.
//
//   import { accessible, fits } from "./accessibility.mjs";
//   await accessible(page, "table, with a hidden cell explained");   // throws, says what, where and why
//   await fits(page, "table");                                       // a phone, 200 % zoom: nothing wider than the screen
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { unstyled } from "./styles.mjs";

const source = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/** What axe-core finds wrong: [{ rule, help, nodes: [where and why] }]. */
export async function violations(page) {
  await page.evaluate(source);  // by the browser's own door: the page's content policy forbids foreign scripts, and shall
  const found = await page.evaluate((wanted) => globalThis.axe.run(document, { runOnly: { type: "tag", values: wanted } }), tags);
  if (found.passes.length === 0) throw new Error(`axe-core looked at nothing: ${page.url()}`);
  return found.violations.map(({ id, help, nodes }) => ({ rule: id, help, nodes: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`) }));
}

/** Addresses of the pages that went through. */
export const examined = new Set();

export async function accessible(page, where) {
  examined.add(new URL(page.url()).pathname);
  const without = await unstyled(page);
  if (without.length > 0) throw new Error(`styles are missing: ${where} (${page.url()}): ${without.slice(0, 8).join(", ")}`);
  const found = await violations(page);
  if (found.length === 0) return;
  const told = found.map(({ rule, help, nodes }) => `${rule}: ${help}\n    ${nodes.slice(0, 5).join("\n    ")}`).join("\n  ");
  throw new Error(`not accessible: ${where} (${page.url()})\n  ${told}`);
}

/** At 360 px, and at 640 px, which is what 200 % zoom leaves of a screen of 1280: no scrolling sideways. */
export async function fits(page, where) {
  const before = page.viewportSize();
  for (const width of [360, 640]) {
    await page.setViewportSize({ width, height: 740 });
    const wide = await page.evaluate(() => (document.documentElement.scrollWidth <= window.innerWidth ? null
      : [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 5)
        .map((each) => `${each.tagName.toLowerCase()}.${each.className}`)));
    if (wide) throw new Error(`wider than ${width} px: ${where} (${page.url()}): ${wide.join(", ")}`);
  }
  await page.setViewportSize(before);
}

/** With the system's own colours (Windows high contrast): every control still has an edge or is a link. */
export async function highContrast(page, where) {
  await page.emulateMedia({ forcedColors: "active" });
  const lost = await page.evaluate(() => [...document.querySelectorAll("button, input, select, textarea")]
    .filter((each) => each.checkVisibility() && !each.closest(".sort-button, thead") && each.type !== "checkbox" && each.type !== "radio")
    .filter((each) => { const style = getComputedStyle(each); return style.borderStyle === "none" && style.outlineStyle === "none" && style.textDecorationLine === "none"; })
    .map((each) => each.outerHTML.slice(0, 90)));
  await page.emulateMedia({ forcedColors: "none" });
  if (lost.length > 0) throw new Error(`without an edge in forced colours: ${where} (${page.url()})\n  ${lost.slice(0, 5).join("\n  ")}`);
}
