import { messages } from "./messages.generated";

export type Language = "da" | "en";
export const language: Language = document.documentElement.lang === "en" ? "en" : "da";
const locale = language === "da" ? "da-DK" : "en-GB";

/** The text of a key in messages/*.txt, with {places} filled in. */
export function text(key: keyof typeof messages.da, values: Record<string, string> = {}): string {
  return messages[language][key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
export const number = (value: number) => new Intl.NumberFormat(locale).format(value);
export const day = (iso: string) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date(iso));
/** A point in time as people write it: "28. nov. 2026 kl. 09.15". */
export const moment = (iso: string) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
