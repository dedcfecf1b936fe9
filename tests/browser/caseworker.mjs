// From the worklist to an approval: karl takes cases, looks, asks, recommends; dorte approves.
//
//   node caseworker.mjs OPTIONS.json   {"base", "language", "folder", "password", "cases": [numbers]}
import * as fs from "node:fs";
import { tell } from "./story.mjs";

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const english = options.language === "en";
const say = (danish, inEnglish) => (english ? inEnglish : danish);
const [asked, approved] = options.cases;

async function take(page, button, fill) {
  await page.getByRole("button", { name: button, exact: true }).first().click();
  const form = page.locator("form.step-form");
  await fill(form);
  await form.getByRole("button", { name: button, exact: true }).click();
}

async function karl(story) {
  const worklist = say("/sager", "/en/cases");
  const page = await story.login("karl", options.password, worklist);
  await page.locator(`#choose-${approved}`).waitFor({ state: "attached" });
  await story.look("cases");
  await story.phone("cases");
  // A filter stays in the address.
  await page.locator("#cases-whose").selectOption("mine");
  await page.getByText(say("0 af", "0 of")).waitFor();
  story.expect("the filter stands in the address", page.url().includes("whose=mine"));
  await page.reload();
  await page.getByText(say("0 af", "0 of")).waitFor();
  // An address of a case that is not there says so and leads on.
  await page.goto(options.base + say("/sager/FVM-2099-9999", "/en/cases/FVM-2099-9999"));
  await page.getByRole("alert").getByText("FVM-2099-9999").waitFor();
  await page.locator("#main-content").getByRole("link", { name: say("Min side", "My page") }).waitFor();
  story.expect("the tab says so", (await page.title()).startsWith(say("Siden findes ikke – ", "There is no such page – ")));
  story.expect("nobody indexes it", (await page.locator('meta[name="robots"]').getAttribute("content")) === "noindex");
  await story.look("case-unknown");
  await page.goto(options.base + worklist + "?whose=mine");
  await page.getByText(say("0 af", "0 of")).waitFor();
  // Back and forward go through what was chosen; a link to it opens it so.
  const whose = page.locator("#cases-whose"), byCase = page.locator("th", { hasText: say("Sag", "Case") }).first();
  await whose.selectOption("nobody");
  await byCase.getByRole("button").click();
  await byCase.getByRole("button").click();
  story.expect("the order stands in the address", new URL(page.url()).search === "?whose=nobody&sort=-title" && (await byCase.getAttribute("aria-sort")) === "descending");
  const titles = await page.locator("tbody th a").allInnerTexts();
  await page.goBack();
  await page.waitForFunction(() => location.search === "?whose=nobody&sort=title");
  story.expect("back turns it round", (await page.locator("tbody th a").allInnerTexts()).reverse().join() === titles.join() && titles.length === 2);
  await page.goBack();
  await page.goBack();
  story.expect("back to the filter before", (await whose.inputValue()) === "mine");
  await page.goForward();
  story.expect("and forward", (await whose.inputValue()) === "nobody" && new URL(page.url()).search === "?whose=nobody");
  await page.goto(`${options.base}${worklist}?whose=nobody&sort=-title`);
  await page.locator(`#choose-${approved}`).waitFor({ state: "attached" });
  story.expect("a link shows the same", (await page.locator("tbody th a").allInnerTexts()).join() === titles.join());
  // Both at once, by keyboard.
  for (const number of [asked, approved]) {
    await page.locator(`#choose-${number}`).focus();
    await page.keyboard.press("Space");
  }
  await page.locator("#give-to").selectOption("karl");
  await story.look("cases-chosen");
  // One is refused: which and why is told, that one stays chosen, and the other is his.
  const title = { da: "Sagen er lukket.", en: "The case is closed." };
  await page.route(`**/applications/${asked}/steps/assign`, (route) => route.fulfill({ status: 409, contentType: "application/problem+json",
    json: { type: "urn:fvm:problem:casework.test", title: title.en, title_da: title.da, status: 409 } }), { times: 1 });
  const give = page.getByRole("button", { name: say("Giv sagerne videre", "Give the cases") });
  await give.click();
  await page.getByRole("alert").getByText(`${asked}: ${say(title.da, title.en)}`).waitFor();
  story.expect("what failed stays chosen", await page.locator(`#choose-${asked}`).isChecked());
  await page.locator(`#choose-${approved}`).waitFor({ state: "detached" });
  await story.look("cases-refused");
  await page.locator("#give-to").selectOption("karl");
  await give.click();
  await page.getByRole("status").getByText(say("Sagerne er givet til karl.", "The cases were given to karl.")).waitFor();
  await page.locator("#cases-whose").selectOption("mine");
  await page.getByText(say("2 af", "2 of")).waitFor();
  // One goes back with a question; without words nothing happens.
  await page.locator(`a[href$="${asked}"]`).click();
  await page.locator("pre.specification").getByText("[[grant]]").waitFor();
  // Whom it is about is read in words, not as it was typed.
  const words = page.locator(".population-words");
  await words.getByText(say('En persons indeksdato er datoen for "koeb".', 'A person\'s index date is the date of "koeb".')).waitFor();
  await words.getByText(say("højst 180 dage imellem", "at most 180 days apart")).waitFor();
  await story.look("case");
  await story.prints("case");
  await story.phone("case");
  const ask = say("Spørg ansøgeren", "Ask the applicant");
  await page.getByRole("button", { name: ask, exact: true }).click();
  await page.locator("form.step-form").getByRole("button", { name: ask, exact: true }).click();
  await page.locator("#words-request-error").waitFor();
  await page.locator("#words-request").fill(say("Hvorfor LMDB fra 2015?", "Why LMDB from 2015?"));
  await story.look("case-asking");
  await page.locator("form.step-form").getByRole("button", { name: ask, exact: true }).click();
  await page.locator(".badge", { hasText: say("Venter på svar", "Returned") }).first().waitFor();
  // The other: a note that the applicant never sees, a recommendation.
  await page.goto(options.base + say(`/sager/${approved}`, `/en/cases/${approved}`));
  await take(page, say("Skriv en intern note", "Write an internal note"), (form) => form.locator("#words-note").fill("Ligner FVM-2025-0001"));
  await page.getByText("Ligner FVM-2025-0001").waitFor();
  await take(page, say("Indstil", "Recommend"), async (form) => {
    await form.locator("#to-recommend").selectOption("approve");
    await form.locator("#words-recommend").fill("Formålet er statistisk");
  });
  await page.getByText("Formålet er statistisk").waitFor();
  story.expect("who has had the case may not decide it", (await page.getByRole("button", { name: say("Godkend", "Approve"), exact: true }).count()) === 0);
}

