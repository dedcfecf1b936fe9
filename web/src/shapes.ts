// What the API's requests and answers look like: the types of the pages, and by tools/api_shapes.py the schemas of GET /api/v1/openapi.json. Tests hold
// every answer that they get against them. In Routes: `query` and `headers` name what may be given with a sentence about it; `types` are other content
// types of an answer; `accepts` those of a body that is not JSON.
export type integer = number;

// ---- everybody
export interface Problem { type: string; title: string; title_da: string; status: integer; facts?: Record<string, string>; findings?: unknown[] }
export interface ProgramStatus { name: string; running: boolean }
export interface Status { version: string; programs: ProgramStatus[]; ledger_records: integer }
export interface RegisterFreshness { register: string; tables: integer; rows: integer; newest: string | null }
export interface Freshness { registers: RegisterFreshness[] }

// ---- logging in
/** How far this browser has come with logging in: "mitid" means that the password is what is missing. */
export interface Way { configured: boolean; stage: "none" | "mitid"; next?: string; csrf?: string }
export interface Attempt { user: string; password: string }
export interface Activation { user: string; code: string; password: string }
export interface Next { next: string }
export interface Session { session: string; browser: string; created: string; seen: string; expires: string; current: boolean }
export interface Sessions { sessions: Session[] }
export interface Ended { ended: string }
export interface Me {
  user: string; institution: string; roles: string[]; assurance: string; session: Session; step_up_needed: boolean; csrf: string;
}

// ---- cases
export interface CaseClock {
  running: boolean; decided: boolean; days_used: integer; days_left: integer; days_waited: integer; due: string | null; place: integer | null; queue: integer;
}
export interface CaseStep {
  at: string; actor: string; role: string; event: string; from: string; to: string; words: string; subject: string | null; version: integer;
}
/** What is wrong with an application, is missing or is worth knowing, and where. */
export interface Finding {
  weight: "note" | "incomplete" | "wrong"; code: string; da: string; en: string;
  place: { file?: string; sheet?: string; line?: string; row?: string; column?: string; name?: string; table?: string };
}
export interface Findings { findings: Finding[] }
/** A step that the one who asks may take now, where it leads, and whether it asks for words. */
export interface OpenStep { event: string; to: string; words: boolean }
export interface Notice { audience: string; at: string; da: string; en: string }
export interface Letter { to: string; subject: string; text: string; state: string; at: string; files: string[] }
export interface Forecast { cases: integer; median_days: integer | null; nine_of_ten_days: integer | null; expected: string | null }
export interface CaseView {
  case: string; kind: string; state: string; project: string; parent: string | null; children: string[]; origin: string; title: string;
  authority: { name: string; cvr: string }; applicant: string | null; caseworker: string | null; created: string; changed: string; submitted: string | null;
  version: integer; submitted_version: integer; in_force_version: integer; clock: CaseClock; forecast: Forecast; remarks: Finding[]; history: CaseStep[];
  steps: OpenStep[]; staff: string[]; notices: Notice[]; letters: Letter[]; findings?: Finding[];
}
export interface Cases { cases: CaseView[]; next?: string | null }
export interface HandedOver { case: string; applicant: string }
export interface CaseQueue { waiting: integer; with_applicants: integer; target_days: integer; forecast: Forecast }
export interface CaseDifference {
  before: integer; after: integer; changes: { where: string; before: string; after: string }[];
  lines: { sign: string; before: integer; after: integer; text: string }[];
}
/** Sentences about whom and which rows; `read` is false of a text that the compiler cannot read yet. */
export interface DataWords { population: string[]; tables: { table: string; rows: string[] }[] }
export interface CaseWords { version: integer; read: boolean; da: DataWords; en: DataWords }
/** A document that was put on the case; `by`: the account, of a mail its sender; `removable`: by whoever asks. */
export interface AttachmentView {
  attachment: string; name: string; kind: string; sha256: string; bytes: integer; at: string; by: string; removable: boolean;
}
export interface AttachmentList { attachments: AttachmentView[]; may_add: boolean; bytes_max: integer; attachments_max: integer }
export interface Removed { removed: string }
export interface StepWords { text?: string; to?: string }
export interface Agreement {
  id: integer; kind: string; title: string; name: string; email: string; account: string; state: string; how: string; accepted_by: string;
  content_sha256: string; pdf_sha256: string; docx_sha256: string; pdf?: string; docx?: string; accepted?: string;
}
export interface Agreements {
  case: string; project: string; version: integer; in_force: boolean; specification_sha256: string; agreements: Agreement[];
}

