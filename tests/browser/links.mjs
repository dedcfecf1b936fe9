// A result that came as a one-time link: opened before the login, read, fetched once, and gone afterwards.
//
//   node links.mjs OPTIONS.json   {"base", "language", "folder", "user", "password", "link", "recalled", "release", "content"}
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const words = english
  ? { login: "Log in with MitID Erhverv", fetch: "Fetch tabel.csv", done: "is the file that was approved", fetched: /fetched/, recalled: "was recalled", cut: "The address is not whole" }
  : { login: "Log ind med MitID Erhverv", fetch: "Hent tabel.csv", done: "er den fil, der blev godkendt", fetched: /hentet/, recalled: "er kaldt tilbage", cut: "Adressen er ikke hel" };
const place = (number) => (english ? `/en/fetch/${number}` : `/hent/${number}`);

await tell(options, async (story) => {
  const { expect } = story;
  const page = await story.person();
  const asked = [];
  page.on("request", (request) => asked.push(request.url(), JSON.stringify(request.headers())));
  const [address, token] = options.link.split("#");
  await page.goto(english ? `${options.base}${place(options.release)}#${token}` : `${address}#${token}`);

  // Not logged in: nothing of the result, and the token is out of the address.
  const login = page.getByRole("link", { name: english ? "Log in" : "Log ind" }).last();
  await login.waitFor();
  expect("the address is without its token", !page.url().includes("#"));
  expect("nothing is told before the login", !(await page.locator("body").innerText()).includes("tabel.csv"));
  await login.click();
  await page.getByRole("link", { name: words.login }).click();
  await page.getByRole("button", { name: options.user, exact: true }).click();
  await page.locator("#user").fill(options.user);
  await page.locator("#password").fill(options.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${place(options.release)}`);

  // What it is stands there first; looking and coming back use nothing up.
  await page.getByRole("button", { name: words.fetch }).waitFor();
  await story.look("one-time link");
  await page.reload();
  const button = page.getByRole("button", { name: words.fetch });
  await button.waitFor();
  await story.tabTo(button, "the file's button");
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const content = fs.readFileSync(await file.path());
  expect("the file's name", file.suggestedFilename() === "tabel.csv");
  expect("the very bytes", crypto.createHash("sha256").update(content).digest("hex") === options.content);
  await page.getByText(words.done).waitFor();
  await page.getByRole("cell", { name: words.fetched }).waitFor();
  expect("it cannot be fetched again", (await page.getByRole("button", { name: words.fetch }).count()) === 0);
  await story.look("one-time link that was used");
  expect("the token was in no address and no header", !asked.some((each) => each.includes(token)));

  // One that was recalled, and an address that lost its end.
  await page.goto(`${options.base}${place(options.recalled.number)}#${options.recalled.token}`);
  await page.getByText(words.recalled).waitFor();
  await page.goto(`${options.base}${place("H-999999")}`);
  await page.getByText(words.cut).waitFor();
  await story.look("one-time link without its end");
  await story.end();
});
