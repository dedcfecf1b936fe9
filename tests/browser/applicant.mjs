// From login to an application that is handed in (part "apply"), and from the decision to an agreement that is accepted (part "accept");
// and an act that asks for MitID anew (part "withdraw").
//
//   node applicant.mjs OPTIONS.json   {"base", "language", "folder", "password", "part", "case"?, "ean"?, "step_up_ms"?}
import * as fs from "node:fs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const say = (danish, inEnglish) => (english ? inEnglish : danish);
const saved = say("Alt er gemt.", "Everything is saved.");

async function apply(story) {
  const page = await story.login("anna", options.password, say("/ansoegninger", "/en/applications"));
  const { expect } = story;
  await page.getByText(say("Du har ingen ansøgninger endnu", "You have no applications yet")).waitFor();
  await story.look("applications-empty");
  const begun = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/v1/applications"));
  // A double click, and a line that breaks after the portal has done it: one application.
  const keys = await story.lost("**/api/v1/applications", "POST");
  await page.getByRole("button", { name: say("Start ansøgning", "Start an application") }).dblclick();
  expect("TOML is sent as TOML", (await begun).headers()["content-type"] === "application/toml");
  await page.waitForURL(say(/\/ansoegning\/FVM-/, /\/en\/application\/FVM-/));
  const number = new URL(page.url()).pathname.split("/").at(-1);
  expect("sent again with the same key", keys.length === 2 && /^[0-9a-f]{32}$/.test(keys[0]) && keys[0] === keys[1]);
  const begunCases = await page.evaluate(() => fetch("/api/v1/applications").then((answer) => answer.json()));
  expect("one application", begunCases.cases.length === 1 && begunCases.cases[0].case === number);
  await page.unroute("**/api/v1/applications");
  const missing = page.locator("details.missing summary");
  await missing.waitFor();
  await page.getByText(saved).waitFor();
  expect("the authority is filled in", (await page.locator("#f-application-authority-cvr").inputValue()) === "29189846");
  await story.look("application-new");
  // The line of what is missing jumps to the field, by keyboard.
  await missing.focus();
  await page.keyboard.press("Enter");
  const many = Number((await missing.innerText()).split(" ")[0]);
  expect("several things are missing", many > 5);
  const links = page.locator("details.missing .findings button");
  expect("as many as it says", (await links.count()) === many);
  await links.filter({ hasText: say("Formål", "Purpose") }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "f-application-purpose");
  const fill = (path, value) => page.locator(`#f-${path.replaceAll(".", "-")}`).fill(value);
  await fill("application.title", "Type 2-diabetes i kommunerne");
  await fill("application.task", "Planlægning af kommunens diabetesindsats");
  await fill("application.purpose", "Statistik over forekomst og forløb");
  await fill("application.legal_basis", "Databeskyttelsesloven § 10");
  await fill("application.necessity", "Opgaven kan ikke løses med tabeller");
  await fill("application.place", "Demo Kommune, rådhuset");
  await fill("application.period.from", "2026-01-01");
  await fill("application.period.to", "2099-11-30");
  await fill("application.payer.name", "Demo Kommune");
  await fill("application.payer.ean", "123");
  await page.getByText(saved).waitFor();
  const bad = page.locator("#f-application-payer-ean-error");
  await bad.waitFor();  // the remark stands at its field, and what was typed is kept
  expect("what was typed is kept", (await page.locator("#f-application-payer-ean").inputValue()) === "123");
  await story.look("application-task");
  await story.phone("application-task");
  await fill("application.payer.ean", options.ean);
  await bad.waitFor({ state: "detached" });
  // Another tab saves: neither overwrites the other.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator("#f-application-title").fill("Fra den anden fane");
  await other.getByText(saved).waitFor();
  await other.close();
  await fill("application.title", "Diabetes i kommunerne");
  const keep = page.getByRole("button", { name: say("Behold min", "Keep mine") });
  await keep.waitFor();
  await story.look("application-elsewhere");
  // When the choice does not succeed it stays, and the page says so.
  await page.route("**/document", (route) => route.fulfill({ status: 409, contentType: "application/problem+json",
    json: { type: "urn:fvm:problem:test", title: "Not now.", title_da: "Ikke nu.", status: 409 } }), { times: 1 });
  await keep.click();
  await page.locator(".save-line").getByText(say("Ikke nu.", "Not now.")).waitFor();
  await keep.click();
  await page.getByText(saved).waitFor();
  // Two who wait for a saving that is under way save one after the other, and never stand in each other's way.
  const refused = [];
  page.on("response", (response) => { if (response.status() === 412) refused.push(response.url()); });
  const slow = await story.held("**/document");
  await fill("application.place", "Rådhuset");
  await slow.arrived;
  await fill("application.place", "Demo Kommune, rådhuset");
  await page.getByRole("button", { name: say("Næste: Population", "Next: Population") }).click();
  await page.getByRole("button", { name: say("Forrige", "Back"), exact: true }).click();
  slow.release();
  await page.getByText(saved).waitFor();
  expect("nobody is in the way", refused.length === 0 && (await keep.count()) === 0);
  if (!english) await ownSaveUnanswered(story, fill);
  // Population.
  await page.getByRole("button", { name: say("Næste: Population", "Next: Population") }).click();
  await fill("population.description", "Personer med type 2-diabetes");
  await page.getByRole("button", { name: say("Tilføj kriterie: Mindst et af disse gælder", "Add a criterion: At least one of these holds") }).click();
  await fill("population.any.0.table", "LMDB.lmdb");
  await page.locator("#c-population-any-0-where-v").selectOption("atc");
  await page.locator("#c-population-any-0-where-x").fill("A10");
  await page.getByRole("button", { name: say("Tilføj til betingelsen", "Add to the condition") }).click();
  expect("the condition is put together", (await page.locator("#f-population-any-0-where").inputValue()) === "atc LIKE 'A10%'");
  await fill("population.any.0.at_least", "2");
  await page.getByText(saved).waitFor();
  // The machine looks at what is saved, by itself a while after the last change, and when it is asked.
  const looked = page.locator(".machine-look").getByText(say("Udfyld først det, der mangler", "Fill in first what is missing"));
  await looked.waitFor();
  await story.look("application-population");
  if (!english) await events(story, fill);
  await page.getByRole("button", { name: say("Gem og tæl personer", "Save and count persons") }).click();
  await looked.waitFor();
  await story.look("application-machine");
  const stale = page.locator(".machine-look").getByText(say("Teksten er ændret siden", "The text has changed since"));
  expect("the count is of this text", (await stale.count()) === 0);
  await fill("population.description", "Personer med type 2-diabetes.");
  await stale.waitFor();
  await page.getByText(saved).waitFor();
  // Data: search, tick.
  await page.getByRole("button", { name: say("Næste: Data", "Next: Data") }).click();
  await page.locator("#picker-q").fill("lmdb");
  // Wanted twice before the catalogue has answered: there once.
  await page.reload();
  const catalogue = await story.held("**/catalogue/LMDB/lmdb");
  await page.locator("#picker-q").fill("lmdb");
  const first = page.locator("#pick-LMDB-lmdb-pnr12");
  await first.waitFor({ state: "attached" });
  await first.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await catalogue.arrived;
  catalogue.release();
  await page.getByRole("button", { name: `${say("Fjern", "Remove")} pnr12` }).first().waitFor();
  expect("once", (await page.getByRole("button", { name: `${say("Fjern", "Remove")} pnr12` }).count()) === 1);
  await page.getByRole("button", { name: `${say("Fjern tabellen", "Remove the table")}: LMDB.lmdb` }).click();
  for (const name of ["pnr12", "atc", "eksd"]) {
    const box = page.locator(`#pick-LMDB-lmdb-${name}`);
    await box.waitFor({ state: "attached" });
    await box.focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: `${say("Fjern", "Remove")} ${name}`, exact: true }).waitFor();
  }
  // A list from a spreadsheet: what it orders is added, what nobody knows is said.
  await page.getByText(say("Bestillingsark som regneark", "Order sheet as a workbook")).click();
  await page.getByLabel(say("Udfyldt ark", "Filled sheet")).setInputFiles({ name: "liste.csv", mimeType: "text/csv",
    buffer: Buffer.from("Register;Tabel;Variabel\nLMDB;lmdb;vnr\nLMDB;lmdb;nosuch\n") });
  await page.getByText(say("Variable i arket: 1. Tabeller: 1.", "Variables in the sheet: 1. Tables: 1.")).waitFor();
  expect("what is left out is said", (await page.locator(".order-read li").filter({ hasText: "nosuch" }).count()) === 1);
  await story.look("application-order-sheet");
  await page.getByRole("button", { name: say("Føj til ansøgningen", "Add to the application") }).click();
  await page.getByRole("button", { name: `${say("Fjern", "Remove")} vnr`, exact: true }).click();
  await page.getByRole("button", { name: `${say("Fjern", "Remove")} vnr`, exact: true }).waitFor({ state: "detached" });
  await fill("grant.0.reason", "Køb af diabetesmedicin viser behandlingens start");
  await fill("grant.0.period.from", "2015-01-01");
  await fill("grant.0.period.to", "2025-12-31");
  await page.getByText(saved).waitFor();
  await story.look("application-data");
  await story.phone("application-data");
  // Users.
  await page.getByRole("button", { name: say("Næste: Brugere", "Next: Users") }).click();
  for (const [path, name] of [["application.applicant", "Anna Andersen"], ["application.signatory", "Sofie Sand"]]) {
    await fill(`${path}.name`, name);
    await fill(`${path}.email`, `${name.split(" ")[0].toLowerCase()}@demo-kommune.example`);
  }
  await fill("application.signatory.account", "sofie");
  await page.getByRole("button", { name: say("Samme som den ansvarlige", "Same as the person responsible") }).click();
  await page.getByRole("button", { name: say("Tilføj bruger", "Add a user") }).click();
  await fill("application.users.0.name", "Anna Andersen");
  await fill("application.users.0.email", "anna@demo-kommune.example");
  await fill("application.users.0.account", "anna");
  await page.getByText(saved).waitFor();
  await story.look("application-users");
  await page.getByRole("button", { name: say("Næste: Bilag", "Next: Documents") }).click();
  // Documents: what is none is refused and said, what is too large is not sent, what is put there can be taken away.
  const field = page.getByLabel(say("Læg bilag på sagen", "Put documents on the case"));
  const document = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  await page.getByText(say("Der er ingen bilag endnu.", "There are no documents yet.")).waitFor();
  await field.setInputFiles(document("program.pdf", "\x7fELF" + "x".repeat(100)));
  await page.getByText(say("program.pdf er ikke taget ind", "program.pdf was not taken")).waitFor();
  await story.look("application-document-refused");
  await field.setInputFiles(document("stor.pdf", "%PDF-1.7" + "x".repeat(7_000_000)));
  await page.getByText(say("stor.pdf er for stor", "stor.pdf is too large")).waitFor();
  await field.setInputFiles([document("projektbeskrivelse.pdf", "%PDF-1.7\n%%EOF\n"), document("kladde.txt", "en kladde")]);
  await page.getByText(say("Lagt på sagen: projektbeskrivelse.pdf, kladde.txt", "Put on the case: projektbeskrivelse.pdf, kladde.txt")).waitFor();
  await page.getByRole("button", { name: `${say("Fjern", "Remove")}: kladde.txt` }).click();
  await page.getByText(say("kladde.txt er fjernet.", "kladde.txt was removed.")).waitFor();
  expect("one document", (await page.locator("ul.attachments li").count()) === 1);
  // Own data: what is taken away takes its own words along, not its neighbour's.
  for (const [place, name] of [[0, "foerste"], [1, "anden"]]) {
    await page.getByRole("button", { name: say("Tilføj egne data", "Add data of your own"), exact: true }).click();
    await fill(`own_data.${place}.table`, name);
    await fill(`own_data.${place}.variables`, `${name}_a, ${name}_b`);
  }
  await story.look("application-own-data");
  await page.getByRole("button", { name: `${say("Fjern", "Remove")}: foerste` }).click();
  const variables = page.locator("#f-own_data-0-variables");
  expect("the other one's variables", (await variables.inputValue()) === "anden_a, anden_b");
  await variables.fill("anden_a, ");
  expect("what is typed stays as it is typed", (await variables.inputValue()) === "anden_a, ");
  await page.getByRole("button", { name: `${say("Fjern", "Remove")}: anden` }).click();
  await page.getByText(saved).waitFor();
  await story.look("application-documents");
  await page.getByRole("button", { name: say("Næste: Tjek og indsend", "Next: Check and submit") }).click();
  await missing.waitFor({ state: "detached" });
  await page.locator(".machine-look li").first().waitFor();
  await page.getByRole("button", { name: say("Gem og tæl personer", "Save and count persons") }).click();
  await page.locator(".machine-look li").first().waitFor();
  await story.look("application-submit");
  // A login that is over leads back to the same step.
  await page.goto(`${page.url().split("#")[0]}#users`);
  await page.context().clearCookies();
  await page.reload();
  await page.getByRole("link", { name: say("Log ind", "Log in"), exact: true }).click();
  await page.getByRole("link", { name: say("Log ind med MitID Erhverv", "Log in with MitID Erhverv") }).click();
  await page.getByRole("button", { name: "anna", exact: true }).click();
  await page.locator("#user").fill("anna");
  await page.locator("#password").fill(options.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/${number}#users`);
  await page.locator("#f-application-applicant-name").waitFor();
  // Nothing is lost by reading the page again.
  await page.reload();
  await page.goto(`${page.url().split("#")[0]}#task`);
  await page.locator("#f-application-title").waitFor();
  expect("the title is there again", (await page.locator("#f-application-title").inputValue()) === "Diabetes i kommunerne");
  await page.goto(`${page.url().split("#")[0]}#submit`);
  await page.getByRole("button", { name: say("Indsend", "Submit"), exact: true }).click();
  await page.waitForURL(say(/\/sag\/FVM-.*sent/, /\/en\/case\/FVM-.*sent/));
  await page.getByText(say("Ansøgningen er indsendt.", "The application is handed in.")).waitFor();
  await page.getByText(say("Tjenesten", "The service"), { exact: true }).first().waitFor();
  const [fetched] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "projektbeskrivelse.pdf" }).click()]);
  expect("the document comes whole", fs.readFileSync(await fetched.path(), "utf8") === "%PDF-1.7\n%%EOF\n" && fetched.suggestedFilename() === "projektbeskrivelse.pdf");
  expect("it cannot be taken away any more", (await page.locator("ul.attachments button").count()) === 0);
  await story.look("case-status-submitted");
  await story.phone("case-status-submitted");
  await page.goto(options.base + say("/ansoegninger", "/en/applications"));
  await page.getByRole("link", { name: "Diabetes i kommunerne" }).waitFor();
  await story.look("applications");
  await story.end({ case: number });
}