// ---- the catalogue
export interface Variable { name: string; type: string; class: string; da: string; en: string; code_list: string; years: string; orderable: boolean; table?: string }
export interface CatalogueTable { table: string; da: string; en: string; person: string | null; period: string | null; parent: string | null; variables: Variable[] }
export interface CataloguePage { found: integer; page: integer; pages: integer; variables: Variable[] }

// ---- projects, as those who work in them see them
export interface DataVariable { name: string; type: string; class: string; da: string; en: string; last_used: string | null }
export interface DataTable { name: string; da: string; en: string; delivered: string | null; columns: DataVariable[] }
export interface ProjectOutline {
  project: string; title: string; authority: string; state: "running" | "held" | "coming" | "ended" | "unbuilt"; valid_from: string; valid_to: string;
  version: integer; built: string | null;
}
export interface Projects { projects: ProjectOutline[]; next?: string | null }
export interface Project {
  project: string; title: string; authority: string; state: "running" | "held" | "coming" | "ended" | "unbuilt"; valid_from: string; valid_to: string;
  version: integer; built: string | null; building: { done: integer; total: integer } | null; tables: DataTable[]; members: string[]; recipients: string[];
  sessions: { session: string; user: string; started: string }[];
  quota: { sessions_open: integer; sessions_max: integer; file_bytes_max: integer };
}

// ---- safe tables
export interface TableLine {
  table: integer; title: string; asked: string; author: string; cells: integer; hidden: integer; round: integer; coarser_than: integer;
  facts_before: integer; facts: integer; given_away_before: integer; project_version: integer; published: integer; combines_with: integer[];
  outputs: unknown[]; recalled: { at: string; who: string; reason: string } | null;
}
export interface Tables { project: string; tables: TableLine[]; outside: unknown[]; outside_elsewhere: integer; next?: string | null }
/** As `fvm table --json` writes it: docs/safe-tables.md. */
export interface Table {
  title: string; project: string; table: integer; asked: string; threshold: integer; hidden: integer; round: integer; notes: string[]; [more: string]: unknown;
}
export interface TableAsked { sql: string; [more: string]: unknown }
export interface Formats { formats?: string[] }
export interface InOutbox { table: integer; files: string[] }
export interface Explained { cell: string; status: string; reason: string; would_tell: string[]; published: string[]; [more: string]: unknown }

