"""Every route of the API asked by every kind of person: let in or kept out as the route table (x-roles, x-relation) and the tables of states say.

A route that is new and of which nothing is said here fails the test: a route with an address of a thing needs that thing, one that changes something a body.
"""
import json
import time

import pytest

from support.cases import APPLICATION, ask_socket
from support.house import PROJECT
from support.town import PEOPLE, Town, allowed, code

# Who is what to the things that stand in the town: the one list that is written by hand.
HOLDS = {
    "member": {"analyst"},
    "case": {"applicant", "signatory", "caseworker", "decision_maker"},
    "release": {"analyst", "reviewer", "security", "operator"},
    "vote": {"reviewer"},
    "breach": {"analyst", "security", "decision_maker"},
    "receiver": {"applicant", "analyst", "signatory", "operator"},  # any account of the institution that the link was mailed to, until the first has fetched
    "another": set(PEOPLE),
}
# What they are called in the tables of states.
ROLES = {"case": {person: {person} for person in HOLDS["case"]}, "release": {"analyst": {"author"}, "reviewer": {"reviewer", "inspector"}, "operator": {"administrator"}},
         "breach": {"analyst": {"subject"}, "security": {"security"}, "decision_maker": {"decider", "board"}}}
# Lists: everybody with the role may ask, and finds his own in it: the member, what an entry is called.
LISTS = {"/api/v1/applications": ("cases", "case"), "/api/v1/projects": ("projects", "project"), "/api/v1/releases": ("releases", "release"),
         "/api/v1/breaches": ("breaches", "case"), "/api/v1/review": ("queue", "release")}
# Steps of a thing -> the event in its table of states.
STEPS = {"POST /api/v1/releases/{number}/review": "reject", **{f"POST /api/v1/releases/{{number}}/{event}": event for event in
         ("escalate", "withdraw", "hold", "close", "find", "recall", "answer", "resubmit")},
         "PUT /api/v1/applications/{number}/document": "save",
         "POST /api/v1/applications/{number}/attachments": "comment",
         "GET /api/v1/applications/{number}/findings": "save"}