async function answers(story) {
  const page = await story.login("anna", options.password, say(`/sag/${asked}`, `/en/case/${asked}`));
  await page.getByText("LMDB").first().waitFor();
  await story.look("case-status-asked");
  await page.getByRole("link", { name: say("Svar og ret i ansøgningen", "Answer and change the application") }).click();
  const send = page.getByRole("button", { name: say("Send svar", "Send the answer"), exact: true });
  await send.click();
  await page.locator("#answer-error").waitFor();
  await page.locator("#answer").fill("Fordi forløbet er langt");
  await page.goto(`${page.url().split("#")[0]}#task`);
  await page.locator("#f-application-necessity").fill("Kun forløb siden 2015 kan vise det");
  await page.getByText(say("Alt er gemt.", "Everything is saved.")).waitFor();
  await page.goto(`${page.url().split("#")[0]}#population`);
  await page.locator("#f-population-event-1-after-within_days").fill("90");
  await page.getByText(say("Alt er gemt.", "Everything is saved.")).waitFor();
  await page.goto(`${page.url().split("#")[0]}#submit`);
  story.expect("the answer is kept", (await page.locator("#answer").inputValue()) === "Fordi forløbet er langt");
  await send.click();
  await page.waitForURL(say(/\/sag\/FVM-.*sent/, /\/en\/case\/FVM-.*sent/));
}

async function dorte(story) {
  const page = await story.login("dorte", options.password, say(`/sager/${asked}`, `/en/cases/${asked}`));
  await page.getByText("Kun forløb siden 2015 kan vise det").first().waitFor();
  story.expect("what was changed stands there", (await page.locator("ins").allInnerTexts()).some((each) => each.includes("2015")));
  await page.locator("ins").getByText(say("højst 90 dage imellem", "at most 90 days apart")).waitFor();
  await page.locator("del").getByText(say("højst 180 dage imellem", "at most 180 days apart")).waitFor();
  story.expect("where it is has a name", (await page.locator("#difference-title ~ div tbody th").allInnerTexts()).every((each) => !/^(application|population|grant)\b/.test(each)));
  await story.look("case-changed");
  await page.goto(options.base + say(`/sager/${approved}`, `/en/cases/${approved}`));
  const button = say("Godkend", "Approve");
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByText(say("Aftalerne bliver skrevet", "The agreements are written")).waitFor();  // the consequence, before
  await page.locator("#words-approve").fill("Betingelserne er opfyldt");
  await story.look("case-approving");
  await page.locator("form.step-form").getByRole("button", { name: button, exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".badge", { hasText: say("Venter på aftale", "Awaiting agreement") }).first().waitFor();
  await story.look("case-approved");
}

await tell(options, async (story) => {
  await karl(story);
  await answers(story);
  await dorte(story);
  await story.end();
});
