// Parts of the pages that need no page: web/src as esbuild makes it, in node.
//
//   node --test units.mjs
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../web");
const esbuild = createRequire(path.join(web, "package.json"))("esbuild");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "units-"));
test.after(() => fs.rmSync(folder, { recursive: true }));
globalThis.document = { documentElement: { lang: "da" } };

async function source(file) {
  const out = path.join(folder, `${path.basename(file)}.mjs`);
  const stdin = { contents: `export * from "./${file}"; import { pageTexts } from "./text"; await pageTexts();`, resolveDir: path.join(web, "src"), loader: "ts" };
  await esbuild.build({ stdin, bundle: true, format: "esm", platform: "node", outfile: out, jsx: "automatic", logLevel: "error" });
  return import(pathToFileURL(out));
}

test("a key that is put together and known to nobody is shown as it is", async () => {
  const { word, text, own, bytes } = await source("text.ts");
  assert.equal(word("release.state_sent"), text("release.state_sent"));
  assert.equal(word("release.state_unheard_of"), "release.state_unheard_of");
  assert.equal(word("toString"), "toString");
  assert.equal(word("agreement.state_accepted", { by: "sofie" }).includes("{"), false);
  assert.equal(own({ da: "", en: "only English" }), "only English");
  assert.deepEqual([bytes(999), bytes(1500), bytes(2.5e9)].map((each) => each.replace(/\s/g, " ")), ["999 B", "1,5 kB", "2,5 GB"]);
});

test("what is meant once has one key until it is answered", async () => {
  const { once } = await source("once.ts");
  const broken = () => { throw new TypeError("the line broke"); };
  const keys = [];
  const ask = (...answers) => (key) => { keys.push(key); return answers.length > 0 ? answers.shift()() : "done"; };
  const now = [0, 0];
  assert.equal(await once("POST /a", ask(broken, broken), now), "done");
  assert.equal(new Set(keys).size, 1, "sent again with the same key");
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  await assert.rejects(once("POST /a", ask(broken, broken, broken), now), TypeError);
  assert.notEqual(keys.at(-1), keys[0], "the first was answered: this is meant anew");
  const left = keys.at(-1);
  await once("POST /a", ask(), now);
  assert.equal(keys.at(-1), left, "somebody clicks again");
  const later = Date.now;
  await assert.rejects(once("POST /d", ask(broken, broken, broken), now), TypeError);
  Date.now = () => later() + 61_000;
  await once("POST /d", ask(), now);
  Date.now = later;
  assert.notEqual(keys.at(-1), keys.at(-2), "after a minute it is meant anew");
  const { Problem } = await source("problem.ts");
  await once("POST /e", ask(() => { throw new Problem(502, "", "a front"); }), now);
  assert.equal(keys.at(-1), keys.at(-2), "a front knows nothing of what was done");
  await Promise.all([once("POST /b", ask(), now), once("POST /b", ask(), now)]);
  assert.equal(keys.at(-1), keys.at(-2), "a double click");
  await assert.rejects(once("POST /c", ask(() => { throw new Error("refused"); }), now), /refused/);
  await once("POST /c", ask(), now);
  assert.notEqual(keys.at(-1), keys.at(-2), "a refusal is an answer");
});

test("what is new and what is gone", async () => {
  const { differences } = await source("pages/differences.ts");
  const { fresh, gone } = differences(["a", "b", "c", "d"], ["a", "x", "c", "d"]);
  assert.deepEqual(fresh, [false, true, false, false]);
  assert.deepEqual([...gone], [[1, ["b"]]]);
  assert.deepEqual(differences(["a"], []), { fresh: [], gone: new Map([[0, ["a"]]]) });
  assert.deepEqual(differences([], ["a"]), { fresh: [true], gone: new Map() });
});