# Whoever sees the thing from inside reads there what was handed in, and takes no step.
READERS = {"GET /api/v1/applications/{number}/findings": {"caseworker", "decision_maker"}}
EVENTS = {"POST /api/v1/applications/{number}/steps/{event}": "case", "POST /api/v1/breaches/{number}/steps/{event}": "breach"}
# Of one's own session: nobody else's is there to be asked for (tests/functional/test_login.py).
OWN = {"GET /api/me", "GET /api/me/sessions", "DELETE /api/me/sessions/{id}", "POST /logout"}
# What routes that change something are sent: what whoever is let in could send. Of each there is one.
WORDS = {"reason": "x", "words": "x", "text": "x", "verdict": "reject", "severity": "minor", "reach": "user", "days": 7}
TEXT = APPLICATION.replace("29189846", "10150817").replace(', account = "anna"', "")
BODIES = {
    "POST /api/v1/applications": TEXT, "PUT /api/v1/applications/{number}/document": TEXT, "POST /api/v1/applications/{number}/attachments": None,
    "POST /api/v1/applications/{number}/check": {}, "DELETE /api/v1/applications/{number}/attachments/{id}": None, "POST /api/v1/order-sheet": None,
    "POST /api/v1/applications/{number}/agreements": {},
    "POST /api/v1/projects/{project}/desktop": {}, "DELETE /api/v1/projects/{project}/desktop": None,
    "POST /api/v1/projects/{project}/tables": {"sql": "SELECT 1 AS pnr", "rows": "pnr"},
    "POST /api/v1/projects/{project}/tables/{number}/outbox": {"formats": ["csv"]},
    "POST /api/v1/projects/{project}/releases": {"recipient": "mia@kommune.dk", "purpose": "x", "files": ["ny.csv"], "declared": True},
    "POST /api/v1/releases/{number}/resubmit": {"files": ["ny.csv"], "declared": True, "reason": "x"},
    **{f"POST /api/v1/releases/{{number}}/{act}": WORDS for act in ("review", "escalate", "withdraw", "hold", "close", "find", "recall", "answer", "retain", "let_go")},
    "POST /api/v1/breaches": {}, "POST /api/v1/links/{number}": "token", "POST /api/v1/links/{number}/files/{position}": "token",
    "POST /api/v1/links/{number}/files/{position}/arrived": "token", "POST /api/v1/breaches/{number}/steps/{event}": WORDS,
    "POST /api/v1/applications/{number}/steps/{event}": {"text": "x", "to": "kirsten"},
    **{f"POST /api/v1/accounts{rest}": {} for rest in ("", "/{user}/code", "/{user}/close", "/{user}/pause", "/{user}/resume")},
    **{f"POST /api/v1/institutions{rest}": {} for rest in ("", "/{cvr}/recipients", "/{cvr}/pause", "/{cvr}/resume", "/{cvr}/close", "/{cvr}/delivery")},
    "POST /api/v1/deliveries/{number}/take": {}, "POST /api/v1/deliveries/{number}/refuse": {},
    "POST /api/login/password": {}, "POST /api/login/activate": {},
}
QUERIES = {"GET /api/v1/projects/{project}/tables/{number}/explain": "?cell=1,1", "POST /api/v1/applications/{number}/attachments": "?name=note.txt"}
# Answers with 403 or 404 to whoever is let in: what there is not, or not yet. Told to nobody else.
NOT_YET = {
    **{f"{method} /api/v1/applications/{{number}}/agreements{rest}": {"agreement.none"} for method, rest in
       (("GET", ""), ("GET", "/{id}"), ("GET", "/{id}/pdf"), ("GET", "/{id}/docx"))},
    "POST /api/v1/applications/{number}/agreements": {"agreement.none", "agreement.not_yours"},
    "GET /api/v1/applications/{number}/attachments/{id}": {"attachment.unknown"}, "DELETE /api/v1/applications/{number}/attachments/{id}": {"attachment.unknown"},
    "GET /api/v1/projects/{project}/tables/{number}": {"table.unknown"}, "GET /api/v1/projects/{project}/tables/{number}/explain": {"table.unknown"},
    "POST /api/v1/projects/{project}/tables/{number}/outbox": {"table.unknown"}, "POST /api/v1/releases/{number}/let_go": {"release.not_retained"},
    "POST /api/v1/applications/{number}/steps/{event}": {"agreement.signatory_unknown"},
}
# Events that no person takes by this door, whatever the table says: they have routes of their own.
ELSEWHERE = {"save", "sign"}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with Town(tmp_path_factory.mktemp("people")) as it:
        it.number, it.token = it.mailed("link.csv")
        it.release = it.sent_for_review("anden.csv", "gruppe;antal\nA;130\nB;65\n")
        it.put("ny.csv", "gruppe;antal\nA;140\nB;75\n")
        it.case = it.new_case()
        it.breach = json.loads(it.sanction("report", "--user", "anna", "--project", PROJECT, "--reason", "tre personer", user="rita").stdout)["case"]
        yield it


@pytest.fixture(scope="module")
def routes(town):
    described = town.by_network("GET", "/api/v1/openapi.json")[1]
    return {f"{method.upper()} {path}": {**operation, "path": path} for path, methods in described["paths"].items() for method, operation in methods.items()}


def thing_of(route):
    """What the address names: a case, a release, a breach; nothing of the kind."""
    path = route.split(" ")[1].removeprefix("/api/v1/")
    kinds = {"applications/{number}": "case", "releases/{number}": "release", "breaches/{number}": "breach"}
    return next((kind for begin, kind in kinds.items() if path.startswith(begin)), None)


def address(town, route, event=""):
    path = route.split(" ")[1]
    kind = thing_of(route)
    number = {"case": town.case, "release": town.release, "breach": town.breach}.get(kind, town.number if "/links/" in path else "1")
    for name, value in {"number": number, "project": PROJECT, "event": event, "id": "1", "position": "1", "user": "eve", "cvr": "28856075", "register": "LMDB", "table": "lmdb"}.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, f"{route}: what stands in its address?"
    return path + QUERIES.get(route, "")


def send(town, method, path, person, text):
    for _ in range(200):
        answer = town.said(*ask_socket(town.instance, method, path, PEOPLE[person][0], text))
        if answer[0] != 429:
            return answer
        time.sleep(0.05)  # the one before is not put away yet
    return answer


def ask(town, route, person, event=""):
    assert route.startswith("GET ") or route in BODIES, f"{route}: what is it sent?"
    body = BODIES.get(route)
    if body == "token":
        body = {"token": town.token}
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return send(town, route.split(" ")[0], address(town, route, event), person, text)


