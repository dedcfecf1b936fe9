// The design system's style sheet is made smaller (web/only_used.ts): on no page may a rule be missing that would have changed something there.
import * as fs from "node:fs";

const root = new URL("../../", import.meta.url);
const read = (name) => fs.readFileSync(new URL(name, root), "utf8");
let sheets;

/** Selectors of the whole sheet that ours has not and that something on the page answers to. */
export async function unstyled(page) {
  sheets ??= [read("web/node_modules/dkfds/dist/css/dkfds.min.css"), read("web/dist/portal.css")];
  return page.evaluate(([whole, ours]) => {
    const selectors = (text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      const under = (rules) => [...rules].flatMap((rule) => (rule.selectorText ? rule.selectorText.split(/,\s*(?![^(]*\))/) : under(rule.cssRules ?? [])));
      return new Set(under(sheet.cssRules));
    };
    const kept = selectors(ours);
    // What an element looks like when it is pointed at, or beside it, is looked for at the element itself.
    const bare = (selector) => selector.replace(/::[\w-]+(\([^)]*\))?|:(hover|focus|focus-visible|focus-within|active|visited|link|target)\b/g, "").replace(/:not\(\s*\)/g, "");
    return [...selectors(whole)].filter((each) => {
      if (kept.has(each)) return false;
      try { return document.querySelector(bare(each)) !== null; } catch { return false; }  // one that no browser knows
    });
  }, sheets);
}
