"""Desktops in the browser, for tests: an instance with a broker, the portal and fvm-desk; anna and bo with accounts and projects; and a browser
without scripts that goes the whole way: portal, ticket, MitID, screen.

    with House(folder) as house:
        anna = house.person("anna")             # logged in at the portal
        visit = anna.open()                     # a desktop: the address with its ticket
        anna.arrive(visit)                      # MitID at fvm-desk
        with anna.screen() as (line, screen): ...
"""
import contextlib
import http.client
import json
import re
import time
import urllib.parse

from support.desk import OTHER, PROJECT, Desk
from support.instance import free_port
from support.mitid import DESK_SECRET, Broker, Browser, person
from support.rfb import Screen, WebSocket
from support.settings import change

PASSWORD = "fire ord uden sammenhaeng"
CVR = "10150817"


def desk_settings(path, port, **more):
    """Writes [desk] of config.toml, and the secret that the broker of tests knows; before the instance starts."""
    secret = path / "desk.secret"
    secret.write_text(DESK_SECRET + "\n")
    secret.chmod(0o600)
    values = {"port": port, "client_id": "fvm-desk", "client_secret_file": "desk.secret", **more}
    change(path, "desk", **{name: json.dumps(value) for name, value in values.items()})


class House(Desk):
    """`settings`: lines of config.toml to change; `admission` and `desk`: of [desk]."""

    def __init__(self, folder, settings=None, admission="first_use", front=None, desk=None):
        """`front`: the port of an nginx that ends TLS before fvm-desk (support/front.py)."""
        self.desk = desk or {}
        self.port = free_port()
        self.folder, self.admission = folder, admission
        super().__init__(folder, settings)
        self.settings |= {"port = 8080": f"port = {self.instance.port}"}
        self.origin = f"https://localhost:{front}" if front else f"http://127.0.0.1:{self.port}"
        self.front = None

    def __enter__(self):
        portal = f"http://127.0.0.1:{self.instance.port}"
        self.broker = Broker(self.folder / "b", portal, [*(person(name, CVR) for name in ("anna", "bo", "eve", "olga", "mallory")), person("ulla")], tls=False, desk=self.origin)
        self.broker.__enter__()
        up, self.instance.up = self.instance.up, lambda: None
        super().__enter__()
        self.instance.up = up
        self.broker.settings(self.instance)
        more = {"public_url": self.origin} if self.origin.startswith("https:") else {}
        desk_settings(self.instance.path, self.port, admission=self.admission, **self.desk, **more)
        self.instance.up()
        self.browsers = {}
        return self

    def __exit__(self, *error):
        super().__exit__(*error)
        self.broker.__exit__(*error)

    def at_prompt(self, screen):
        """Waits for the terminal: a command that is typed until its effect is there."""
        ready = self.root() / "work" / "ready"
        for _ in range(30):
            screen.update()
            screen.type("touch /work/ready\n")
            for _ in range(10):
                if ready.exists():
                    ready.unlink()
                    return
                time.sleep(0.1)
        raise AssertionError("no terminal")

    def person(self, name):
        """Somebody who has logged in at the portal, in a browser of his own; the same one every time."""
        if name not in self.browsers:
            Browser.first_day(self.instance, self.broker, name, PASSWORD)
            self.browsers[name] = Visitor(self, name)
        return self.browsers[name]


class Visitor:
    def __init__(self, house, name, password=PASSWORD):
        self.house, self.name = house, name
        self.portal = Browser(house.instance.port, house.broker)
        self.portal.log_in(name, password)
        self.cookies = {}

    def ask(self, method, number=PROJECT):
        path = f"/api/v1/projects/{number}/desktop"
        return self.portal.request(path) if method == "GET" else self.portal.send(method, path)

    def open(self, number=PROJECT):
        answer = self.ask("POST", number)
        assert answer.status == 201, answer.text
        return answer.json["address"]

    def end(self, number=PROJECT):
        self.ask("DELETE", number)
        self.house.instance.wait_for(lambda: not self.ask("GET", number).json["open"])

    def at_desk(self, path, headers=None):
        """One request to fvm-desk, no redirection."""
        front = getattr(self.house, "front", None)
        connection = front.http() if front else http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        connection.request("GET", path, headers={"User-Agent": self.portal.agent, "Cookie": self.cookie(), **(headers or {})})
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies.pop(name, None) if not value else self.cookies.update({name: value})
        connection.close()
        return answer, text

    def cookie(self):
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

    def arrive(self, address, who=None):
        """From the address with its ticket by way of MitID to the page; (status, text) of where one ends."""
        answer, text = self.at_desk(address.removeprefix(self.house.origin))
        if answer.status != 303:
            return answer.status, text
        back = self.mitid(answer.headers["Location"], who or self.name)
        answer, text = self.at_desk(back.removeprefix(self.house.origin))
        while answer.status == 303:
            answer, text = self.at_desk(answer.headers["Location"])
        return answer.status, text

    def mitid(self, address, who):
        """Who one is, said at the broker; the address at fvm-desk that it sends one back to."""
        browser = Browser(self.house.port, self.house.broker)
        page = browser.follow(browser.request(address), "/login/callback")
        form = re.search(r'action="(/interaction/[^"]+)"', page.text)
        said = browser.request(self.house.broker.issuer + form[1], "POST", urllib.parse.urlencode({"person": who}),
                               {"Content-Type": "application/x-www-form-urlencoded"})
        return browser.follow(said, "/login/callback")

    def line(self, **more):
        headers = {"Origin": self.house.origin, "User-Agent": self.portal.agent, "Cookie": self.cookie(), **more.pop("headers", {})}
        if getattr(self.house, "front", None):
            more["connected"] = self.house.front.connect()
        return WebSocket(self.house.port, more.pop("path", "/screen"), headers, **more)

    @contextlib.contextmanager
    def screen(self, **more):
        with self.line(**more) as line:
            yield line, Screen(line.read, line.write)

    def sit_down(self, number=PROJECT):
        status, text = self.arrive(self.open(number))
        assert status == 200 and 'id="desk"' in text, (status, text[:500])
        return self