// ---- results on their way home
export interface Vote { reviewer: string; vote: string; reason: string; comments: { file: integer; text: string }[] }
/** What the check found in a file: the shape of what stands there, never the value. Rows and columns from 1; 0: the whole line or file. */
export interface FileFinding {
  rule: string; severity: "note" | "review" | "block"; place: string; sheet: string; row: integer; column: integer; shape: string; detail: string;
  da: string; en: string;
}
export interface ReleaseFile {
  name: string; sha256: string; approved_sha256: string; bytes: integer; type: string; checked: boolean; safe_table: integer;
  disclosure_record: unknown; tables_outside_audit: integer; same_as: integer[]; findings: FileFinding[];
}
export interface ReleaseStep { at: string; actor: string; role: string; event: string; from: string; to: string; revision: integer; reason: string }
/** A security officer keeps the copies for as long as it takes; the project is not told. */
export interface Retained { by: string; since: string; reason: string }
export interface ReleaseView {
  release: string; project: string; author: string; recipient: string; purpose: string; state: string; created: string; changed: string;
  revision: integer; route: string; reviewers: integer; votes: Vote[]; answers: unknown[]; rules: string; files: ReleaseFile[]; history: ReleaseStep[];
  retained: Retained | null; bytes_gone: string | null; link: LinkView | null; deliveries: DeliveryFact[];
}
/** A result that was mailed as a one-time link; `opener`: the account that fetched first. */
export interface LinkView { made: string; expires: string; opener: string; files: { file: integer; fetched: string; fetches: integer; arrived: string | null }[] }
/** What became of a mail on its way and of its link: link_made, link_shown, link_fetched, link_arrived, link_refused, delayed, delay_told. */
export interface DeliveryFact { at: string; what: string; who: string; detail: string }
export interface LinkToken { token: string }
/** What a one-time link opens; `open`: can be fetched, once or once more after a broken-off download. */
export interface LinkOpened {
  release: string; project: string; made: string; expires: string;
  files: { file: integer; name: string; bytes: integer; sha256: string; fetched: string | null; open: boolean }[];
}
export interface Releases { releases: ReleaseView[]; next?: string | null }
export interface Ballot { verdict: string; reason?: string; revision?: integer; comments?: { file: integer; text: string }[] }
/** What sending would lead to: at once, after a question to the author, after persons have looked (reviewers), never. */
export interface Outlook {
  answer: "leaves" | "question" | "person" | "refused" | "pending" | "unknown"; reviewers: integer; da: string; en: string;
  why: { code: string; da: string; en: string } | null;
  /** Of a pending one that was scanned: what it leads to if its rows, which are still being compared, are nobody's. */
  so_far: { answer: "leaves" | "question" | "person" | "refused"; reviewers: integer; da: string; en: string; why: null } | null;
}
export interface OutboxFile {
  name: string; modified: string; outlook: Outlook; sha256: string; approved_sha256: string; bytes: integer; type: string; checked: boolean;
  safe_table: integer; disclosure_record: unknown; tables_outside_audit: integer; same_as: integer[]; findings: FileFinding[];
}
/** Judged as one request; the findings are those that no file has by itself. */
export interface OutboxTogether {
  answer: "leaves" | "question" | "person" | "refused"; reviewers: integer; da: string; en: string; why: null; files: string[]; findings: FileFinding[];
}
export interface Outbox {
  project: string; recipients: string[]; files_max: integer; file_bytes_max: integer; mail_bytes_max: integer; files_left_out: integer;
  files: OutboxFile[]; together: OutboxTogether | null;
}
export interface Sending { files: string[]; recipient: string; purpose: string; declared: boolean }
export interface SendingAnew { files: string[]; declared: boolean; reason?: string }
export interface Reason { reason: string }
export interface Missed { rule: string; reason: string }
export interface Answered { text: string }
export interface Waiting {
  release: string; revision: integer; project: string; author: string; files: integer; route: string; reviewers: integer; state: string;
  days_used: integer; days_left: integer; due: string; voted: boolean;
}
/** Drawn by lot, and not voted on by whoever asks. */
export interface SecondLook { release: string; project: string; author: string; files: integer; route: string; drawn: string }
export interface ReviewQueue { target_days: integer; median_days: number | null; queue: Waiting[]; second_looks: SecondLook[]; next?: string | null }

// ---- reviewers
export interface BesideReview { may: string[]; may_look: boolean; previous: { file: integer; name: string; sha256: string }[] }
/** Of a file as a sandbox read it: rows of cells, lines of a text (one cell each), or a picture drawn anew (PNG in base64). */
export interface ShownPart { kind: "table" | "text" | "picture"; name: string; first_row: integer; letters: boolean; rows?: string[][]; png?: string }
export interface ShownFile {
  release: string; revision: integer; file: integer; name: string; sha256: string; bytes: integer; parts: ShownPart[]; cut: boolean; why: string;
}

// ---- security officers
export interface BreachStep { at: string; actor: string; role: string; event: string; from: string; to: string; words: string }
export interface Measure { reach: string; days: integer }
export interface Reached { accounts: string[]; projects: string[]; members: string[]; releases: integer; sessions: integer }
export interface Breach {
  case: string; state: string; user: string; project: string; institution: string; release: string; self_reported: boolean; severity: string | null;
  interim: boolean; reach: string | null; days: integer | null; milder: boolean; answer_by: string | null; appeal_by: string | null; until: string | null;
  history: BreachStep[];
}
export interface BreachView {
  case: string; state: string; user: string; project: string; institution: string; release: string; self_reported: boolean; severity: string | null;
  interim: boolean; reach: string | null; days: integer | null; milder: boolean; answer_by: string | null; appeal_by: string | null; until: string | null;
  history: BreachStep[]; may: string[]; rule?: Measure; would_reach?: Record<string, Reached>;
}
export interface Breaches { breaches: Breach[]; next?: string | null }
export interface BreachReport { user?: string; project?: string; release?: string; words: string }
export interface BreachWords { words: string; severity?: string; reach?: string; days?: integer }
/** The newest of the service's tests of itself. */
export interface SelfTest {
  began: string; ended: string; held: boolean;
  checks: { name: string; outcome: "held" | "failed" | "unknown" | "nothing"; tried: integer; detail: string }[];
}
export interface SecurityView {
  self_test: SelfTest | null;
  closed: { scope: string; subject: string; case: string; began: string }[];
  drawn: { release: string; project: string; state: string; at: string }[];
  retained: { release: string; project: string; by: string; since: string; reason: string }[];
  second_looks: { route: string; looked: integer; found: integer }[];
  periods: { period: integer; first: string; last: string; revealed: boolean }[];
  login_days: integer; logins: { day: string; failed: integer; refused: integer; opened: integer }[]; logins_whole: boolean;
}

