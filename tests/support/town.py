"""A house in which everything is that a route may be about (a case, a project, a release, a breach, a link), and one person of every kind."""
import http.client
import json
import re
import sqlite3

from support.cases import APPLICATION, ask_socket
from support.house import PROJECT
from support.instance import ROOT
from support.links import LinkHouse

OTHER = "FVM-2026-0018"
# Kind of person -> account, institution, role. `nobody` has no account; anna and olga are of every house.
PEOPLE = {"applicant": ("pia", "10150817", "applicant"), "other_applicant": ("nils", "28856075", "applicant"), "analyst": ("anna", None, None),
          "other_analyst": ("ole", "28856075", "analyst"), "signatory": ("sofie", "10150817", "signatory"), "caseworker": ("karl", "12345674", "caseworker"),
          "decision_maker": ("dorte", None, None), "reviewer": ("ruth", None, None), "security": ("sofus", None, None), "operator": ("olga", None, None)}
STATES = {"case": ("casework-states.md", "casework"), "release": ("release-states.md", "release"), "breach": ("sanction-states.md", "sanction")}


class Town(LinkHouse):
    def before_portal(self):
        self.before = {}  # the last step of each room that is not a test's
        self.change("INSERT INTO institution(name, folded, cvr, created) VALUES ('Region Nord', 'region nord', '28856075', 0)")
        for name, cvr, role in (*PEOPLE.values(), ("kirsten", "12345674", "caseworker")):
            if role:
                self.change("INSERT INTO user(name, institution, created) SELECT ?, id, 0 FROM institution WHERE cvr = ?", name, cvr)
                self.change("INSERT INTO user_role SELECT id, ? FROM user WHERE name = ?", role, name)
        columns = "title, authority, cvr, valid_from, valid_to, state, specification, specification_sha256, version, created"
        self.change(f"INSERT INTO project(number, {columns}) SELECT ?, {columns} FROM project WHERE number = ?", OTHER, PROJECT)
        self.change("INSERT INTO member SELECT ?, id, 0 FROM user WHERE name = 'ole'", OTHER)
        self.instance.fvm("catalogue", "import", ROOT / "share" / "catalogue" / "denmark.toml")
        # fvm-steward offers desktops, or it would ask nobody whose project it is; the portal stays without a broker.
        self.configure(**{"desk.port": "8099", "mitid.issuer": '"https://broker.example.dk"'})
        self.start("fvm-steward")
        self.configure(**{"desk.port": "0", "mitid.issuer": '""'})

    def new_case(self):
        text = APPLICATION.replace("29189846", "10150817").replace(', account = "anna"', "")
        status, made = self.said(*ask_socket(self.instance, "POST", "/api/v1/applications", "pia", text))
        assert status == 201, made
        status, said = self.ask("POST", f"applications/{made['case']}/steps/submit", "pia", {})
        assert status == 200, said
        return made["case"]

    def in_state(self, kind, number, state, **more):
        """As if it had come so far, and as if nothing that a test had it do had happened."""
        room = STATES[kind][1]
        table = f"{room}_{'request' if kind == 'release' else 'case'}"
        where, which = ("number = ?", number) if kind == "case" else ("id = ?", int(re.sub(r"\D", "", number)))
        columns = {"state": state, **more}
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            last = self.before.setdefault(room, store.execute(f"SELECT max(id) FROM {room}_step").fetchone()[0])
            store.execute(f"DELETE FROM {room}_step WHERE id > ?", (last,))
            if kind == "release":
                store.execute("DELETE FROM release_vote")
            store.execute(f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE {where}", (*columns.values(), which))
        store.close()

    @staticmethod
    def said(status, _headers, content):
        try:
            return status, json.loads(content)
        except ValueError:
            return status, {}

    def by_network(self, method, path, body=None):
        """Somebody without a session."""
        connection = http.client.HTTPConnection("127.0.0.1", self.instance.port, timeout=20)
        connection.request(method, path, body)
        answer = connection.getresponse()
        return self.said(answer.status, {}, answer.read())


def allowed(kind):
    """(state, event) -> the roles that may, as docs/ tells it, which is made from the table that decides."""
    rows = {}
    text = (ROOT / "docs" / STATES[kind][0]).read_text(encoding="utf-8").split("## Who may take which step")[1].split("\n\n")[1]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    for state, event, *cells in lines[2:]:
        rows[state, event] = {role for role, cell in zip(lines[0][2:], cells) if cell}
    return rows


def code(problem):
    return re.sub("^urn:fvm:problem:", "", problem.get("type", "")) if isinstance(problem, dict) else ""