# What nobody could use: no JSON, no object, members of another kind, no TOML; numbers and names in the query that are none.
MEMBERS = ("reason", "words", "text", "to", "verdict", "severity", "reach", "days", "revision", "comments", "files", "declared", "recipient", "purpose", "rule", "sql", "do",
           "formats", "user", "project", "release", "name", "cvr", "recipients", "add", "remove", "institution", "roles", "professional", "hours", "until", "delivery")
RUBBISH = ("", "{", "[]", "no TOML = ", json.dumps({name: {"7": 7} for name in MEMBERS}), json.dumps({"nobody": "knows it"}))
STRANGE = "?version=x&before=x&after=x&limit=x&most=x&format=x&cell=&files=%7B&revision=x&name=&state=x&language=xx"


def rubbish_answers(town, route, person, event=""):
    """Each thing that nobody could use, and what is answered to it."""
    method = route.split(" ")[0]
    path = address(town, route, event).split("?")[0].replace("/files/1", "/files/x")
    bodies = RUBBISH if method != "GET" else (None,)
    if BODIES.get(route) == "token":  # without it there is nothing that he could be kept out of
        bodies = (json.dumps({"token": town.token, "nobody": {"knows": "it"}}),)
    for body in bodies:
        yield body, send(town, method, path + STRANGE, person, body)


def let_in(route, answer):
    status, problem = answer
    return status not in (401, 403, 404) or code(problem) in NOT_YET.get(route, ())


def role(person):
    return PEOPLE[person][2] or person.replace("_", "-")


def holds(operation, person):
    """Whether the route table lets that person near the thing at all."""
    roles, relation = operation.get("x-roles"), operation.get("x-relation")
    if "/files/{position}" in operation["path"] and relation == "receiver":
        return person == "applicant"  # who asks first
    return (not roles or role(person) in roles) and (relation is None or "{" not in operation["path"] or person in HOLDS[relation])


def step(town, route, operation, kind, event, wrong):
    """One event of a thing, in the state in which most people may take it; those who were let in."""
    table, known = allowed(kind), ROLES[kind]
    readers = READERS.get(route, set())
    may = lambda state: set() if event in ELSEWHERE and route in EVENTS else readers | {person for person in ROLES[kind] if known[person] & table.get((state, event), set())}
    states = [state for state, each in table if each == event and state != "draft"] or [state for state, each in table if each == event]
    state = max(states, key=lambda each: len(may(each)))
    inside, moved = set(), True
    for person in PEOPLE:
        if moved:
            town.in_state(kind, getattr(town, kind), state, **({"caseworker": "karl"} if kind == "case" and state not in ("draft", "submitted") else {}))
        answer = ask(town, route, person, event)
        moved = let_in(route, answer)
        if moved != (person in may(state)) or (not holds(operation, person) and answer[0] != 404):  # as if there were none
            wrong.append((route, event, state, person, answer[0], code(answer[1])))
        inside |= {person} if moved else set()
    return inside


def test_nobody_gets_in_where_a_login_is_asked_for(town, routes):
    for route, operation in routes.items():
        method, path = address(town, route, "withdraw") and (route.split(" ")[0], address(town, route, "withdraw"))
        status, problem = town.by_network(method, path, "{}" if method != "GET" else None)
        if operation["security"]:
            assert status == 401 and code(problem) == "login.needed", (route, status, problem)
        else:
            assert status != 401 or code(problem).startswith("login."), (route, status, problem)
            assert method != "GET" or status == 200, (route, status, problem)


def walk(routes, steps, one):
    """Each route of the one kind or the other; what was wrong."""
    wrong = []
    for route, operation in sorted(routes.items()):
        if route not in OWN and operation["security"] and (route in EVENTS or route in STEPS) == steps:
            inside = one(route, operation, wrong)
            if not inside:
                wrong.append((route, "the control: nobody was let in"))
    assert wrong == [], "\n".join(map(str, wrong))


