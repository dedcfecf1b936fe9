// Events in the document, and what lies before or after what. Pure.
import { changed, tablesAt, textAt, valueAt, type Doc, type Value } from "./document";

export type Side = "after" | "before";
const sides: Side[] = ["after", "before"];
const days = ["from_days", "within_days"];
const isTable = (value: Value | undefined): value is Doc => typeof value === "object" && !Array.isArray(value);

/** What the event lies after (before), in one form: `after = "x", within_days = 5` is `{ event = "x", within_days = 5 }`. */
export function bondOf(event: Doc, side: Side): Doc | undefined {
  const value = event[side];
  if (typeof value !== "string") return isTable(value) ? value : undefined;
  const other = event[side === "after" ? "before" : "after"];
  return { event: value, ...(other === undefined ? Object.fromEntries(days.filter((each) => each in event).map((each) => [each, event[each]!])) : {}) };
}

/** The event with another bond on that side; undefined: none. */
export function withBond(event: Doc, side: Side, bond: Doc | undefined): Doc {
  const bonds = { after: bondOf(event, "after"), before: bondOf(event, "before"), [side]: bond };
  const rest = Object.fromEntries(Object.entries(event).filter(([key]) => !days.includes(key) && !sides.includes(key as Side)));
  return { ...rest, ...Object.fromEntries(sides.flatMap((each) => (bonds[each] ? [[each, bonds[each]!]] : []))) };
}

const cohorts = (doc: Doc) => tablesAt(doc, "population.cohort");
const events = (doc: Doc) => tablesAt(doc, "population.event");

/** What an event may lie before or after: those above it that have a date. */
export function anchors(doc: Doc, above: number): string[] {
  const dated = cohorts(doc).filter((each) => textAt(each, "date") !== "");
  return [...dated, ...events(doc).slice(0, above).filter((each) => textAt(each, "pick") !== "none")].map((each) => textAt(each, "name")).filter(Boolean);
}
/** What may give each person's index date: one date, not several. */
export const indexes = (doc: Doc): string[] => {
  const several = new Set(events(doc).filter((each) => textAt(each, "pick") === "any").map((each) => textAt(each, "name")));
  return anchors(doc, events(doc).length).filter((each) => !several.has(each));
};

/** Another name for an event or a cohort, wherever it is meant. */
export function renamed(doc: Doc, path: string, name: string): Doc {
  const old = textAt(doc, `${path}.name`), next = changed(doc, `${path}.name`, name);
  if (old === "" || old === name) return next;
  const follow = (event: Doc): Doc => sides.reduce((at, side) => {
    const bond = bondOf(at, side);
    return bond && textAt(bond, "event") === old ? withBond(at, side, { ...bond, event: name }) : at;
  }, event);
  const followed = events(next).length > 0 ? changed(next, "population.event", events(next).map(follow)) : next;
  return textAt(followed, "population.index") === old ? changed(followed, "population.index", name) : followed;
}

/** A name that nothing has yet: "haendelse1". */
export function freshName(doc: Doc, word: string): string {
  const taken = new Set([...cohorts(doc), ...events(doc)].map((each) => textAt(each, "name")));
  for (let at = 1; ; at += 1) if (!taken.has(`${word}${at}`)) return `${word}${at}`;
}

export const eventAt = (doc: Doc, at: number): Doc => (valueAt(doc, `population.event.${at}`) ?? {}) as Doc;
