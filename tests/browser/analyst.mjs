// An analyst's day: my projects, one of them, a table with a hidden cell that is explained (by keyboard), the same by a SELECT of one's own, files to
// take, the table sent home with MitID asked in between, and what became of it.
//
//   node analyst.mjs OPTIONS.json   {"base", "language", "folder", "user", "password", "project", "recipient"}
import * as fs from "node:fs";
import { accessible, fits, highContrast } from "./accessibility.mjs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const say = (danish, inEnglish) => (english ? `/en${inEnglish}` : danish);

await tell(options, async (story) => {
  const { project } = options;
  const words = english
    ? { make: "New table", show: "Show", send: "Send home", hidden: /hidden: .*102, K/, confirm: "Confirm with MitID Erhverv", sent: "sent", write: "Write the SELECT yourself",
        add: "Add a condition", needed: "This is needed.", empty: "Nothing is in your /outbox", see: "See all that was sent home", recall: "Recall", recalled: "recalled" }
    : { make: "Ny tabel", show: "Vis", send: "Send hjem", hidden: /skjult: .*102, K/, confirm: "Bekræft med MitID Erhverv", sent: "sendt", write: "Skriv SELECT selv",
        add: "Tilføj betingelse", needed: "Dette felt skal udfyldes.", empty: "Intet ligger i din /outbox", see: "Se alle hjemsendelser", recall: "Kald tilbage", recalled: "kaldt tilbage" };
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
  await shot("project");
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
  await page.locator(".safe-table").waitFor();

  await story.end({ why });
});