def test_every_route_lets_in_whom_it_names_and_nobody_else(town, routes):
    def one(route, operation, wrong):
        inside, path = set(), operation["path"]
        for person in PEOPLE:
            answer = ask(town, route, person)
            if route.startswith("GET ") and path in LISTS:
                member, key = LISTS[path]
                assert answer[0] == 200, (route, person, answer)
                wanted = PROJECT if key == "project" else getattr(town, {"cases": "case", "breaches": "breach"}.get(member, "release"))
                found, may = wanted in [each[key] for each in answer[1][member]], person in HOLDS[operation["x-relation"]]
            else:
                found, may = let_in(route, answer), holds(operation, person)
            if found != may:
                wrong.append((route, person, answer[0], code(answer[1])))
            inside |= {person} if found else set()
        return inside
    walk(routes, False, one)


def test_every_step_is_for_those_whom_the_tables_of_states_name(town, routes):
    town.stop("fvm-courier")  # or it would send what is said to be approved

    def one(route, operation, wrong):
        if route in STEPS:
            return step(town, route, operation, thing_of(route), STEPS[route], wrong)
        kind = EVENTS[route]
        return {person for event in sorted({event for _, event in allowed(kind)}) for person in step(town, route, operation, kind, event, wrong)}
    walk(routes, True, one)


def kept_out(town, operation, kind, event):
    """Who is not let in, and the state in which most people are."""
    if kind is None:
        return [person for person in PEOPLE if not holds(operation, person)]
    table, known = allowed(kind), ROLES[kind]
    may = {state: {person for person in known if known[person] & roles} for (state, each), roles in table.items() if each == event and state != "draft"}
    state = max(may, key=lambda each: len(may[each]), default=None)
    if state is not None:
        town.in_state(kind, getattr(town, kind), state, **({"caseworker": "karl"} if kind == "case" and state != "submitted" else {}))
    return [person for person in PEOPLE if person not in may.get(state, set())]


def test_who_is_kept_out_is_answered_the_same_whatever_he_sends(town, routes):
    wrong, compared = [], 0
    for route, operation in sorted(routes.items()):
        if route in OWN or not operation["security"] or operation["path"] in LISTS:
            continue
        kind = EVENTS.get(route) or (thing_of(route) if route in STEPS else None)
        for event in sorted({event for _, event in allowed(kind)}) if route in EVENTS else [STEPS.get(route, "")]:
            for person in kept_out(town, operation, kind, event):
                good = ask(town, route, person, event)
                if let_in(route, good):
                    continue  # a list, or another door: the walks above hold those
                for body, bad in rubbish_answers(town, route, person, event):
                    compared += 1
                    if (bad[0], code(bad[1])) != (good[0], code(good[1])):
                        wrong.append((route, event, person, body, bad[0], code(bad[1]), "instead of", good[0], code(good[1])))
    assert wrong == [], f"{len(wrong)} of {compared}\n" + "\n".join(map(str, wrong))
    assert compared > 2000, "the control: people were kept out"


def test_control_the_same_rubbish_is_told_to_whoever_is_let_in(town):
    for route, person, event, said in (("POST /api/v1/accounts", "operator", "", {"api.bad_json", "api.bad_member"}),
                                       ("GET /api/v1/ledger", "security", "", {"api.bad_member"}),
                                       ("GET /api/v1/applications/{number}/document", "applicant", "", {"api.bad_version"}),
                                       ("POST /api/v1/projects/{project}/releases", "analyst", "", {"api.bad_json", "api.bad_member"}),
                                       ("POST /api/v1/projects/{project}/tables", "analyst", "", {"api.bad_json", "table.member_unknown"}),
                                       ("GET /api/v1/projects/{project}/outbox", "analyst", "", {"api.bad_member"})):
        answers = [answer for _, answer in rubbish_answers(town, route, person, event)]
        assert {code(problem) for _, problem in answers} & said and {status for status, _ in answers} <= {400, 422}, (route, answers)


def test_control_a_route_of_which_nothing_is_said_and_one_that_says_too_much_are_found(town, routes):
    for new in ("POST /api/v1/applications/{number}/burn", "GET /api/v1/secrets/{secret}"):
        with pytest.raises(AssertionError):
            ask(town, new, "analyst")
    found = {person for person in PEOPLE if let_in("GET /api/v1/security", ask(town, "GET /api/v1/security", person))}
    assert found == {person for person in PEOPLE if holds(routes["GET /api/v1/security"], person)}
    assert found != {person for person in PEOPLE if holds({"path": "/api/v1/security", "x-roles": ["analyst"]}, person)}
