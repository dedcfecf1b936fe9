// Three stories in a real browser: a reviewer from the queue to an approval, a security officer from a report to a closing, an operator who creates an
// account with a code. Each page by keyboard, on a phone, through the accessibility gate, and with nothing that the browser complains of.
//
//   node staff.mjs OPTIONS.json   {"base", "story", "language", "user", "password", "folder", …what the story needs}
import * as fs from "node:fs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const at = (danish, en) => (english ? `/en${en}` : danish);
const to = (danish, en) => options.base + at(danish, en);
const say = (danish, en) => (english ? en : danish);

async function reviewer(story, page) {
  const { expect, looked, tabTo } = story;
  await page.locator("tbody tr").first().waitFor();
  expect("the clock", (await page.locator(".standing").innerText()).includes(say("arbejdsdage", "working days")));
  await looked("queue");
  // A state that these pages do not know yet is shown by its name, and hides nothing else.
  await story.changed("**/api/v1/review", (answer) => ({ ...answer, queue: answer.queue.map((each) => ({ ...each, state: "unheard_of" })) }), async () => {
    await page.reload();
    await page.getByText("release.state_unheard_of").first().waitFor();
  });
  // A request with findings and a revision before it.
  await page.goto(to(`/kontrol/${options.revised}`, `/review/${options.revised}`));
  await page.locator("table.shown tr.fresh").first().waitFor();
  expect("the finding is marked where it is", (await page.locator("td.found").count()) > 0);
  expect("what is gone", (await page.locator("tr.gone del").allInnerTexts()).join().includes("120"));
  await page.locator(".compared summary").click();
  await page.locator(".compared details table.shown").first().waitFor();
  await page.getByRole("radio", { name: new RegExp(say("Send tilbage", "Send back")) }).first().check();
  await looked("revised");
  // Of a long table what has changed is drawn, and what is left out is told.
  const long = (answer, url) => ({ ...answer, parts: answer.parts.map((part) => ({ ...part,
    rows: Array.from({ length: 1500 }, (_, row) => [`r${row}`, row === 900 ? url.searchParams.get("revision") : "1"]) })) });
  await story.changed("**/files/1?revision=*", long, async () => {
    await page.reload();
    await page.locator("tr.fresh", { hasText: "r900" }).waitFor();
    expect("only what differs is new", (await page.locator("tr.fresh").count()) === 1 && (await page.locator("tr.gone").count()) === 1);
    expect("what is left out", (await page.locator(".compared > div tr.left-out").allInnerTexts()).map((each) => each.replace(/\D/g, "")).join() === "700,599");
    await story.shot("long");
  });
  // A word that was given about one revision is none about the next.
  await page.locator("#reason").fill("x");
  await page.route("**/api/v1/releases/*/review", (route) => (route.request().method() === "POST" ? route.fulfill({ json: {} }) : route.fallback()));
  await story.changed(`**/api/v1/releases/${options.revised}`, (answer) => ({ ...answer, revision: answer.revision + 1 }), async () => {
    await page.getByRole("button", { name: say("Send tilbage til forfatteren", "Send back to the author") }).click();
    await page.locator("dl.facts").getByText("3", { exact: true }).waitFor();
    expect("nothing is chosen of the next revision", (await page.locator("input[type=radio]:checked").count()) === 0);
  });
  await page.unroute("**/api/v1/releases/*/review");
  // From the queue to an approval, by keyboard alone.
  await page.goto(to("/kontrol", "/review"));
  const next = page.locator("tbody").getByRole("link", { name: options.release });
  await next.waitFor();
  await tabTo(next, "the request");
  await page.keyboard.press("Enter");
  await page.waitForURL(to(`/kontrol/${options.release}`, `/review/${options.release}`));
  await page.locator("table.shown").getByText("120").first().waitFor();  // the file as it is
  await looked("request");
  await story.prints("request");
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
  await story.shot("approved");
  // A second look that the lot asks for, from the list to its end.
  await page.goto(to("/kontrol", "/review"));
  await page.getByRole("heading", { name: say("Efterkontrol", "Second looks"), exact: true }).waitFor();
  await page.locator("tbody").getByRole("link", { name: options.drawn }).click();
  await page.locator("table.shown").getByText("130").first().waitFor();
  const second = page.locator("section[aria-labelledby=second-look]");
  await second.getByRole("button", { name: say("Alt er i orden", "All is in order") }).click();
  await second.locator(".form-error-message").waitFor();
  expect("nothing without a word", await second.locator("textarea").evaluate((field) => field === document.activeElement));
  await second.locator("textarea").fill(say("Tallene er store, og intet kan regnes ud.", "The counts are large, and nothing can be worked out."));
  await second.locator("summary").click();
  await looked("second-look");
  await second.getByRole("button", { name: say("Alt er i orden", "All is in order") }).click();
  await page.getByText(say("Efterkontrollen er afsluttet", "The second look is closed")).waitFor();
  // Another one in which something is wrong.
  await page.goto(to(`/kontrol/${options.wrong}`, `/review/${options.wrong}`));
  await second.locator("textarea").fill(say("Række 2 og 3 giver række 4.", "Rows 2 and 3 give row 4."));
  await second.locator("summary").click();
  await second.locator("select").selectOption("recalculable");
  await second.getByRole("button", { name: say("Meld fundet", "Report the finding") }).click();
  await page.getByText(say("Fundet er meldt", "The finding has been reported")).waitFor();
}