test("one row put into a long table is one row, and every row of a longer one is told", async () => {
  const { differences } = await source("pages/differences.ts");
  const rows = Array.from({ length: 20_000 }, (_, at) => `row ${at}`);
  const one = differences(rows, [...rows.slice(0, 10_000), "new", ...rows.slice(10_000)]);
  assert.deepEqual(one.fresh.flatMap((each, at) => (each ? [at] : [])), [10_000]);
  assert.equal(one.gone.size, 0);
  const other = rows.map((each) => `${each}!`);
  const all = differences(rows, other);
  assert.equal(all.fresh.every(Boolean), true);
  assert.equal([...all.gone.values()].flat().length, rows.length);
});

test("rows that are drawn first: those that changed are among them", async () => {
  const { differences, firstDrawn } = await source("pages/differences.ts");
  const before = Array.from({ length: 900 }, (_, at) => `${at}`), after = before.map((each, at) => (at === 700 ? "x" : each));
  const drawn = firstDrawn(900, 200, new Set([500]), differences(before, after));
  assert.deepEqual(drawn.slice(199), [199, 500, 700]);
  assert.equal(firstDrawn(900, 200, new Set(), differences([], before)).length, 400);  // as many more, not all
  assert.equal(firstDrawn(900, 900, new Set(), null).length, 900);
});

test("a name stands in an order once", async () => {
  const { withName } = await source("pages/document.ts");
  assert.deepEqual(withName(["atc"], "ATC"), ["atc"]);
  assert.deepEqual(withName(["atc"], "eksd"), ["atc", "eksd"]);
});

// What the pages say of states and steps, beside the tables that the programs go by.
const def = (room, line) => [...fs.readFileSync(path.join(web, `../src/${room}/states.def`), "utf8").matchAll(line)];