// ---- operators
export interface DeliveryLine {
  delivery: integer; table: string; actor: string; status: string; started: string; done: string | null;
  rows_read: integer; rows_accepted: integer; rows_rejected: integer;
  /** Of one that is held. */
  unusual: { da: string; en: string }[];
}
export interface DeliveryDecided { delivery: integer; taken: boolean }
export interface Fresh {
  table: string; frequency: string; delivered: string | null; rows: integer; days: integer | null; days_allowed: integer | null; late: boolean;
}
export interface Disk { folders: string[]; bytes: integer; free_bytes: integer }
/** A mail that a server further on still tries to deliver; `told`: operators and author have got a notice. */
export interface DelayedMail { release: string; recipient: string; since: string; status: string; told: boolean }
/** At work now. `unit`: "bytes" or "tables"; total 0: nobody knows how much there is. */
export interface JobLine { kind: string; subject: string; step: string; unit: string; done: integer; total: integer; rows: integer; began: string }
export interface BuildLine {
  build: integer; project: string; state: "started" | "built" | "done" | "failed"; started: string; ended: string | null; persons: integer; rows: integer; reason: string;
}
export interface OperationsView {
  self_test: SelfTest | null;
  version: string; programs: ProgramStatus[]; freshness: Fresh[]; deliveries: DeliveryLine[]; jobs: JobLine[]; builds: BuildLine[]; held: string[]; delayed: DelayedMail[];
  virus_scanner: { state: "absent" | "answers" | "silent"; version: string }; sessions: integer; closed: integer; disks: Disk[];
  ledger: { records: integer; bytes: integer; checkpointed: integer; checkpoint_at: string | null };
}
/** Values as config.toml writes them. */
export interface SettingsView { settings: { name: string; value: string; usual: string }[] }
export interface InstitutionView { name: string; cvr: string; recipients: string[]; delivery: "attachment" | "link"; closed: boolean }
export interface NewInstitution { name: string; cvr: string; recipients: string[] }
export interface DeliveryChosen { delivery: "attachment" | "link" }
export interface UserView { user: string; institution: string; roles: string[]; closed: boolean; suspended: boolean; created: string }
export interface AccountView {
  user: string; institution: string; roles: string[]; closed: boolean; suspended: boolean; created: string; bound: boolean; activated: boolean;
  code_expires: string | null; locked_until: string | null;
}
export interface PauseView { scope: "user" | "institution"; subject: string; reference: string; began: string; until: string | null }
export interface PauseOrder { reason: string; until?: string }
export interface RecipientsChanged { add?: string[]; remove?: string[] }
export interface People { institutions: InstitutionView[]; accounts: AccountView[]; pauses: PauseView[]; next?: string | null }
export interface NewAccount { user: string; institution: string; roles: string[] }
export interface CodeOrder { hours?: integer; professional?: string }
export interface OneTimeCode { user: string; code: string; purpose: string; expires: string }
export interface LedgerEntry { time: string; actor: string; action: string; subject: string; facts: Record<string, string> }
export interface LedgerPage { records: LedgerEntry[]; next: string | null }

export interface OrderedVariable { table: string; variable: string; reason: string }
export interface OrderRemark { sheet: string; row: integer; column: string; da: string; en: string; blocks: boolean }
export interface Remark { code: string; severity: "note" | "weigh" | "blocks"; place: string; da: string; en: string; advice_da: string; advice_en: string }
/** `questions_left`: how many other populations are counted for the authority yet; null: nothing was counted. */
export interface Checked { looked_at_mirror: boolean; mirror_rows: integer; questions_left: integer | null; remarks: Remark[] }
export interface OrderRead { variables: OrderedVariable[]; remarks: OrderRemark[] }

