// A case as the API tells it, and the API's address of it.
export type { Agreement, Agreements, CaseDifference as Compared, CaseView as Case, CaseStep as Happened, Finding, OpenStep } from "../shapes";

export const path = <const B extends string = "">(number: string, below?: B): `/api/v1/applications/${string}${B}` => `/api/v1/applications/${encodeURIComponent(number)}${below ?? ("" as B)}`;
