// How long a page takes on a poor line until it can be used: content painted, scripts run, and the browser idle for the first time
// (docs/architecture/0052-first-page.md).
//
//   node interactive.mjs OPTIONS.json   {"base", "paths", "times", "kbit", "rtt_ms"}
import * as fs from "node:fs";
import { chromium } from "playwright-core";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

async function once(path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "da-DK" });  // nothing cached
  const page = await context.newPage(), devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const bytes = (1000 * options.kbit) / 8;
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: options.rtt_ms, downloadThroughput: bytes, uploadThroughput: bytes });
  await page.goto(options.base + path, { waitUntil: "domcontentloaded" });  // its scripts have run; fonts may still come, and change no place
  const idle = await page.evaluate(() => new Promise((done) => { requestIdleCallback(() => done(performance.now())); }));
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN);
  await context.close();
  return { painted, idle };
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seen = [];
for (const path of options.paths) {
  const times = [];
  for (let i = 0; i < options.times; i += 1) times.push(await once(path));
  seen.push({ path, painted_ms: middle(times.map((each) => each.painted)), interactive_ms: middle(times.map((each) => each.idle)) });
}
await browser.close();
console.log(JSON.stringify({ examined: [], pages: seen }));
