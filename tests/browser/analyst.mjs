// An analyst's day: my projects, one of them, a table with a hidden cell that is explained (by keyboard), the same by a SELECT of one's own, files to
// take, the table sent home with MitID asked in between, and what became of it.
//
//   node analyst.mjs OPTIONS.json   {"base", "language", "folder", "user", "password", "project", "recipient", "sends"}
import * as fs from "node:fs";
import { accessible, fits, highContrast } from "./accessibility.mjs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const say = (danish, inEnglish) => (english ? `/en${inEnglish}` : danish);

await tell(options, async (story) => {
  const { project } = options;
  const words = english
    ? { coarser: "Make the coarser table", together: "Together:", more: "Heading, percentages", make: "New table", show: "Show", send: "Send home", hidden: /hidden: .*102, K/, confirm: "Confirm with MitID Erhverv", sent: "sent", write: "Write the SELECT yourself", add: "Add a condition",
        needed: "This is needed.", see: "See all that was sent home", stopped: "is stopped", person: "goes to one person", review: "review", withdraw: /^Withdraw/, withdrawn: "withdrawn" }
    : { coarser: "Lav den grovere tabel", together: "Sammen:", more: "Overskrift, procenter", make: "Ny tabel", show: "Vis", send: "Send hjem", hidden: /skjult: .*102, K/, confirm: "Bekræft med MitID Erhverv", sent: "sendt", write: "Skriv SELECT selv", add: "Tilføj betingelse",
        needed: "Dette felt skal udfyldes.", see: "Se alle hjemsendelser", stopped: "bliver stoppet", person: "går til kontrol hos én person", review: "til gennemsyn", withdraw: /^Træk tilbage/, withdrawn: "trukket tilbage" };
  const { expect } = story;
  const page = await story.login(options.user, options.password, say("/projekt", "/project"));
  const shot = (name) => story.shot(`analyst-${name}`);
  const looked = async (where) => { await accessible(page, where); await fits(page, where); await highContrast(page, where); };

  const began = Date.now();
  await page.getByRole("link", { name: `Tabeller ${project}` }).waitFor();
  await shot("projects");
  await looked("my projects");
  await page.getByRole("link", { name: `Tabeller ${project}` }).click();

  // The project: what one can do, and the data's own documentation, searched.
  await page.getByRole("link", { name: words.make }).waitFor();
  expect("how to reach the closed environment", (await page.locator("main").innerText()).includes(`fvm session ${project}`));
  expect("no remote desktop that is not there", !(await page.locator("main").innerText()).match(/skrivebord|desktop/i));
  await page.locator("#documentation-search").fill("kommune");
  await page.getByText(english ? "1 variables in 1 tables" : "1 variable i 1 tabeller").waitFor();
  await page.locator("#documentation-search").fill("");
  await page.locator("summary", { hasText: english ? "Report a mistake" : "Meld en fejl" }).click();
  expect("a mistake is reported from here, about this project", (await page.locator("#report-project").inputValue()) === project && (await page.locator("#report-user").inputValue()) === options.user);
  await shot("project");
  await story.changed("**/api/v1/projects/*", (answer) => ({ ...answer, building: { done: 3, total: 7 } }), async () => {
    await page.reload();
    await page.getByText(english ? "3 of 7 parts are done" : "3 af 7 dele er færdige").waitFor();
    await looked("a project whose data are built");
  });
  await page.reload();
  await page.getByText(english ? "3 of 7" : "3 af 7").waitFor({ state: "detached" });
  await page.locator("details.documentation").first().waitFor();
  await looked("a project");
  await page.getByRole("link", { name: words.make }).click();

  // A table: first without what is needed, then chosen from the lists.
  await page.getByRole("button", { name: words.show, exact: true }).click();
  await page.getByText(words.needed).waitFor();
  expect("focus at what is missing", await page.evaluate(() => document.activeElement?.id === "table"));
  await page.locator("#table").selectOption("bef.person");
  await page.locator("#row").selectOption("kommune");
  await page.locator("#column").selectOption("koen");
  await page.locator("#measure").selectOption("mean");
  await page.locator("#of").selectOption("beloeb");
  await page.getByRole("button", { name: words.add }).click();
  await page.locator("#filter-0-column").selectOption("region");
  await page.locator("#filter-0-how").selectOption("starts");
  await page.locator("#filter-0-value").fill("08");
  await shot("choice");
  await page.getByRole("button", { name: words.show, exact: true }).click();
  await page.waitForURL(/table=1$/);
  await page.locator(".safe-table").waitFor();
  await page.locator("#figure-0").check();
  expect("an open number", (await page.locator(".safe-table tbody tr", { hasText: "201" }).innerText()).includes("30"));

  // A hidden cell by keyboard: the reason, and what to merge.
  const cell = page.getByRole("button", { name: words.hidden });
  await cell.focus();
  await page.locator("#why strong").waitFor();
  const why = await page.locator("#why").innerText();
  expect(`the cell and the reason: ${why}`, why.includes("102") && why.includes("5 person") && (await page.locator("#why li").count()) > 0);
  await page.locator(".chart img").evaluate((image) => image.decode());
  await shot("table");
  await looked("a table with a hidden cell explained");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /^XLSX/ }).click()]);
  expect(`the file's name: ${file.suggestedFilename()}`, file.suggestedFilename() === "table-1.xlsx");

  // The same by hand.
  await page.getByLabel(words.write).check();
  await page.locator("#sql").fill("SELECT pnr, kommune FROM bef.person WHERE nothing = 1");
  await page.locator("#sql-rows").fill("kommune");
  await page.locator("#measure").selectOption("count");
  await page.getByRole("button", { name: words.show, exact: true }).click();
  await page.getByRole("alert").waitFor();
  expect("what was typed is kept", (await page.locator("#sql").inputValue()).includes("nothing = 1"));
  await shot("sql");
  await accessible(page, "a SELECT that is wrong");
  await page.locator("#sql").fill("SELECT pnr, kommune FROM bef.person");
  await page.locator("#sql").press("Tab");
  await page.locator("#sql-rows").press("Enter");
  await page.waitForURL(/table=2$/);
  await page.locator(".safe-table tbody tr").nth(2).waitFor();
  // Back and on again: what was asked for last is shown, though the other one answers later.
  const columns = () => page.locator(".safe-table thead th").count();
  const alone = await columns();
  const late = await story.held("**/tables/1?language=*");
  await page.goBack();
  await late.arrived;
  await page.goForward();
  await page.waitForURL(/table=2$/);
  await page.waitForTimeout(500);
  late.release();
  await page.waitForTimeout(500);
  expect("table 2 is shown at its address", (await columns()) === alone);
  // A coarser one is asked of what this table was made from, not of what was made last.
  await story.changed("**/tables/1?language=*", (answer) => ({ ...answer, coarser: { ask: "kommune", open: 6, hidden: 0 } }), async () => {
    await page.goBack();
    await page.route("**/tables?language=*", (route) => route.fulfill({ status: 409, contentType: "application/problem+json",
      json: { type: "urn:fvm:problem:test", title: "Not now.", title_da: "Ikke nu.", status: 409 } }), { times: 1 });
    const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("/tables?"));
    await page.getByRole("button", { name: words.coarser }).click();
    const body = JSON.parse((await asked).postData());
    expect(`of table 1: ${JSON.stringify(body)}`, body.coarsen === true && body.columns.join() === "koen" && body.mean === "beloeb");
  });
  await page.goForward();
  await page.waitForURL(/table=2$/);
  // What is open stays open.
  await page.locator("summary", { hasText: words.more }).click();
  await page.locator("#title").fill("x");
  await page.locator("#title").fill("");
  await page.waitForTimeout(100);
  expect("it stays open", await page.locator("#title").isVisible());

  if (!options.sends) {
    await story.end({ why });
    return;
  }

  // Sent home: MitID is asked when the last time is long ago, and nothing is lost meanwhile.
  const confirm = page.getByRole("link", { name: words.confirm });
  const confirmed = async (act, then) => {  // then: what is there when it was done
    await act();
    await confirm.or(then).first().waitFor();
    if (!(await confirm.isVisible())) return false;
    const here = page.url();
    await confirm.click();
    const person = page.getByRole("button", { name: options.user, exact: true });
    await page.waitForURL((url) => url.href === here || url.pathname.includes("/interaction/"));
    if (page.url() !== here) await person.click();
    await page.waitForURL(here);
    return true;
  };
  await page.locator("#to").fill(options.recipient);
  await page.locator("#purpose").fill("Tabel 1");
  await page.waitForTimeout(Math.max(0, 16_000 - (Date.now() - began)));
  const sent = page.getByRole("status").filter({ hasText: new RegExp(`: ${words.sent},`) });
  expect("MitID is asked", await confirmed(() => page.getByRole("button", { name: words.send, exact: true }).click(), sent));
  await page.locator(".safe-table").waitFor();
  expect("purpose and recipient are kept", (await page.locator("#purpose").inputValue()) === "Tabel 1" && (await page.locator("#to").inputValue()) === options.recipient);
  await page.getByRole("button", { name: words.send, exact: true }).click();
  await sent.waitFor();
  await shot("sent");
  await looked("a table that was sent");

  // What lies in /outbox: one file is stopped and says where, the other goes to a person; it is sent, and withdrawn.
  await page.getByRole("link", { name: words.see }).click();
  const box = page.locator("ul.outbox");
  await box.locator("li", { hasText: "lille.csv" }).getByText(words.stopped).waitFor();
  await box.locator("li", { hasText: "stor.csv" }).getByText(words.person).waitFor();
  expect("where it is", (await box.locator("li", { hasText: "lille.csv" }).innerText()).includes("2:2"));
  expect("what is stopped cannot be chosen", await box.getByLabel("lille.csv").isDisabled());
  await page.locator("ul.releases > li").first().waitFor();
  await shot("outbox");
  await looked("the outbox");
  const fill = async () => {
    if (!(await box.getByLabel("stor.csv").isChecked())) await box.getByLabel("stor.csv").check();
    await page.locator("#to").fill(options.recipient);
    await page.locator("#purpose").fill("Tabel 2");
  };
  await fill();
  // Two of them in one request: what that leads to, and one question to the portal for all of it.
  await box.locator("input:not([disabled]):not(:checked)").first().check();
  await page.getByText(words.together).waitFor();
  const asked = [];
  const heard = (request) => { if (request.url().includes("/outbox")) asked.push(request.url()); };
  page.on("request", heard);
  await page.waitForTimeout(6_100);
  page.off("request", heard);
  expect(`one question at a time, of both: ${asked.join(" ")}`, asked.length >= 2 && asked.length <= 7 && asked.every((each) => each.includes("files=")));
  await box.locator("li", { hasNotText: "stor.csv" }).locator("input:checked").uncheck();
  await page.getByText(words.together).waitFor({ state: "detached" });
  await page.getByRole("button", { name: words.send, exact: true }).click();
  await page.locator("#declared-error").waitFor();
  await accessible(page, "without the declaration");
  const declare = async () => { await fill(); await page.locator("#declared").check(); await page.getByRole("button", { name: words.send, exact: true }).click(); };
  const review = page.getByRole("status").filter({ hasText: words.review });
  if (await confirmed(declare, review)) await declare();
  await review.waitFor();
  const mine = page.locator("ul.releases > li", { hasText: "Tabel 2" });
  const withdraw = async () => {
    await mine.getByRole("button", { name: words.withdraw }).first().waitFor();
    if ((await mine.locator(".doing textarea").count()) === 0) await mine.getByRole("button", { name: words.withdraw }).click();
    await mine.locator(".doing textarea").fill("En fejl");
    await mine.locator(".doing .button-primary").click();
  };
  const withdrawn = mine.locator("strong", { hasText: words.withdrawn });
  await mine.getByRole("button", { name: words.withdraw }).first().waitFor();
  const slow = await story.held("**/releases?project=*");  // what stood there before, answered late
  await slow.arrived;
  if (await confirmed(withdraw, withdrawn)) await withdraw();
  await withdrawn.waitFor();
  slow.release();
  await page.waitForTimeout(300);
  expect("the late answer does not bring it back", await withdrawn.isVisible());
  await shot("withdrawn");
  await looked("withdrawn");
  await story.prints("withdrawn");
  await story.end({ why });
});
