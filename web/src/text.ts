import type { messages as danish } from "./messages_da.generated";
import type { messages as danishPages } from "./messages_pages_da.generated";

type Language = "da" | "en";
export const language: Language = document.documentElement.lang === "en" ? "en" : "da";
const locale = language === "da" ? "da-DK" : "en-GB";
type Key = keyof typeof danish | keyof typeof danishPages;
// Only what every page may say, in the page's language: its head names the file, so that it comes beside this and not after it.
const { messages: first } = await (language === "da" ? import("./messages_da.generated") : import("./messages_en.generated"));
const messages = { ...first } as Record<Key, string>;
/** What the pages behind the login say beside it: to be there before their parts of the script run. */
export async function pageTexts(): Promise<void> {
  const { messages: more } = await (language === "da" ? import("./messages_pages_da.generated") : import("./messages_pages_en.generated"));
  Object.assign(messages, more);
}

/** The text of a key in messages/*.txt, with {places} filled in. */
export function text(key: Key, values: Record<string, string> = {}): string {
  return messages[key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
/** The text of a key that is put together from what the API says; the key itself, so that nothing is hidden, when there is none. */
export const word = (key: string, values?: Record<string, string>) => (Object.hasOwn(messages, key) ? text(key as Key, values) : key);
/** Of what stands in both languages, that of the page; the other one where that is missing. */
export const own = (both: { da: string; en: string }) => (language === "en" ? both.en || both.da : both.da || both.en);

export const number = (value: number) => new Intl.NumberFormat(locale).format(value);
export const day = (iso: string) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date(iso));
/** A point in time as people write it: "28. nov. 2026 kl. 09.15". */
export const moment = (iso: string) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
/** How long ago, in the largest whole unit: "for 3 dage siden". */
export function age(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / length), unit);
}
/** "1,5 MB". */
export function bytes(count: number): string {
  const units: [string, number][] = [["terabyte", 1e12], ["gigabyte", 1e9], ["megabyte", 1e6], ["kilobyte", 1e3]];
  const [unit, size] = units.find(([, each]) => count >= each) ?? ["byte", 1];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(count / size);
}