// "The first purchase within 180 days of a first contact, by somebody who had bought none before it", with two controls each; everything is then taken away again.
async function events(story, fill) {
  const { page } = story, button = (danish, inEnglish) => page.getByRole("button", { name: say(danish, inEnglish), exact: true });
  const select = (path, value) => page.locator(`#f-${path.replaceAll(".", "-")}`).selectOption(value);
  const event = (at) => `population.event.${at}`, document = async () => { await page.getByText(saved).waitFor(); return page.evaluate((number) => fetch(`/api/v1/applications/${number}/document`).then((answer) => answer.text()), new URL(page.url()).pathname.split("/").at(-1)); };
  for (const [at, name, table] of [[0, "koeb", "LMDB.lmdb"], [1, "kontakt", "LPR_F.kontakter"], [2, "tidligere", "LMDB.lmdb"]]) {
    await button("Tilføj hændelse", "Add an event").click();
    await fill(`${event(at)}.name`, name);
    await fill(`${event(at)}.table`, table);
    await page.locator(`#c-population-event-${at}-where-v`).waitFor();  // what the table has comes a moment later, and moves the buttons
  }
  await button("Flyt op: kontakt", "Move up: kontakt").click();
  await fill(`${event(0)}.from`, "2015-01-01");
  await select(`${event(1)}.after.event`, "kontakt");
  await fill(`${event(1)}.after.within_days`, "180");
  await select(`${event(2)}.before.event`, "kontakt");
  await select(`${event(2)}.pick`, "none");
  await select("population.index", "kontakt");
  await fill(`${event(0)}.name`, "indlagt");
  await button("Tilføj kontroller", "Add controls").click();
  await fill("population.controls.per_case", "2");
  await fill("population.controls.table", "CPR.t_person");
  await page.locator("#c-population-controls-where-v").waitFor();
  await select("population.controls.match.0.variable", "c_kon");
  await button("Tilføj, hvad de har fælles", "Add what they have in common").click();
  await select("population.controls.match.1.variable", "d_foddato");
  await select("population.controls.match.1.way", "within_years");
  await fill("population.controls.match.1.within_years", "2");
  await button("Tilføj kohorte", "Add a cohort").click();
  await fill("population.cohort.0.file", "kohorte.csv");
  const text = await document();
  for (const part of ['index = "indlagt"', 'event = "indlagt"\nwithin_days = 180', 'pick = "none"', "per_case = 2", "within_years = 2", 'file = "kohorte.csv"', "from = 2015-01-01"]) {
    story.expect(`the text says ${part}:\n${text}`, text.includes(part));
  }
  story.expect("in the order that is meant", text.indexOf('name = "indlagt"') < text.indexOf('name = "koeb"'));
  await story.look("application-events");
  await story.phone("application-events");
  await button(`Fjern: ${say("kohorte1", "cohort1")}`, `Remove: ${say("kohorte1", "cohort1")}`).click();
  await button("Fjern kontrollerne", "Remove the controls").click();
  await select("population.index", "");
  for (const name of ["tidligere", "koeb", "indlagt"]) await button(`Fjern: ${name}`, `Remove: ${name}`).click();
  const after = await document();
  story.expect("nothing of it is left", !/event|controls|cohort|index/.test(after));
}

