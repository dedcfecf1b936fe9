// Words that stand in the pages' code instead of in messages/*.txt: what is shown between tags or in an attribute that people read.
//
//   node tools/hard_text.mjs WEB        fails and says where
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const read_by_people = new Set(["title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label", "hint", "caption", "summary", "empty", "lead", "button", "none"]);
const not_words = new Set(["code", "pre", "kbd", "samp"]);  // what is typed or read by programs, the same in every language
const same_everywhere = /\b(PDF|DOCX|XLSX|CSV|SQL|SELECT|CVR|EAN)\b/g;  // names, not words
const is_word = (text) => /\p{L}{2}/u.test(text.replace(same_everywhere, ""));

/** [{ line, text }] of one file. */
export function hardText(ts, text, name) {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX), found = [];
  const note = (node, words) => { if (is_word(words)) found.push({ line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, text: words.trim().replace(/\s+/g, " ") }); };
  /** What an expression shows by itself: not what it compares, calls with or looks up. */
  const shown = (node) => {
    if (ts.isStringLiteralLike(node)) note(node, node.text);
    else if (ts.isTemplateExpression(node)) [node.head, ...node.templateSpans.map((each) => each.literal)].forEach((each) => note(each, each.text));
    else if (ts.isConditionalExpression(node)) { shown(node.whenTrue); shown(node.whenFalse); }
    else if (ts.isParenthesizedExpression(node)) shown(node.expression);
    else if (ts.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken) shown(node.left);
      if ([ts.SyntaxKind.PlusToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.AmpersandAmpersandToken].includes(kind)) shown(node.right);
    }
  };
  const walk = (node) => {
    if (ts.isJsxElement(node) && not_words.has(node.openingElement.tagName.getText(file))) { walk(node.openingElement); return; }
    if (ts.isJsxText(node)) note(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) shown(node.expression);
    if (ts.isJsxAttribute(node) && read_by_people.has(node.name.getText(file)) && node.initializer)
      shown(ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer);
    ts.forEachChild(node, walk);
  };
  walk(file);
  return found;
}

function main(web) {
  const ts = createRequire(path.join(web, "package.json"))("typescript"), folder = path.join(web, "src");
  const files = fs.readdirSync(folder, { recursive: true }).filter((each) => each.endsWith(".tsx")).sort();
  let wrong = 0;
  for (const each of files) {
    for (const { line, text } of hardText(ts, fs.readFileSync(path.join(folder, each), "utf8"), each)) {
      console.error(`web/src/${each}:${line}: "${text}" belongs into messages/da.txt and en.txt`);
      wrong += 1;
    }
  }
  process.exitCode = wrong > 0 || files.length === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(path.resolve(process.argv[2] ?? "web"));
