"""A broker of MitID Erhverv for tests (tests/oidc/provider.mjs, npm oidc-provider), and a browser without a screen that logs in.

    with Broker(folder, redirect, PERSONS) as broker:
        broker.settings(instance)             # before the portal starts
        Browser.first_day(instance, broker, "anna", PASSWORD)
        browser = Browser(instance.port, broker)
        page = browser.mitid("anna")          # where the browser stands after MitID: the password page, or a mistake
        answer = browser.password("anna", PASSWORD)
"""
import http.client
import json
import pathlib
import re
import shutil
import ssl
import subprocess
import urllib.parse
import zlib

from support.instance import ROOT, free_port
from support.settings import change

SUBSTANTIAL = "https://data.gov.dk/concept/core/nsis/Substantial"
SECRET, DESK_SECRET = "a secret of tests", "another secret of tests"
PROVIDER = ROOT / "tests" / "oidc" / "provider.mjs"


def reason_why_not():
    """Why no broker can be started here; None when one can."""
    if shutil.which("node") is None:
        return "node is missing: ./run setup"
    if not (ROOT / "tests" / "node_modules" / "oidc-provider").exists():
        return "npm oidc-provider is missing: ./run setup"
    return None


def person(name, cvr="29189846", **more):
    """What MitID Erhverv says of somebody; anonymous, as users may be."""
    claims = {"nemlogin.persistent_professional_id": f"8f1c2d3e-0000-4000-8000-{zlib.crc32(name.encode()):012d}", "nemlogin.cvr": cvr,
              "identity_type": "professional", "loa": SUBSTANTIAL}
    return {"id": name, "label": name, "claims": {**claims, **more}}


# Another broker's names for the same, one of them inside another claim; what settings read them.
OTHER_NAMES = {"claim_professional": "erhverv.uuid", "claim_cvr": "/erhverv.organisation/cvr", "claim_identity_type": "slags", "claim_assurance": "niveau",
               "identity_type": "medarbejder", "assurance": ["3", "4"]}


def person_in_other_names(name, like, cvr="29189846", **more):
    """Whom a broker with other names for its claims speaks of: the same employee as `like`."""
    uuid = person(like)["claims"]["nemlogin.persistent_professional_id"]
    claims = {"erhverv.uuid": uuid, "erhverv.organisation": {"cvr": cvr, "navn": "Demo"}, "slags": "medarbejder", "niveau": "3"}
    return {"id": name, "label": name, "claims": {**claims, **more}}


