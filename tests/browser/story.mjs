// What the stories of people who have logged in share: a browser that complains of nothing, the login, looking at a page as a person with a
// screen reader, a phone or a printer would.
//
//   const story = await begin(options);                     // {"base", "language", "folder"}
//   await story.login("anna", password, "/ansoegninger");    // Danish path; the English one is looked up
//   await story.look("applications");                        // picture, axe-core, phone
//   await story.changed("**/api/v1/queue", (answer) => ({ ...answer, waiting: 0 }), async () => { … });  // as if the portal had answered so
//   await story.end();
import * as fs from "node:fs";
import { chromium } from "playwright-core";
import { accessible, examined, fits, highContrast } from "./accessibility.mjs";
import { withoutMouse } from "./keyboard.mjs";
import { prints } from "./print.mjs";

const tallest = 1500;  // of a picture in the documentation, in points

/** The pictures that docs/pages.md shows are taken anew when FVM_PICTURES names the folder (./run pictures). */
export async function keepPicture(page, name) {
  const folder = process.env.FVM_PICTURES;
  if (!folder || !fs.readFileSync(`${folder}/../pages.md`, "utf8").includes(`(pages/${name}.jpg)`)) return;
  // As somebody sees it who has just come: from the top, without the link that only Tab shows.
  const { width, height } = await page.evaluate(() => {
    if (document.activeElement?.matches('a[href="#main-content"]')) document.activeElement.blur();
    window.scrollTo(0, 0);
    return { width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight };
  });
  await page.screenshot({ path: `${folder}/${name}.jpg`, type: "jpeg", quality: 55, animations: "disabled", fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, tallest) } });
}

export async function begin(options) {
  const english = options.language === "en";
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const complaints = [], requests = new Set();
  const story = { options, english, browser, page: null, seen: [], complaints };

  /** Another person at another machine. */
  story.person = async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: english ? "en-GB" : "da-DK" });
    story.page = await context.newPage();
    story.page.setDefaultTimeout(40_000);
    if (options.keyboard) withoutMouse(story.page);
    story.page.on("console", (said) => { if (["error", "warning"].includes(said.type()) && !/status of 4|ERR_CONNECTION_FAILED/.test(said.text())) complaints.push(said.text()); });
    story.page.on("pageerror", (error) => complaints.push(String(error)));
    story.page.on("request", (request) => requests.add(new URL(request.url()).origin));
    return story.page;
  };
  story.login = async (user, password, place) => {
    const page = await story.person();
    await page.goto(`${options.base}${english ? "/en/login" : "/login"}?next=${encodeURIComponent(place)}`);
    await page.getByRole("link", { name: english ? "Log in with MitID Erhverv" : "Log ind med MitID Erhverv" }).click();
    await page.getByRole("button", { name: user, exact: true }).click();
    await page.locator("#user").fill(user);
    await page.locator("#password").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${place}`);
    return page;
  };
  story.expect = (what, holds) => { if (!holds) throw new Error(`not as it should be: ${what} (${story.page.url()})`); };
  story.shot = async (name) => {
    const file = `${options.story ? `${options.story}-` : ""}${name}${options.language ? `-${options.language}` : ""}`;
    await story.page.screenshot({ path: `${options.folder}/${file}.png`, fullPage: true });
    await keepPicture(story.page, file);
  };
  story.look = async (name) => {
    await story.shot(name);
    await accessible(story.page, name);
    await highContrast(story.page, name);
    await fits(story.page, name);
    story.expect(`${name}: one heading of the first order`, (await story.page.locator("h1").count()) === 1);
    story.seen.push(name);
  };
  story.prints = (name) => prints(story.page, name, `${options.folder}/${options.story ? `${options.story}-` : ""}${name}-print-${options.language}.png`);
  /** The next answer to such a question is lost on its way: what was asked is done all the same. Gives the keys that came. */
  story.lost = async (pattern, method) => {
    const keys = [];
    let lost = false;
    await story.page.route(pattern, async (route) => {
      if (route.request().method() !== method) return route.fallback();
      keys.push(route.request().headers()["idempotency-key"]);
      if (lost) return route.fallback();
      lost = true;
      await route.fetch();
      return route.abort("connectionfailed");
    });
    return keys;
  };
  story.phone = async (name) => {
    if (options.keyboard && !process.env.FVM_PICTURES) return;  // nobody without a mouse looks at a phone's picture
    await story.page.setViewportSize({ width: 360, height: 740 });
    await story.shot(`${name}-phone`);
    await story.page.setViewportSize({ width: 1280, height: 900 });
  };
  /** By keyboard: Tab until the focus is on what is wanted. */
  story.tabTo = async (locator, what) => {
    for (let presses = 0; presses < 120; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await story.page.keyboard.press("Tab");
    }
    throw new Error(`not reached by keyboard: ${what}`);
  };
  /** While `what` runs, the API's JSON answers at these addresses are what `make` makes of them. */
  story.changed = async (pattern, make, what) => {
    const handler = async (route) => {
      if (route.request().method() !== "GET") return route.fallback();
      const answer = await route.fetch();
      return route.fulfill({ response: answer, json: make(await answer.json(), new URL(route.request().url())) });
    };
    await story.page.route(pattern, handler);
    try { return await what(); } finally { await story.page.unroute(pattern, handler); }
  };
  /** Holds the next answer at these addresses, as a slow line would: `{ arrived, release }`. */
  story.held = async (pattern) => {
    let release, arrive;
    const opened = new Promise((resolve) => { release = resolve; }), arrived = new Promise((resolve) => { arrive = resolve; });
    await story.page.route(pattern, async (route) => {
      const answer = await route.fetch();
      arrive();
      await opened;
      await route.fulfill({ response: answer }).catch(() => {});  // the page has gone elsewhere
    }, { times: 1 });
    return { arrived, release };
  };
  story.end = async (more = {}) => {
    story.expect(`no complaints: ${complaints.join("; ")}`, complaints.length === 0);
    console.log(JSON.stringify({ done: true, seen: story.seen, examined: [...examined], origins: [...requests], ...more }));
  };
  return story;
}

/** Runs a story; a failure leaves a picture and ends with 1. */
export async function tell(options, what) {
  const story = await begin(options);
  try {
    await what(story);
  } catch (error) {
    await story.page?.screenshot({ path: `${options.folder}/failed-${options.language}.png`, fullPage: true }).catch(() => {});
    console.error(String(error), error.stack, story.complaints.join("\n"));
    process.exitCode = 1;
  } finally {
    await story.browser.close();
  }
}
