// The worklist: what is most urgent first, filters that stay in the address, several cases given to somebody at once.
import { useState } from "react";
import { setQuery, useQuery } from "../address";
import { Problem, send } from "../api";
import { List } from "../list";
import { address, type PageProps } from "../signed";
import { day, text } from "../text";
import { asksLogin, Looked, sentence, useAct, useLook } from "../use";
import { path, type Case } from "./case_types";
import { ball, daysWords, kindWords, states, stateWords } from "./case_words";
import { StateTag } from "./state_tag";

const whose = ["all", "mine", "nobody"] as const;
const whoseWords = { all: () => text("web.whose_all"), mine: () => text("web.whose_mine"), nobody: () => text("web.whose_nobody") };

const usual = { state: "open", whose: "all", q: "" };
type Values = typeof usual;
const any_state = "all";  // an empty value would leave the address

function Filters({ values }: { values: Values }) {
  const set = (name: keyof Values, value: string, step = true) => setQuery({ [name]: value === usual[name] ? "" : value, page: "" }, { step });
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <div><label className="form-label" htmlFor="cases-state">{text("web.state")}</label>
        <select className="form-select" id="cases-state" value={values.state} onChange={(event) => set("state", event.target.value)}>
          <option value="open">{text("web.state_open")}</option><option value={any_state}>{text("web.state_all")}</option>
          {states.map((each) => <option key={each} value={each}>{stateWords(each)}</option>)}
        </select></div>
      <div><label className="form-label" htmlFor="cases-whose">{text("web.col_caseworker")}</label>
        <select className="form-select" id="cases-whose" value={values.whose} onChange={(event) => set("whose", event.target.value)}>
          {whose.map((each) => <option key={each} value={each}>{whoseWords[each]()}</option>)}
        </select></div>
      <div><label className="form-label" htmlFor="cases-q">{text("web.list_filter")}</label>
        <input className="form-input" id="cases-q" type="search" value={values.q} onChange={(event) => set("q", event.target.value, false)} /></div>
    </form>
  );
}

const open = ["draft", "submitted", "under_assessment", "returned", "awaiting_agreement"];
function wanted(row: Case, values: Values, user: string) {
  if (row.state === "draft" && row.origin !== "mail") return false;
  const words = values.q.trim().toLowerCase();
  return (values.state === any_state || (values.state === "open" ? open.includes(row.state) : row.state === values.state))
    && (values.whose === "all" || (values.whose === "mine" ? row.caseworker === user : row.caseworker === null))
    && (words === "" || `${row.title} ${row.case} ${row.authority.name} ${row.caseworker ?? ""}`.toLowerCase().includes(words));
}

/** Who may be given a case: said by any case that the person sees whole. */
function Give({ chosen, me, busy, give }: { chosen: Case[]; me: PageProps["me"]; busy: boolean; give: (to: string) => void }) {
  const first = useLook(path(chosen[0]!.case));
  const [to, setTo] = useState(me.roles.includes("caseworker") ? me.user : "");
  return (
    <div className="step-form">
      <h2 className="h3">{text("web.give_heading", { count: String(chosen.length) })}</h2>
      <p>{chosen.map((each) => each.case).join(", ")}</p>
      <div className="form-group"><label className="form-label" htmlFor="give-to">{text("web.to_whom")}</label>
        <select className="form-select" id="give-to" value={to} onChange={(event) => setTo(event.target.value)}>
          <option value="">{text("web.choose")}</option>
          {first.found?.staff.map((each) => <option key={each} value={each}>{each === me.user ? text("web.to_me", { name: each }) : each}</option>)}
        </select></div>
      <p>{text("web.leads_assign")}</p>
      <p><button type="button" className="button button-primary" disabled={busy || to === ""} onClick={() => give(to)}>{busy ? text("web.saving") : text("web.give_button")}</button></p>
    </div>
  );
}

function Worklist({ cases, me, again }: { cases: Case[]; me: PageProps["me"]; again: () => Promise<void> }) {
  const query = useQuery();
  const values = { state: (query.get("state") ?? usual.state) || any_state, whose: query.get("whose") ?? usual.whose, q: query.get("q") ?? usual.q };
  const [chosen, setChosen] = useState<string[]>([]);
  const rows = cases.filter((each) => wanted(each, values, me.user));
  const marked = rows.filter((each) => chosen.includes(each.case));
  const { busy, said, act } = useAct();
  // What failed stays chosen, and why is told whether or not anything is still shown as chosen.
  const give = (to: string) => act(async () => {
    const failed = new Map<string, string>();
    try {
      for (const each of marked) {
        try { await send("POST", path(each.case, "/steps/assign"), me.csrf, { text: "", to }); }
        catch (error) { if (asksLogin(error)) throw error; else failed.set(each.case, sentence(error)); }
        if (!failed.has(each.case)) setChosen((all) => all.filter((other) => other !== each.case));
      }
    } finally {
      await again();
    }
    if (failed.size > 0) throw new Problem(0, "", text("web.give_failed", { why: [...failed].map(([number, why]) => `${number}: ${why}`).join(" ") }));
    return text("web.give_done", { to });
  });
  const mayGive = (row: Case) => row.steps.some((each) => each.event === "assign");
  return (
    <>
      <Filters values={values} />
      <p role="status">{text("web.cases_shown", { shown: String(rows.length), all: String(cases.length) })}</p>
      <List name="" caption={text("web.cases_title")} rows={rows} id={(row) => row.case} empty={cases.length === 0 ? text("web.cases_none") : text("web.list_nothing")} sort={{ key: "left" }}
        columns={[
          { key: "title", words: text("web.col_case"), value: (row) => row.title,
            cell: (row) => <><a href={address(`/sager/${row.case}`, `/cases/${row.case}`)}>{row.title || text("web.untitled")}</a><br /><small>{row.case} · {row.authority.name}{row.kind !== "application" && ` · ${kindWords(row.kind)}`}</small></> },
          { key: "left", words: text("web.col_days"), value: (row) => (row.clock.decided || !row.submitted ? null : row.clock.days_left), cell: daysWords },
          { key: "state", words: text("web.state"), value: (row) => stateWords(row.state), cell: (row) => <StateTag state={row.state} /> },
          { key: "ball", words: text("web.col_ball"), value: (row) => ball(row.state) },
          { key: "caseworker", words: text("web.col_caseworker"), value: (row) => row.caseworker, cell: (row) => row.caseworker ?? text("web.whose_nobody_yet") },
          { key: "age", words: text("web.col_submitted"), value: (row) => row.submitted, cell: (row) => (row.submitted ? day(row.submitted) : "") },
          { key: "choose", words: text("web.col_choose"), value: (row) => (chosen.includes(row.case) ? 0 : 1),
            cell: (row) => mayGive(row) && <div className="check"><input className="form-checkbox" type="checkbox" id={`choose-${row.case}`} checked={chosen.includes(row.case)} onChange={(event) => setChosen(event.target.checked ? [...chosen, row.case] : chosen.filter((each) => each !== row.case))} />
              <label htmlFor={`choose-${row.case}`}><span className="sr-only">{`${text("web.col_choose")} ${row.case}`}</span></label></div> },
        ]} />
      {said}
      {marked.length > 0 && <Give key={marked[0]!.case} chosen={marked} me={me} busy={busy} give={(to) => void give(to)} />}
    </>
  );
}

export default function Cases({ me }: PageProps) {
  const look = useLook("/api/v1/applications", { every: 60 });
  return <Looked look={look}>{({ cases }) => <Worklist cases={cases} me={me} again={look.again} />}</Looked>;
}