async function security(story, page) {
  const { expect, looked } = story;
  await page.goto(to("/sikkerhed", "/security"));
  await page.locator(".standing").waitFor();
  await page.getByRole("heading", { name: say("Hvem er lukket nu", "Who is closed now") }).waitFor();
  await looked("watch");
  await page.locator("summary", { hasText: say("Behold kopier", "Keep copies") }).click();
  await page.locator("#retain-release").fill(options.release);
  await page.locator("#retain-reason").fill(say("En sag er på vej.", "A case is coming."));
  await page.getByRole("button", { name: say("Behold kopierne", "Keep the copies") }).click();
  await page.locator("tbody").getByText(say("En sag er på vej.", "A case is coming.")).waitFor();
  await page.locator("#retain-reason").fill(say("Den kom ikke.", "It did not come."));
  await page.getByRole("button", { name: say("Giv slip", "Let them go") }).click();
  await page.getByText(say("Kopierne har nu deres almindelige tid", "The copies have their usual time now")).waitFor();
  // A mistyped number says so, and keeps what was typed.
  await page.locator("#retain-release").fill("H-999999");
  await page.locator("#retain-reason").fill("x");
  await page.getByRole("button", { name: say("Behold kopierne", "Keep the copies") }).click();
  await page.locator(".alert-error").waitFor();
  expect("what was typed stays", (await page.locator("#retain-reason").inputValue()) === "x");
  await page.locator("summary", { hasText: say("Meld et brud", "Report a breach") }).click();
  // What is open stays open when what was typed is taken away again.
  await page.locator("#report-user").fill("a");
  await page.locator("#report-user").fill("");
  await page.waitForTimeout(100);
  expect("it stays open", await page.locator("#report-user").isVisible());
  await page.locator("#report-user").fill("anna");
  await page.locator("#report-project").fill(options.project);
  await page.locator("#report-words").fill(say("Tre personer i en celle, sendt med vilje.", "Three persons in a cell, sent on purpose."));
  await page.getByRole("button", { name: say("Meld bruddet", "Report the breach") }).click();
  await page.waitForURL(/\/(sikkerhed|en\/security)\/B-/);
  const number = page.url().split("/").pop();
  // Whom it would reach is said before it is pressed.
  const framed = (danish, en) => page.locator("section.framed", { hasText: say(danish, en) });
  const closing = framed("Luk adgang straks", "Close access at once");
  await closing.waitFor();
  expect("whom it would reach", (await closing.locator(".reach").innerText()).includes("anna") && (await closing.locator(".reach").innerText()).includes("bo"));
  await closing.locator("textarea").fill(say("Data kan være i omløb.", "Data may be about."));
  await looked("breach");
  await closing.getByRole("button", { name: say("Luk adgang", "Close access"), exact: true }).click();
  await page.locator("dl.facts").getByText(say("foreløbigt", "for now"), { exact: false }).waitFor();
  // Who reported it assesses nothing: a colleague does.
  expect("not the reporter's to assess", (await framed("Vurder bruddet", "Assess the breach").count()) === 0);
  page = await story.login("saga", options.password, at(`/sikkerhed/${number}`, `/security/${number}`));
  const assess = framed("Vurder bruddet", "Assess the breach");
  await assess.waitFor();
  await assess.locator("select").selectOption("serious");
  await assess.locator("textarea").fill(say("Bevidst.", "Deliberate."));
  await assess.getByRole("button").click();
  await page.locator("dl.facts").getByText(say("Høringssvar senest", "Answer in the hearing by"), { exact: false }).waitFor();
  await page.goto(to("/sikkerhed", "/security"));
  await page.locator("table").getByText("anna").first().waitFor();
  await story.shot("closed");
  // Somebody else decides, when whom it is about has answered or the time is over.
  fs.writeFileSync(`${options.folder}/case`, number);
  for (let waits = 0; waits < 100 && !fs.existsSync(`${options.folder}/answered`); waits += 1) await page.waitForTimeout(200);
  page = await story.login("dorte", options.password, at(`/sikkerhed/${number}`, `/security/${number}`));
  const decide = framed("Afgør sagen", "Decide the case");
  await decide.waitFor();
  expect("what the rule says", (await decide.innerText()).includes("180"));
  await decide.locator("textarea").fill(say("Reglen følges.", "The rule is followed."));
  await looked("decide");
  await decide.getByRole("button").click();
  await page.locator("dl.facts").getByText(say("afgjort, gælder", "decided, in force"), { exact: false }).or(page.locator("dl.facts").getByText(say("Klage senest", "Appeal by"), { exact: false })).first().waitFor();
  await story.shot("decided");
}