// A saving whose answer never comes, and one types on: what stands there is one's own, and nobody is asked to choose.
async function ownSaveUnanswered(story, fill) {
  const { page } = story;
  let arrived = 0;
  const lose = async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    await route.fetch();
    arrived += 1;
    return route.abort("connectionfailed");
  };
  await page.getByRole("button", { name: "Forrige", exact: true }).waitFor({ state: "detached" });
  await page.route("**/document", lose);
  await fill("application.task", "Planlægning af kommunens diabetesindsats i 2027");
  await page.getByText("Kunne ikke gemmes").waitFor();
  story.expect("it arrived, again and again", arrived === 3);
  await page.unroute("**/document", lose);
  await fill("application.task", "Planlægning af kommunens diabetesindsats");
  await page.getByText(saved).waitFor();
  story.expect("nobody else's", (await page.getByRole("button", { name: "Behold min" }).count()) === 0);
}

async function accept(story) {
  const place = say(`/sag/${options.case}`, `/en/case/${options.case}`);
  const page = await story.login("sofie", options.password, place);
  await page.locator("#agreement-read").waitFor({ state: "attached", timeout: 90_000 });  // once the files are made
  await page.locator("ul.agreements summary").first().click();
  await page.locator(".agreement-text").first().getByText(options.case).first().waitFor();
  await story.look("agreements");
  await story.prints("agreements");
  const button = page.getByRole("button", { name: say("Accepter", "Accept"), exact: true });
  story.expect("nothing is accepted unread", await button.isDisabled());
  await page.locator("#agreement-read").focus();
  await page.keyboard.press("Space");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByText(say("Du har accepteret.", "You have accepted.")).waitFor();
  await story.look("agreements-accepted");
  // What has been made is not asked for again and again.
  const asked = [];
  page.on("request", (request) => { if (request.url().endsWith("/agreements")) asked.push(request.url()); });
  await page.waitForTimeout(6_000);
  story.expect("nothing is asked without end", asked.length === 0);
  await story.end();
}

