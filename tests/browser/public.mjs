// The public pages as somebody reads them who sees little, uses a keyboard or a phone: the accessibility gate over each of them.
//
//   node public.mjs OPTIONS.json   {"base", "paths": ["/", …], "folder"}
//
// Prints what was seen as JSON; ends with 1 at the first page that is not as it should be.
import * as fs from "node:fs";
import { chromium } from "playwright-core";
import { accessible, fits, highContrast, violations } from "./accessibility.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
const complaints = [];
page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
page.on("pageerror", (error) => complaints.push(String(error)));
page.setDefaultTimeout(20_000);

// The first Tab leads to the content.
async function skips(path) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  if (!first?.startsWith("#")) throw new Error(`no way past the menu: ${path}: ${first}`);
}

try {
  const seen = [];
  for (const path of options.paths) {
    const answer = await page.goto(options.base + path, { waitUntil: "networkidle" });
    if (answer.status() !== 200) throw new Error(`${path}: ${answer.status()}`);
    await skips(path);
    await accessible(page, path);
    await fits(page, path);
    await highContrast(page, path);
    await page.screenshot({ path: `${options.folder}/public-${seen.length}.png`, fullPage: true });
    seen.push(path);
  }
  // The gate can fail: a picture without words, and text as pale as paper.
  await page.evaluate(() => {
    document.querySelector("main").append(document.createElement("img"), Object.assign(document.createElement("p"), { textContent: "pale", id: "pale" }));
    document.getElementById("pale").style.color = "#eee";
  });
  const control = (await violations(page)).map(({ rule }) => rule);
  if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join("; ")}`);
  console.log(JSON.stringify({ seen, control }));
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await browser.close();
}