async function operator(story, page) {
  const { expect, looked, tabTo } = story;
  await page.goto(to("/drift", "/operations"));
  await page.locator("ul.status-list li").first().waitFor();
  await page.getByRole("heading", { name: say("Konti", "Accounts"), exact: true }).waitFor();
  await page.getByText(say("Alt holdt", "Everything held"), { exact: false }).first().waitFor();
  const held = page.locator("section[aria-labelledby=holds]");
  expect("why it is held", (await held.innerText()).includes(say("ventet var omkring 100000", "about 100000 were expected")));
  await held.locator("textarea").fill(say("Registeret bekræfter, at filen er klippet over.", "The register says that the file was cut off."));
  expect("when the ledger was read", (await page.locator("dl.facts").first().innerText()).includes(say("blev læst igennem og passede", "were read and fitted")));
  await page.locator("summary", { hasText: say("indstillinger, heraf", "settings,") }).click();
  const own = page.locator("section[aria-labelledby=settings] tr", { hasText: "mitid.issuer" });
  expect("what was changed is told", (await own.innerText()).includes(say("Ja", "Yes")));
  await looked("view");
  // What runs is told with how far it is, and looked at again while it runs.
  const job = { kind: "delivery", subject: "LMDB.lmdb", step: "reading", unit: "bytes", done: 3e9, total: 4e9, rows: 12_345_678, began: "2026-11-29T08:00:00Z" };
  const build = { kind: "build", subject: "FVM-2026-0017", step: "lmdb.lmdb", unit: "tables", done: 3, total: 7, rows: 4_321, began: "2026-11-29T08:05:00Z" };
  const builds = [{ build: 2, project: "FVM-2026-0017", state: "started", started: "2026-11-29T08:05:00Z", ended: null, persons: 0, rows: 0, reason: "" },
    { build: 1, project: "FVM-2026-0016", state: "failed", started: "2026-11-29T07:05:00Z", ended: "2026-11-29T07:05:09Z", persons: 0, rows: 0, reason: "build.disk_full" }];
  let asked = 0;
  await story.changed("**/api/v1/operations", (answer) => ({ ...answer, jobs: [{ ...job, rows: job.rows + (asked += 1) }, build, { ...build, subject: "FVM-2026-0018", step: "", total: 0 }], builds }), async () => {
    await page.reload();
    await page.getByText(say("3 GB af 4 GB læst (75 %)", "3 GB of 4 GB read (75 %)")).waitFor();
    await page.getByText(say("3 af 7 dele færdige (42 %)", "3 of 7 parts done (42 %)")).waitFor();
    expect("a share as a bar", (await page.locator("progress.job").count()) === 2);
    await page.getByText(say("kan ikke måles endnu", "cannot be measured yet")).waitFor();
    await page.getByText(say("12.345.680", "12,345,680")).waitFor();  // asked again by itself
    await looked("jobs");
  });
  await page.reload();
  await page.getByText(say("Intet kører lige nu.", "Nothing runs just now.")).waitFor();
  await held.locator("textarea").fill(say("Registeret bekræfter, at filen er klippet over.", "The register says that the file was cut off."));
  await held.getByRole("button", { name: say("Afvis leverancen", "Refuse the delivery") }).click();
  await held.waitFor({ state: "detached" });
  const summary = page.locator("summary", { hasText: say("Opret konto", "Create an account") });
  await summary.focus();
  await page.keyboard.press("Enter");
  await tabTo(page.locator("#account-user"), "the name");
  await page.keyboard.type(options.account);
  await page.locator("#role-analyst").check();
  await story.shot("account-typed");
  await page.getByRole("button", { name: say("Opret konto og engangskode", "Create account and one-time code") }).click();
  await page.locator(".code-once").waitFor();
  const code = (await page.locator(".code-once").innerText()).replaceAll("-", "");
  expect("a code of 100 bits", code.length === 20);
  await looked("account");
  await page.locator("summary", { hasText: say("Opret institution", "Create an institution") }).click();
  await page.locator("#institution-name").fill(options.institution.name);
  await page.locator("#institution-cvr").fill(options.institution.cvr);
  await page.getByRole("button", { name: say("Opret institution", "Create institution"), exact: true }).click();
  await page.locator("details.second .alert-success").getByText(options.institution.name).waitFor();  // where one looks, still open
  await page.locator("#ledger-about").fill(options.account);
  await page.keyboard.press("Enter");
  await page.locator(".ledger-facts").first().waitFor();
  expect("the ledger tells of it and not the code", !(await page.content()).split("ledger-facts").slice(1).join("").replaceAll("-", "").includes(code));
  await looked("ledger");
  // Closing it says what it means and asks why.
  await page.getByRole("button", { name: options.account, exact: true }).click();
  const one = page.locator("section[aria-labelledby=one-account]");
  await one.locator("summary", { hasText: say("Luk for en tid", "Close for a time") }).click();
  await one.locator("#pause-reason").fill(say("Orlov.", "On leave."));
  await one.locator("#pause-until").fill("2099-01-31");
  await looked("pausing");
  await one.getByRole("button", { name: say("Luk for en tid", "Close for a time") }).click();
  await one.getByText(say("Lukket for en tid", "Closed for a time")).first().waitFor();
  await one.getByText("2099").first().waitFor();
  await one.locator("#pause-reason").fill(say("Tilbage.", "Is back."));
  await one.getByRole("button", { name: say("Åbn igen", "Open again") }).click();
  await one.locator("summary", { hasText: say("Luk for en tid", "Close for a time") }).waitFor();
  await one.locator("summary", { hasText: say("Luk kontoen", "Close the account") }).click();
  await one.locator(`#close-reason-${options.account}`).fill(say("Rejst.", "Has left."));
  await story.shot("closing");
  await one.getByRole("button", { name: say("Luk kontoen", "Close the account") }).click();
  await one.getByText(say("Lukket", "Closed"), { exact: false }).first().waitFor();
  await institution(story, page);
}

