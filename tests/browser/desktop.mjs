// A desktop in the browser: from the project's page by way of MitID to a screen, a command typed there, the way out of it by keyboard, text pasted in,
// a lost line taken up again, and its end.
//
//   node desktop.mjs OPTIONS.json   {"base", "desk", "language", "folder", "user", "password", "project", "work"}
import * as fs from "node:fs";
import { accessible } from "./accessibility.mjs";
import { keepPicture, tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const say = (danish, inEnglish) => (english ? inEnglish : danish);
const until = async (what, holds, seconds = 30) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  throw new Error(`waited in vain: ${what}`);
};

await tell(options, async (story) => {
  const { project, work } = options;
  const { expect } = story;
  const there = say(`/projekt/${project}`, `/en/project/${project}`);
  const page = await story.login(options.user, options.password, there);
  await page.getByRole("link", { name: say("Åbn skrivebord", "Open desktop") }).click();
  await page.getByRole("button", { name: say("Åbn skrivebord", "Open desktop") }).waitFor();
  await story.look("desktop-before");
  await page.getByRole("button", { name: say("Åbn skrivebord", "Open desktop") }).click();

  // MitID knows who is here; the page comes from fvm-desk, under another name.
  await page.waitForURL(`${options.desk}/**`);
  expect("in the language of before", (await page.locator("html").getAttribute("lang")) === options.language);
  const canvas = page.locator(".desk-screen canvas");
  await canvas.waitFor();
  const colours = () => canvas.evaluate((element) => {
    if (element.width === 0 || element.height === 0) return 0;  // the screen has not said its size yet
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4 * 97) seen.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
    return seen.size;
  });
  await until("a screen with something on it", async () => (await colours()) > 20);
  const type = async (words, file) => until(`the effect of ${words}`, async () => {
    await canvas.focus();
    await page.keyboard.type(`${words}\n`, { delay: 20 });
    await page.waitForTimeout(1500);
    return fs.existsSync(`${work}/${file}`);
  });
  await type("ls -l / /data; echo 'A(n)d 42' > /work/typed", "typed");
  expect("every letter arrives", fs.readFileSync(`${work}/typed`, "utf8") === "A(n)d 42\n");
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${options.folder}/desktop-screen-${options.language}.png` });
  await keepPicture(page, `desktop-screen-${options.language}`);
  await accessible(page, "a screen");

  // It takes the window's size.
  await page.setViewportSize({ width: 1000, height: 700 });
  await until("the window's size", async () => (await canvas.evaluate((element) => element.width)) <= 1000);

  // The keyboard's way out: Tab is the desktop's, Ctrl + F8 is ours.
  await canvas.focus();
  await page.keyboard.press("Tab");
  expect("the desktop keeps the Tab key", await canvas.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Control+F8");
  expect("out by keyboard", await page.evaluate(() => document.activeElement?.tagName === "BUTTON"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#paste").fill("touch /work/pasted");
  await accessible(page, "pasting");
  await page.getByRole("button", { name: say("Læg i udklipsholderen", "Put on the clipboard") }).click();
  await until("the pasted command", async () => {
    await canvas.focus();
    await page.keyboard.press("Shift+Insert");
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(700);
    return fs.existsSync(`${work}/pasted`);
  });

  // A reload finds the same desktop.
  await page.reload();
  await until("the screen after a reload", async () => (await canvas.count()) === 1 && (await colours()) > 20);
  await type("touch /work/reloaded", "reloaded");

  // Ended from the project's page: the screen says so.
  const other = await page.context().newPage();
  await other.goto(`${options.base}${there}/${say("skrivebord", "desktop")}`);
  other.on("dialog", (dialog) => void dialog.accept());
  await other.getByRole("button", { name: say("Afslut skrivebordet", "End the desktop") }).click();
  await page.getByText(say("Skrivebordet er afsluttet.", "The desktop has ended.")).or(page.getByText(say("eller din adgang er slut", "or your access has ended"))).first().waitFor();
  await page.screenshot({ path: `${options.folder}/desktop-ended-${options.language}.png` });
  await accessible(page, "an ended screen");
  await other.getByText(say("Du har ikke et skrivebord åbent", "You have no desktop open")).waitFor();
  // Looking at the points of a canvas as often as we do is what the browser remarks on, not the page.
  story.complaints.splice(0, story.complaints.length, ...story.complaints.filter((each) => !each.includes("willReadFrequently")));
  await story.end();
});