def certificate(folder):
    """A certificate for localhost, and the authority to trust for it."""
    run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=localhost")
    (folder / "ext").write_text("subjectAltName=DNS:localhost\n")
    run("x509", "-req", "-in", "tls.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "tls.pem", "-extfile", "ext")


class Broker:
    def __init__(self, folder, portal, persons, tls=True, desk=None):
        """`portal`: where browsers find the portal, as http://127.0.0.1:8080; `desk`: the same of fvm-desk."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.tls = free_port(), tls
        self.issuer = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        self.options = {"port": self.port, "redirect": f"{portal}/login/callback", "secret": SECRET, "persons": persons}
        if desk:
            self.options["desk"] = {"redirect": f"{desk}/login/callback", "secret": DESK_SECRET}
        self.process = None

    def __enter__(self):
        if self.tls:
            certificate(self.folder)
            self.options.update(cert=str(self.folder / "tls.pem"), key=str(self.folder / "tls.key"))
        (self.folder / "options.json").write_text(json.dumps(self.options))
        self.start()
        return self

    def start(self):
        self.log = open(self.folder / "provider.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(["node", str(PROVIDER), str(self.folder / "options.json")], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, cwd=PROVIDER.parent)
        line = self.process.stdout.readline().strip()
        while line and line != "ready":
            line = self.process.stdout.readline().strip()
        assert line == "ready", (self.folder / "provider.log").read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        self.log.close()

    def __exit__(self, *_):
        self.stop()

    def settings(self, instance, **more):
        """Writes [mitid] of config.toml; the portal reads it when it starts."""
        secret = pathlib.Path(instance.path) / "mitid.secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        values = {"issuer": self.issuer, "client_id": "fvm", "client_secret_file": "mitid.secret",
                  "ca_file": str(self.folder / "ca.pem") if self.tls else "", "plain_loopback": "never" if self.tls else "allowed", **more}
        change(pathlib.Path(instance.path), "mitid", **{name: json.dumps(value) for name, value in values.items()})

    def connect(self):
        if not self.tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        return http.client.HTTPSConnection("localhost", self.port, timeout=20, context=ssl.create_default_context(cafile=self.folder / "ca.pem"))

    def control(self, **order):
        connection = self.connect()
        connection.request("POST", "/control", body=json.dumps(order))
        answer = connection.getresponse()
        assert answer.status == 200
        state = json.loads(answer.read())
        connection.close()
        return state


class Answer:
    def __init__(self, url, raw):
        self.url, self.status, self.headers = url, raw.status, raw.headers
        self.text = raw.read().decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def code(self):
        """Of a problem document."""
        return self.json["type"].removeprefix("urn:fvm:problem:")


class Browser:
    """Cookies by server, redirections followed; no scripts."""

    def __init__(self, port, broker, agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"):
        self.port, self.broker, self.agent = port, broker, agent
        self.cookies = {"portal": {}, "broker": {}}

    def request(self, url, method="GET", body=None, headers=None):
        """One request, no redirection; `url` is a path of the portal or an address of the broker's."""
        theirs = url.startswith(self.broker.issuer)
        jar = self.cookies["broker" if theirs else "portal"]
        path = url.removeprefix(self.broker.issuer) if theirs else url.removeprefix(f"http://127.0.0.1:{self.port}")
        connection = self.broker.connect() if theirs else http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        all_headers = {"User-Agent": self.agent, "Cookie": "; ".join(f"{k}={v}" for k, v in jar.items()), **(headers or {})}
        connection.request(method, path, body=body, headers=all_headers)
        answer = Answer(url, connection.getresponse())
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            gone = not value or "max-age=0" in line.lower() or "01 jan 1970" in line.lower()
            jar.pop(name, None) if gone else jar.update({name: value})
        return answer

    def follow(self, answer, until=None):
        """Redirections, up to one whose address holds `until` (which is returned unfollowed)."""
        for _ in range(15):
            to = answer.headers.get("Location")
            if answer.status not in (301, 302, 303) or to is None:
                return answer
            to = urllib.parse.urljoin(answer.url if answer.url.startswith("http") else f"http://127.0.0.1:{self.port}{answer.url}", to)
            if until and until in to:
                return to
            answer = self.request(to)
        raise AssertionError("redirected in circles")

    def to_broker(self, who, start="/login/mitid", until=None):
        """Leaves the portal, says at the broker who one is ("": cancel), comes back."""
        page = self.follow(self.request(start))
        form = re.search(r'action="(/interaction/[^"]+)"', page.text)
        assert form, f"not at the broker: {page.status} {page.url} {page.text[:300]}"
        said = self.request(self.broker.issuer + form[1], "POST", urllib.parse.urlencode({"person": who}),
                            {"Content-Type": "application/x-www-form-urlencoded"})
        return self.follow(said, until)

    def mitid(self, who, start="/login/mitid"):
        """The page that the portal shows then."""
        return self.to_broker(who, start)

    def send(self, method, path, body=None, csrf=None, headers=None):
        secret = self.request("/api/me") if csrf is None else None
        token = csrf if csrf is not None else secret.json["csrf"]
        data = None if body is None else json.dumps(body)
        return self.request(path, method, data, {"Content-Type": "application/json", "Fvm-Csrf": token, "Origin": f"http://127.0.0.1:{self.port}",
                                                 **(headers or {})})

    def way(self):
        return self.request("/api/login").json

    def password(self, user, password):
        return self.send("POST", "/api/login/password", {"user": user, "password": password}, csrf=self.way().get("csrf", ""))

    def activate(self, user, code, password):
        return self.send("POST", "/api/login/activate", {"user": user, "code": code, "password": password}, csrf=self.way().get("csrf", ""))

    @classmethod
    def first_day(cls, instance, broker, user, password):
        """Somebody who comes for the first time, with a one-time code; the browser that he did it with."""
        browser = cls(instance.port, broker)
        browser.mitid(user, "/login/mitid?then=activate")
        answer = browser.activate(user, instance.json("user", "code", user)["code"], password)
        assert answer.status == 200, answer.text
        return browser

    def log_in(self, user, password, who=None):
        page = self.mitid(who or user)
        assert page.status == 200 and "login-password" in page.text, (page.status, page.text[:2000])
        answer = self.password(user, password)
        assert answer.status == 200, answer.text
        return answer


class Site:
    """An instance with a login, and browsers in front of it."""

    def __init__(self, instance, broker):
        self.instance, self.broker = instance, broker

    def reachable(self):
        try:
            return self.browser().request("/health").status in (200, 503)
        except OSError:
            return False

    def browser(self, **more):
        return Browser(self.instance.port, self.broker, **more)