/** A new institution gets an address, loses it, and is closed. */
async function institution(story, page) {
  const { name, cvr } = options.institution;
  await page.getByRole("button", { name, exact: true }).click();
  const one = page.locator("section[aria-labelledby=one-institution]");
  await one.locator("summary", { hasText: say("Modtagere", "Recipients") }).click();
  await one.locator("#recipients-of").fill("@ny.example");
  await one.getByRole("button", { name: say("Gem", "Save"), exact: true }).first().click();
  await one.locator(".alert-success").first().waitFor();
  await one.locator("#recipients-of").fill("");
  await one.getByText("@ny.example", { exact: false }).waitFor();  // says who is taken off before it is saved
  await story.looked("institution");
  await one.locator("summary", { hasText: say("Luk institutionen", "Close the institution") }).click();
  await one.locator(`#close-reason-${cvr}`).fill(say("Lagt sammen.", "Merged."));
  await one.getByRole("button", { name: say("Luk institutionen", "Close the institution") }).click();
  await one.getByText(say("Lukket", "Closed")).first().waitFor();
}

await tell(options, async (story) => {
  story.looked = async (name) => { await story.look(name); await story.phone(name); };
  const place = { reviewer: at("/kontrol", "/review"), security: at("/sikkerhed", "/security"), operator: at("/drift", "/operations") }[options.story];
  const page = await story.login(options.user, options.password, place);
  await { reviewer, security, operator }[options.story](story, page);
  await story.end();
});
