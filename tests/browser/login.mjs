// One story in a real browser (Debian's Chromium by playwright-core): the first day with a one-time code, the next day with the password, one's
// own page, out again; by keyboard, and nothing that the browser complains of.
//
//   node login.mjs OPTIONS.json   {"base", "user", "code", "password", "language": "da"|"en", "folder"}
import * as fs from "node:fs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const at = (path) => (english ? `/en${path}` : path);
const words = english
  ? { code: "Use a one-time code", set: "Set password", chosen: "Your password is set", login: "Log in with MitID Erhverv", enter: "Log in", out: "Log out here", wrong: "do not belong" }
  : { code: "Brug en engangskode", set: "Vælg adgangskode", chosen: "Din adgangskode er valgt", login: "Log ind med MitID Erhverv", enter: "Log ind", out: "Log ud her", wrong: "passer ikke" };

await tell(options, async (story) => {
  const page = await story.person();
  const { expect, look } = story;
  const person = async () => { await page.getByRole("button", { name: options.user, exact: true }).click(); };
  // The first day.
  await page.goto(options.base + at("/login"));
  await look("login");
  await page.getByRole("link", { name: words.code }).click();
  await person();
  await page.waitForURL(`**${at("/login/activate")}`);
  await page.locator("#user").fill(options.user);
  await page.locator("#code").fill(options.code);
  await page.locator("#password").fill(options.password);
  await page.locator("#again").fill("something else");
  await page.getByRole("button", { name: words.set }).click();
  await page.locator("#again-error").waitFor();  // the mistake stands at the field
  expect("what was typed is kept", (await page.locator("#code").inputValue()) === options.code);
  await page.locator("#again").fill(options.password);
  await look("activate");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${at("/login/password")}?chosen`);
  await page.getByText(words.chosen).waitFor();
  // A wrong password first: said once, in words, with the focus on it.
  await page.locator("#user").fill(options.user);
  await page.locator("#password").fill("not the right one");
  await page.getByRole("button", { name: words.enter, exact: true }).click();
  await page.getByRole("alert").waitFor();
  expect("said in words", (await page.getByRole("alert").innerText()).includes(words.wrong));
  expect("focus on what went wrong", await page.evaluate(() => document.activeElement?.getAttribute("role") === "alert"));
  await look("password");
  await page.locator("#password").fill(options.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${at("/me")}`);
  await page.locator("dl.facts").waitFor();
  expect("who one is", (await page.locator("dl.facts").innerText()).includes(options.user));
  await page.locator("tbody tr").first().waitFor();
  await look("me");
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name === "__Host-fvm");
  expect("the session's cookie", session && session.secure && session.httpOnly && session.sameSite === "Strict");
  expect("hidden from scripts", await page.evaluate(() => !document.cookie.includes("__Host-fvm")));
  // Out, and the next day by keyboard alone.
  await page.getByRole("button", { name: words.out }).or(page.locator("tbody button").first()).first().click();
  await page.waitForURL(`**${at("/login")}`);
  await page.goto(options.base + at("/me"));
  await page.getByRole("link", { name: english ? "Log in" : "Log ind", exact: true }).click();
  await page.waitForURL("**/login?next=**");
  await page.getByRole("link", { name: words.login }).focus();
  await page.keyboard.press("Enter");
  if (page.url().includes("/interaction/") || (await page.getByRole("button", { name: options.user, exact: true }).count()) > 0) await person();
  await page.waitForURL(`**${at("/login/password")}`);
  await page.locator("#user").focus();
  await page.keyboard.type(options.user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(options.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${at("/me")}`);
  await page.locator("dl.facts").waitFor();
  await story.phone("me");
  await story.end();
});
