// Leaves out of a foreign style sheet what no page can show: rules for classes that stand in none of our sources. The design system brings
// everything that any service may use; a page waits for its style sheet before it shows anything.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Plugin, Rule } from "postcss";

const root = path.join(import.meta.dirname, "..");
// Where pages are written: our scripts, and the rooms whose C++ writes HTML.
const folders = ["web/src", "src/api", "src/desk", "src/http"];

/** Every word of our sources: a class that stands nowhere as a word is on no page. A word that ends in "-" is put together ("badge-{}"). */
function words(): { whole: Set<string>; beginnings: string[] } {
  const whole = new Set<string>(), beginnings = new Set<string>();
  for (const folder of folders)
    for (const name of fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).filter((each) => /\.(tsx?|cpp|hpp)$/.test(each) && !each.includes("generated")))
      for (const [word] of fs.readFileSync(path.join(root, folder, name), "utf8").matchAll(/[A-Za-z_][\w-]*/g)) {
        whole.add(word);
        if (/^[\w-]*\w-$/.test(word)) beginnings.add(word);
      }
  return { whole, beginnings: [...beginnings] };
}

/** The classes that an element must have for the selector; what stands in brackets (:not(.x), :is(.x, .y)) is no must. */
const musts = (selector: string) => {
  let bare = selector;
  for (let before = ""; before !== bare;) [before, bare] = [bare, bare.replace(/:[\w-]+\([^()]*\)/g, "")];
  return [...bare.matchAll(/\.((?:[\w-]|\\.)+)/g)].map(([, name]) => name!.replaceAll("\\", ""));
};

export function onlyUsed(sheet: string): Plugin {
  const { whole, beginnings } = words();
  const is_used = (name: string) => whole.has(name) || beginnings.some((each) => name.startsWith(each));
  return {
    postcssPlugin: "only-used",
    Once(css) {
      if (!css.source?.input.file?.includes(`node_modules/${sheet}/`)) return;
      css.walkRules((rule: Rule) => {
        if (rule.parent?.type === "atrule" && /keyframes$/.test((rule.parent as { name: string }).name)) return;
        const kept = rule.selectors.filter((each) => musts(each).every(is_used));
        if (kept.length === 0) rule.remove();
        else if (kept.length < rule.selectors.length) rule.selectors = kept;
      });
      css.walkAtRules((each) => { if (each.nodes?.length === 0) each.remove(); });
    },
  };
}
