// The public pages as somebody reads them who sees little, uses a keyboard or a phone: the accessibility gate over each of them.
//
//   node public.mjs OPTIONS.json   {"base", "paths": ["/", …], "folder"}
import * as fs from "node:fs";
import { accessible, fits, highContrast, violations } from "./accessibility.mjs";
import { reach } from "./keyboard.mjs";
import { tell } from "./story.mjs";
import { unstyled } from "./styles.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

// The first Tab leads to the content.
async function skips(page, path) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  if (!first?.startsWith("#")) throw new Error(`no way past the menu: ${path}: ${first}`);
}

await tell(options, async (story) => {
  const page = await story.person();
  for (const path of options.paths) {
    const answer = await page.goto(options.base + path, { waitUntil: "networkidle" });
    story.expect(`${path}: ${answer.status()}`, answer.status() === (/findes-ikke|no-such/.test(path) ? 404 : 200));
    await skips(page, path);
    await accessible(page, path);
    await fits(page, path);
    await highContrast(page, path);
    await story.shot(`public-${story.seen.length}`);
    story.seen.push(path);
  }
  // The gate can fail: a picture without words, and text as pale as paper.
  await page.evaluate(() => {
    document.querySelector("main").append(document.createElement("img"), Object.assign(document.createElement("p"), { textContent: "pale", id: "pale" }));
    document.getElementById("pale").style.color = "#eee";
  });
  const control = (await violations(page)).map(({ rule }) => rule);
  // And so can the look for missing styles: a part of the design system that no page of ours has.
  await page.evaluate(() => document.querySelector("main").append(Object.assign(document.createElement("p"), { className: "card-row" })));
  // And the stories without a mouse: what Tab does not reach, and what has the focus and does not show it.
  await page.evaluate(() => {
    for (const [id, name] of [["plain", "button"], ["deaf", "span"], ["dark", "button"]]) document.querySelector("main").append(Object.assign(document.createElement(name), { id, textContent: id }));
    for (const property of ["outline", "box-shadow"]) document.getElementById("dark").style.setProperty(property, "none", "important");
  });
  const unreached = [];
  for (const id of ["plain", "deaf", "dark"]) await reach(page.locator(`#${id}`)).catch(() => unreached.push(id));
  await story.end({ control, unstyled: await unstyled(page), unreached });
});
