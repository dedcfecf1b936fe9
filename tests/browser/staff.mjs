// Three stories in a real browser: a reviewer from the queue to an approval, a security officer from a report to a closing, an operator who creates an
// account with a code. Each page by keyboard, on a phone, through the accessibility gate, and with nothing that the browser complains of.
//
//   node staff.mjs OPTIONS.json   {"base", "story", "language", "user", "password", "folder", …what the story needs}
//
// Prints one JSON document; ends with 1 at the first thing that is not as it should be.
import * as fs from "node:fs";
import { chromium } from "playwright-core";
import { accessible, fits } from "./accessibility.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const at = (danish, en) => options.base + (english ? `/en${en}` : danish);
const say = (danish, en) => (english ? en : danish);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const complaints = [];
page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !message.text().includes("status of 4")) complaints.push(message.text()); });
page.on("pageerror", (error) => complaints.push(String(error)));
page.setDefaultTimeout(20_000);

const shot = (name) => page.screenshot({ path: `${options.folder}/${options.story}-${name}-${options.language}.png`, fullPage: true });
const expect = (what, true_) => { if (!true_) throw new Error(`not as it should be: ${what} (${page.url()})`); };

/** A page as it stands now: looked at by axe-core, on a phone, photographed. */
async function looked(name) {
  await accessible(page, name);
  await fits(page, name);
  await shot(name);
  await page.setViewportSize({ width: 360, height: 740 });
  await shot(`${name}-phone`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** By keyboard: Tab until the focus is on what is wanted. */
async function tabTo(locator, what) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by keyboard: ${what}`);
}

async function login(user) {
  await context.clearCookies();
  await page.goto(at("/login", "/login"));
  await page.getByRole("link", { name: say("Log ind med MitID Erhverv", "Log in with MitID Erhverv") }).click();
  await page.getByRole("button", { name: user, exact: true }).click();
  await page.locator("#user").fill(user);
  await page.locator("#password").fill(options.password);
  await page.keyboard.press("Enter");
  await page.locator("dl.facts").waitFor();
}

async function reviewer() {
  await page.getByRole("link", { name: say("Kontrol", "Review"), exact: true }).click();
  await page.waitForURL(at("/kontrol", "/review"));
  await page.locator("tbody tr").first().waitFor();
  expect("the clock", (await page.locator(".answer").innerText()).includes(say("arbejdsdage", "working days")));
  await looked("queue");
  // A request with findings and a revision before it.
  await page.goto(at(`/kontrol/${options.revised}`, `/review/${options.revised}`));
  await page.locator("table.shown tr.fresh").first().waitFor();
  expect("the finding is marked where it is", (await page.locator("td.found").count()) > 0);
  expect("what is gone", (await page.locator("tr.gone del").allInnerTexts()).join().includes("120"));
  await page.locator(".beside summary").click();
  await page.locator(".beside details table.shown").first().waitFor();
  await page.getByRole("radio", { name: new RegExp(say("Send tilbage", "Send back")) }).first().check();
  await looked("revised");
  // From the queue to an approval, by keyboard alone.
  await page.goto(at("/kontrol", "/review"));
  const next = page.locator("tbody").getByRole("link", { name: options.release });
  await next.waitFor();
  await tabTo(next, "the request");
  await page.keyboard.press("Enter");
  await page.waitForURL(at(`/kontrol/${options.release}`, `/review/${options.release}`));
  await page.locator("table.shown").getByText("120").first().waitFor();  // the file as it is
  await looked("request");
  await page.keyboard.press("j");
  expect("the first file", await page.evaluate(() => document.activeElement?.id === "file-1"));
  await page.keyboard.press("1");
  await page.keyboard.press("j");
  await page.keyboard.press("1");
  expect("both are approved", (await page.getByRole("radio", { name: new RegExp(say("Godkend", "Approve")) }).evaluateAll((all) => all.every((each) => each.checked))));
  const button = page.getByRole("button", { name: new RegExp(say("Godkend alle filer", "Approve all files")) });
  await tabTo(button, "the vote");
  await page.keyboard.press("Enter");
  await page.getByText(say("Din stemme er registreret", "Your vote has been recorded")).waitFor();
  await page.locator("dl.facts").getByText(say("godkendt", "approved"), { exact: false }).or(page.locator("dl.facts").getByText(say("send", "sen"), { exact: false })).first().waitFor();
  await shot("approved");
}

async function security() {
  await page.goto(at("/sikkerhed", "/security"));
  await page.locator(".answer").waitFor();
  await page.getByRole("heading", { name: say("Hvem er lukket nu", "Who is closed now") }).waitFor();
  await looked("watch");
  await page.locator("summary", { hasText: say("Meld et brud", "Report a breach") }).click();
  await page.locator("#report-user").fill("anna");
  await page.locator("#report-project").fill(options.project);
  await page.locator("#report-words").fill(say("Tre personer i en celle, sendt med vilje.", "Three persons in a cell, sent on purpose."));
  await page.getByRole("button", { name: say("Meld bruddet", "Report the breach") }).click();
  await page.waitForURL(/\/(sikkerhed|en\/security)\/B-/);
  const number = page.url().split("/").pop();
  // Whom it would reach is said before it is pressed.
  const closing = page.locator("section.step", { hasText: say("Luk adgang straks", "Close access at once") });
  await closing.waitFor();
  expect("whom it would reach", (await closing.locator(".reach").innerText()).includes("anna") && (await closing.locator(".reach").innerText()).includes("bo"));
  await closing.locator("textarea").fill(say("Data kan være i omløb.", "Data may be about."));
  await looked("breach");
  await closing.getByRole("button", { name: say("Luk adgang", "Close access"), exact: true }).click();
  await page.locator("dl.facts").getByText(say("foreløbigt", "for now"), { exact: false }).waitFor();
  // Who reported it assesses nothing: a colleague does.
  const assess = page.locator("section.step", { hasText: say("Vurder bruddet", "Assess the breach") });
  expect("not the reporter's to assess", (await assess.count()) === 0);
  await login("saga");
  await page.goto(at(`/sikkerhed/${number}`, `/security/${number}`));
  await assess.waitFor();
  await assess.locator("select").selectOption("serious");
  await assess.locator("textarea").fill(say("Bevidst.", "Deliberate."));
  await assess.getByRole("button").click();
  await page.locator("dl.facts").getByText(say("Høringssvar senest", "Answer in the hearing by"), { exact: false }).waitFor();
  await page.goto(at("/sikkerhed", "/security"));
  await page.locator("table").getByText("anna").first().waitFor();
  await shot("closed");
  // Somebody else decides, when whom it is about has answered or the time is over.
  fs.writeFileSync(`${options.folder}/case`, number);
  for (let waits = 0; waits < 100 && !fs.existsSync(`${options.folder}/answered`); waits += 1) await page.waitForTimeout(200);
  await login("dorte");
  await page.goto(at(`/sikkerhed/${number}`, `/security/${number}`));
  const decide = page.locator("section.step", { hasText: say("Afgør sagen", "Decide the case") });
  await decide.waitFor();
  expect("what the rule says", (await decide.innerText()).includes("180"));
  await decide.locator("textarea").fill(say("Reglen følges.", "The rule is followed."));
  await looked("decide");
  await decide.getByRole("button").click();
  await page.locator("dl.facts").getByText(say("afgjort, gælder", "decided, in force"), { exact: false }).or(page.locator("dl.facts").getByText(say("Klage senest", "Appeal by"), { exact: false })).first().waitFor();
  await shot("decided");
}

async function operator() {
  await page.goto(at("/drift", "/operations"));
  await page.locator("ul.status-list li").first().waitFor();
  await page.getByRole("heading", { name: say("Konti", "Accounts"), exact: true }).waitFor();
  await looked("view");
  const summary = page.locator("summary", { hasText: say("Opret konto", "Create an account") });
  await summary.focus();
  await page.keyboard.press("Enter");
  await tabTo(page.locator("#account-user"), "the name");
  await page.keyboard.type(options.account);
  await page.locator("#role-analyst").check();
  await shot("account-typed");
  await page.getByRole("button", { name: say("Opret konto og engangskode", "Create account and one-time code") }).click();
  await page.locator(".code-once").waitFor();
  const code = (await page.locator(".code-once").innerText()).replaceAll("-", "");
  expect("a code of 100 bits", code.length === 20);
  await looked("account");
  await page.locator("#ledger-about").fill(options.account);
  await page.keyboard.press("Enter");
  await page.locator(".ledger-facts").first().waitFor();
  expect("the ledger tells of it and not the code", !(await page.content()).split("ledger-facts").slice(1).join("").replaceAll("-", "").includes(code));
  await looked("ledger");
  // Closing it says what it means and asks why.
  await page.getByRole("button", { name: options.account, exact: true }).click();
  const one = page.locator("section.step");
  await one.locator("textarea").fill(say("Rejst.", "Has left."));
  await shot("closing");
  await one.getByRole("button", { name: say("Luk kontoen", "Close the account") }).click();
  await one.getByText(say("Lukket", "Closed")).first().waitFor();
}

try {
  await login(options.user);
  await { reviewer, security, operator }[options.story]();
  expect(`no complaints: ${complaints.join("; ")}`, complaints.length === 0);
  console.log(JSON.stringify({ done: true }));
} catch (error) {
  await shot("failed").catch(() => {});
  console.error(String(error), complaints.join("\n"));
  process.exitCode = 1;
} finally {
  await browser.close();
}
