"""A result behind a one-time link in a real browser, in both languages: tests/browser/links.mjs."""
import hashlib

import pytest

from support import browsers, links, mitid
from support.links import LinkHouse
from support.mitid import Broker, Browser, person

WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")

PASSWORD = "fire ord uden sammenhaeng"
CONTENT = "gruppe;antal\nA;120\nB;55\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("links")
    made = LinkHouse(folder, tls=False)
    links.URL = f"http://127.0.0.1:{made.instance.port}"
    broker = Broker(folder / "b", links.URL, [person("eve", "10150817")], tls=False)
    made.before_portal = lambda: (broker.__enter__(), broker.settings(made.instance))
    try:
        with made as it:
            it.broker = broker
            Browser.first_day(it.instance, broker, "eve", PASSWORD)
            yield it
    finally:
        broker.stop()
        links.URL = "https://portal.example.dk"


@pytest.mark.parametrize("language", ["da", "en"])
def test_opened_read_fetched_and_used_up(house, tmp_path, language):
    number, token = house.mailed("tabel.csv", CONTENT)
    other, other_token = house.mailed("anden.csv", CONTENT.replace("120", "130"))
    house.release("recall", other, "--reason", "fejl")
    options = {"base": links.URL, "user": "eve", "password": PASSWORD, "language": language, "release": number, "link": f"{links.URL}/hent/{number}#{token}",
               "recalled": {"number": other, "token": other_token}, "content": hashlib.sha256(CONTENT.encode()).hexdigest()}
    seen = browsers.run("links.mjs", tmp_path, options)
    assert set(seen["origins"]) == {links.URL, house.broker.issuer}, seen
    told = house.show(number)
    assert told["link"]["opener"] == "eve" and told["link"]["files"][0]["arrived"]
    assert token not in (house.instance.path / "log" / "fvm-portal.log").read_text()