/** Of the one who asks, in that project. `address`: where it is shown, once and within a minute. */
export interface DesktopView { offered: boolean; open: boolean; session?: string; started?: string; shown?: boolean; address?: string }

export interface Routes {
  "GET /api/v1/status": { answer: Status };
  "GET /api/v1/freshness": { answer: Freshness };
  "GET /api/v1/catalogue": { query: { q: "words that a variable has in its name, texts or table"; page: "from 1" }; answer: CataloguePage };
  "GET /api/v1/catalogue/{register}/{table}": { answer: CatalogueTable };
  "GET /api/v1/catalogue/order-sheet": { types: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" };
  "POST /api/v1/order-sheet": {
    query: { name: "of the file, with its ending" };
    accepts: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"; answer: OrderRead;
  };
  "GET /api/login": { answer: Way };
  "POST /api/login/password": { body: Attempt; answer: Next };
  "POST /api/login/activate": { body: Activation; answer: Next };
  "GET /api/me": { answer: Me };
  "GET /api/me/sessions": { answer: Sessions };
  "DELETE /api/me/sessions/{id}": { answer: Ended };
  "POST /logout": { answer: Ended };
  "GET /api/v1/applications": { query: { state: "only cases in this state" }; answer: Cases };
  "GET /api/v1/applications/{number}": { answer: CaseView };
  "GET /api/v1/applications/{number}/agreements": { answer: Agreements };
  "POST /api/v1/applications/{number}/agreements": { answer: Agreements };
  "POST /api/v1/applications": { accepts: "application/toml"; answer: CaseView };
  "GET /api/v1/applications/{number}/document": { query: { version: "of the text; none: the newest" }; types: "application/toml" };
  "PUT /api/v1/applications/{number}/document": {
    headers: { "If-Match": "the ETag of the text that this one was made from; another one there: 412" }; accepts: "application/toml"; answer: CaseView;
  };
  "GET /api/v1/applications/{number}/findings": { answer: Findings };
  "GET /api/v1/applications/{number}/difference": { query: { before: "a version; none: the one before"; version: "a version; none: the newest" }; answer: CaseDifference };
  "GET /api/v1/applications/{number}/words": { query: { version: "of the text; none: the newest" }; answer: CaseWords };
  "GET /api/v1/applications/{number}/specification": { types: "application/toml" };
  "GET /api/v1/applications/{number}/agreements/{id}": { types: "text/plain" };
  "GET /api/v1/applications/{number}/agreements/{id}/pdf": { types: "application/pdf" };
  "GET /api/v1/applications/{number}/agreements/{id}/docx": { types: "application/vnd.openxmlformats-officedocument.wordprocessingml.document" };
  "GET /api/v1/applications/{number}/attachments": { answer: AttachmentList };
  "POST /api/v1/applications/{number}/attachments": {
    query: { name: "of the file, with its ending" }; accepts: "application/octet-stream"; answer: AttachmentView;
  };
  "GET /api/v1/applications/{number}/attachments/{id}": { types: "application/octet-stream" };
  "DELETE /api/v1/applications/{number}/attachments/{id}": { answer: Removed };
  "POST /api/v1/applications/{number}/steps/{event}": { body: StepWords; answer: CaseView | HandedOver };
  "POST /api/v1/applications/{number}/check": { answer: Checked };
  "GET /api/v1/queue": { answer: CaseQueue };
  "GET /api/v1/projects": { answer: Projects };
  "GET /api/v1/projects/{project}": { answer: Project };
  "GET /api/v1/projects/{project}/tables": { answer: Tables };
  "POST /api/v1/projects/{project}/tables": { query: { language: "da or en" }; body: TableAsked; answer: Table };
  "GET /api/v1/projects/{project}/tables/{number}": {
    query: { language: "da or en"; format: "xlsx, csv, html, svg; none: JSON" }; answer: Table;
    types: "text/csv" | "text/html" | "image/svg+xml" | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  };
  "GET /api/v1/projects/{project}/tables/{number}/explain": { query: { cell: "row and column, as the table shows them" }; answer: Explained };
  "POST /api/v1/projects/{project}/tables/{number}/outbox": { body: Formats; answer: InOutbox };
  "GET /api/v1/projects/{project}/desktop": { query: { language: "da or en" }; answer: DesktopView };
  "POST /api/v1/projects/{project}/desktop": { query: { language: "da or en" }; answer: DesktopView };
  "DELETE /api/v1/projects/{project}/desktop": { query: { language: "da or en" }; answer: DesktopView };
  "GET /api/v1/projects/{project}/outbox": {
    query: { files: "JSON array of names: what they lead to in one request; none: all that are not refused" }; answer: Outbox;
  };
  "POST /api/v1/projects/{project}/releases": { body: Sending; answer: ReleaseView };
  "GET /api/v1/releases": { query: { project: "only of this project" }; answer: Releases };
  "GET /api/v1/releases/{number}": { answer: ReleaseView };
  "GET /api/v1/releases/{number}/record": { types: "application/json" };
  "POST /api/v1/releases/{number}/review": { body: Ballot; answer: ReleaseView };
  "POST /api/v1/releases/{number}/escalate": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/withdraw": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/hold": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/close": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/find": { body: Missed; answer: ReleaseView };
  "POST /api/v1/releases/{number}/retain": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/let_go": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/recall": { body: Reason; answer: ReleaseView };
  "POST /api/v1/releases/{number}/answer": { body: Answered; answer: ReleaseView };
  "POST /api/v1/releases/{number}/resubmit": { body: SendingAnew; answer: ReleaseView };
  "POST /api/v1/links/{number}": { body: LinkToken; answer: LinkOpened };
  "POST /api/v1/links/{number}/files/{position}": { body: LinkToken; types: "application/octet-stream" };
  "POST /api/v1/links/{number}/files/{position}/arrived": { body: LinkToken; answer: LinkOpened };
  "GET /api/v1/review": { answer: ReviewQueue };
  "GET /api/v1/releases/{number}/review": { answer: BesideReview };
  "GET /api/v1/releases/{number}/files/{position}": { query: { revision: "of the request; none: the present one" }; answer: ShownFile };
  "GET /api/v1/breaches": { answer: Breaches };
  "POST /api/v1/breaches": { body: BreachReport; answer: BreachView };
  "GET /api/v1/breaches/{number}": { answer: BreachView };
  "POST /api/v1/breaches/{number}/steps/{event}": { body: BreachWords; answer: BreachView };
  "GET /api/v1/security": { answer: SecurityView };
  "GET /api/v1/operations": { answer: OperationsView };
  "GET /api/v1/settings": { answer: SettingsView };
  "GET /api/v1/accounts": { answer: People };
  "POST /api/v1/accounts": { body: NewAccount; answer: UserView };
  "POST /api/v1/accounts/{user}/code": { body: CodeOrder; answer: OneTimeCode };
  "POST /api/v1/accounts/{user}/close": { body: Reason; answer: UserView };
  "POST /api/v1/institutions": { body: NewInstitution; answer: InstitutionView };
  "POST /api/v1/accounts/{user}/pause": { body: PauseOrder; answer: PauseView };
  "POST /api/v1/accounts/{user}/resume": { body: Reason; answer: People };
  "POST /api/v1/institutions/{cvr}/recipients": { body: RecipientsChanged; answer: InstitutionView };
  "POST /api/v1/institutions/{cvr}/pause": { body: PauseOrder; answer: PauseView };
  "POST /api/v1/institutions/{cvr}/resume": { body: Reason; answer: People };
  "POST /api/v1/institutions/{cvr}/close": { body: Reason; answer: InstitutionView };
  "POST /api/v1/institutions/{cvr}/delivery": { body: DeliveryChosen; answer: InstitutionView };
  "POST /api/v1/deliveries/{number}/take": { body: Reason; answer: DeliveryDecided };
  "POST /api/v1/deliveries/{number}/refuse": { body: Reason; answer: DeliveryDecided };
  "GET /api/v1/ledger": {
    query: { actor: "who"; action: "begins so: release."; about: "a project, case, release or user"; before: "what the page before gave as next" };
    answer: LedgerPage;
  };
  "GET /api/v1/openapi.json": { types: "application/json" };
}