// An act of weight when MitID looked too long ago: there and back, and what was typed is still there.
async function withdraw(story) {
  const page = await story.login("anna", options.password, say(`/sag/${options.case}`, `/en/case/${options.case}`));
  const button = say("Træk ansøgningen tilbage", "Withdraw the application"), form = page.locator("form.step-form");
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator("#words-withdraw").fill("Opgaven er bortfaldet");
  await page.waitForTimeout(options.step_up_ms);
  await form.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("link", { name: say("Bekræft med MitID Erhverv", "Confirm with MitID Erhverv") }).waitFor();
  await story.look("step-up");
  await page.getByRole("link", { name: say("Bekræft med MitID Erhverv", "Confirm with MitID Erhverv") }).click();
  await page.getByRole("button", { name: "anna", exact: true }).click();
  await page.waitForURL(`**${say(`/sag/${options.case}`, `/en/case/${options.case}`)}`);
  await page.locator("#words-withdraw").waitFor();
  story.expect("what was typed is kept", (await page.locator("#words-withdraw").inputValue()) === "Opgaven er bortfaldet");
  await form.getByRole("button", { name: button, exact: true }).click();
  await page.getByText(say("Ansøgningen er trukket tilbage.", "The application is withdrawn.")).waitFor();
  await story.look("withdrawn");
  await story.end();
}

await tell(options, { apply, accept, withdraw }[options.part]);