test("every state and step of a case has its words", async () => {
  const { states, nextWords, didWords } = await source("pages/case_words.ts");
  const known = def("casework", /^STATE\((\w+)/gm).map(([, state]) => state);
  assert.ok(known.length > 8);
  assert.deepEqual([...states].sort(), known.sort());
  assert.deepEqual(known.filter((state) => !nextWords(state)), []);
  assert.deepEqual(def("casework", /^EVENT\((\w+)/gm).map(([, event]) => event).filter((event) => didWords({ event }) === event), []);
});

test("an author is offered what he may do with what he sent, in every state where he may", async () => {
  const { may } = await source("pages/releases.tsx");
  for (const [event, states] of Object.entries(may)) {
    const allowed = def("release", /^TRANSITION\((\w+), (\w+), author,/gm).filter(([, , name]) => name === event).map(([, state]) => state);
    assert.ok(allowed.length > 0, event);
    assert.deepEqual([...states].sort(), [...new Set(allowed)].sort(), event);
  }
});

// A class that two style sheets say something about by itself means two things on one page, and the sheet that comes last wins everywhere.
test("no class has its rule in two style sheets", () => {
  const owners = new Map(), twice = [];
  for (const file of fs.readdirSync(path.join(web, "src")).filter((each) => each.endsWith(".css"))) {
    const rules = fs.readFileSync(path.join(web, "src", file), "utf8").replace(/\/\*.*?\*\//gs, "").replace(/@media[^{]*\{/g, "");
    const heads = [...rules.matchAll(/([^{}]+)\{[^{}]*\}/g)].flatMap(([, head]) => head.split(",").map((each) => each.trim()));
    for (const head of new Set(heads)) {
      if (owners.has(head)) twice.push(`${head}: ${owners.get(head)} and ${file}`);
      owners.set(head, file);
    }
  }
  assert.ok(owners.size > 100);
  assert.deepEqual(twice, []);
});

test("no class of ours is one of the design system's by another meaning", () => {
  const theirs = fs.readFileSync(path.join(web, "node_modules/dkfds/dist/css/dkfds.min.css"), "utf8");
  const meant = new Set(["table", "alert", "footer", "header", "button", "badge", "form-input", "form-select", "form-label", "form-group", "button-row", "search", "breadcrumbs__list-item", "step-indicator",
    "table--responsive-scroll"]);
  const names = fs.readdirSync(path.join(web, "src")).filter((each) => each.endsWith(".css"))
    .flatMap((file) => [...fs.readFileSync(path.join(web, "src", file), "utf8").matchAll(/^(?:main )?(?:\w+)?\.([\w-]+)(?= [{>.a-z]|\{)/gm)].map(([, name]) => name));
  assert.ok(names.length > 40);
  const clashes = [...new Set(names)].filter((name) => !meant.has(name) && new RegExp(`\\.${name}[ {,.:>]`).test(theirs));
  assert.deepEqual(clashes, []);
});

test("events: bonds in one form, names that follow, what may be looked at", async () => {
  const { anchors, bondOf, freshName, indexes, renamed, withBond } = await source("pages/population_order.ts");
  const short = { name: "b", after: "a", within_days: 180 };
  assert.deepEqual(bondOf(short, "after"), { event: "a", within_days: 180 });
  assert.equal(bondOf(short, "before"), undefined);
  assert.deepEqual(bondOf({ after: "a", before: "c", within_days: 5 }, "after"), { event: "a" }, "days beside two names are nobody's");
  assert.deepEqual(withBond(short, "before", { event: "c" }), { name: "b", after: { event: "a", within_days: 180 }, before: { event: "c" } });
  assert.deepEqual(withBond(short, "after", undefined), { name: "b" });
  const doc = { population: { index: "a", cohort: [{ name: "k", date: "d" }, { name: "u" }], event: [{ name: "a" }, { name: "n", pick: "none" }, { name: "m", pick: "any" }, short, { name: "z", before: { event: "a" } }] } };
  assert.deepEqual(anchors(doc, 0), ["k"]);
  assert.deepEqual(anchors(doc, 3), ["k", "a", "m"]);
  assert.deepEqual(indexes(doc), ["k", "a", "b", "z"]);
  const next = renamed(doc, "population.event.0", "kontakt").population;
  assert.deepEqual([next.index, next.event[0].name, next.event[3].after, next.event[4].before.event], ["kontakt", "kontakt", { event: "kontakt", within_days: 180 }, "kontakt"]);
  assert.equal(doc.population.event[3].after, "a", "nothing of the old one is changed");
  assert.equal(freshName(doc, "a"), "a1");
  assert.equal(freshName({ population: { event: [{ name: "a1" }] } }, "a"), "a2");
});

test("words in the code of a page are found, and nothing else", async () => {
  const { hardText } = await import(pathToFileURL(path.resolve(web, "../tools/hard_text.mjs")));
  const ts = createRequire(path.join(web, "package.json"))("typescript");
  const found = (jsx) => hardText(ts, `const a = ${jsx};`, "a.tsx").map((each) => each.text);
  for (const [jsx, words] of [["<p>Gem nu</p>", "Gem nu"], ['<p>{busy ? "Gemmer" : text("web.save")}</p>', "Gemmer"], ['<img alt="Et billede" />', "Et billede"],
    ['<button aria-label={`Fjern ${name}`}>×</button>', "Fjern"], ['<p>{many && "flere"}</p>', "flere"], ['<Line label={own || "Navn"} />', "Navn"], ['<p>{"i alt " + count}</p>', "i alt"]])
    assert.deepEqual(found(jsx), [words], jsx);
  for (const jsx of ['<p className="front-lead">{text("web.save")}</p>', "<code>fvm session</code>", '<p>{state === "draft" ? text("web.a") : text("web.b")}</p>', "<a>PDF</a>", "<p>· {count} %</p>",
    '<input type="date" autoComplete="off" />', '<p>{word(`web.state_${state}`)}</p>', '<b title={text("web.x", { of: "y" })} />'])
    assert.deepEqual(found(jsx), [], jsx);
});
