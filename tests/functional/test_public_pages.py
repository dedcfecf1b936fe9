"""What everybody can read without a login: who uses data and for what, what has left, and how good the data are."""
import gzip
import html
import http.client
import json
import re
import subprocess
import urllib.parse

import pytest

from support import browsers, deliveries, projects
from support.house import PROJECT, House
from support.instance import Instance
from support.settings import change


def page(instance, target, status=200):
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=20)
    connection.request("GET", target)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == status, (target, answer.status, text[:300])
    return text


def rows(text):
    """The table's rows as lists of words."""
    body = text.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    plain = lambda cell: html.unescape(re.sub(r"<[^>]*>", " ", cell)).strip()
    return [[plain(cell) for cell in re.split(r"</t[hd]>", row)[:-1]] for row in body.split("<tr>")[1:]]


def facts(text):
    return {html.unescape(name): html.unescape(re.sub(r"<[^>]*>", "", value)).strip()
            for name, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text, re.S)}


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory):
    """Three projects: one that tells its purpose, one from before that was agreed, one of another authority."""
    with projects.filled(tmp_path_factory.mktemp("public") / "i") as instance:
        instance.wait_for(lambda: browsers.reachable(instance.port))
        told = projects.specification("PUB-2026-0001", projects.EVERYBODY).replace('title = "Test PUB-2026-0001"', 'title = "Ældre & \\u00e5r"\npurpose = "Statistik over <ældre>"')
        file = instance.path / "inbox" / "told.toml"
        file.write_text(told)
        instance.fvm("project", "create", file)
        projects.build(instance, "PUB-2026-0001")
        projects.create(instance, projects.EVERYBODY, number="PUB-2026-0002")
        file.write_text(projects.specification("PUB-2026-0003", projects.EVERYBODY).replace('"Demo Kommune"', '"Aarhus Kommune"'))
        instance.fvm("project", "create", file)
        yield instance


def test_a_purpose_is_told_where_the_specification_says_it_and_nowhere_else(open_to_all):
    assert "Statistik over &lt;ældre&gt;" in page(open_to_all, "/projekter")
    one = facts(page(open_to_all, "/projekter/PUB-2026-0001"))
    assert one["Formål"] == "Statistik over <ældre>" and one["Myndighed"] == "Demo Kommune" and one["Registre"] == "TST" and one["Status"] == "I gang"
    other = page(open_to_all, "/en/projects/PUB-2026-0002")
    assert "Purpose" not in facts(other) and facts(other)["Authority"] == "Demo Kommune" and "No results have left" in other


def test_the_list_leads_to_its_projects_registers_and_to_what_went_wrong(open_to_all):
    text = page(open_to_all, "/en/projects")
    links = re.findall(r'href="(/[^"]+)"', text.split("<main", 1)[1].split("</main", 1)[0])
    assert {"/en/projects/PUB-2026-0001", "/en/registers/TST", "/en/openness"} <= set(links)
    for link in links:
        page(open_to_all, link)
    assert 'href="/projekter/PUB-2026-0001"' in page(open_to_all, "/en/projects/PUB-2026-0001"), "the same project in the other language"
    unknown = page(open_to_all, "/projekter/PUB-2026-9999", 404)
    assert "Projektet findes ikke på listen" in unknown and "PUB-2026-0001" in unknown


@pytest.mark.parametrize("sort, first", [("authority", "Aarhus Kommune"), ("-authority", "Demo Kommune")])
def test_a_table_sorts_by_its_address(open_to_all, sort, first):
    text = page(open_to_all, f"/projekter?sort={sort}")
    assert rows(text)[0][1] == first and text.count('aria-sort="none"') == 5
    assert f'href="/en/projects?sort={sort}"' in text, "and so in the other language"
    assert ('href="?sort=-authority"' in text) == (sort == "authority"), "once more turns it round"


def test_an_address_that_sorts_by_nothing_known_is_no_mistake(open_to_all):
    for evil in ("nothing", "<script>", '"><b>', "-", "", "a" * 500):
        text = page(open_to_all, "/projekter?sort=" + urllib.parse.quote(evil))
        assert len(rows(text)) == 3 and "<script>" not in text.replace("<script type", "") and "<b>" not in text


def test_numbers_sort_as_numbers(open_to_all):
    tables = rows(page(open_to_all, "/registre/TST?sort=-rows"))
    counted = [int(row[3].replace(".", "")) for row in tables]
    assert counted == sorted(counted, reverse=True) and len(counted) == 3


def test_what_has_left_is_counted_by_month_and_kind_and_nothing_else_is_told(tmp_path):
    with House(tmp_path, tls=False) as house:
        house.portal()
        assert "Ingen resultater har forladt" in page(house.instance, f"/projekter/{PROJECT}")
        house.put("hemmelig.R", "model <- lm(y ~ x, data = d)\nsummary(model)\n")
        number = house.sent_for_review("tabel.csv")
        both = house.sent_for_review("anden.csv", "gruppe;antal\nA;130\nB;65\n")
        for each in (number, both):
            house.approve(each)
            house.wait_for_state(each, "sent")
        house.sent_for_review("venter.csv", "gruppe;antal\nA;140\nB;75\n")
        text = page(house.instance, f"/projekter/{PROJECT}")
        (month, releases, files), = rows(text)
        assert re.fullmatch(r"[a-z]+ 20\d\d", month) and releases == "2" and files == "andre tabeller: 2"
        main = text.split("<main", 1)[1].split("</main", 1)[0]
        for secret in ("anna", "rita", "mia@", number, "tabel.csv", "Tabel 1", "hemmelig", "venter"):
            assert secret not in main, secret
        assert rows(page(house.instance, "/projekter"))[0][-1] == "2"


class TestQuality:
    """Of a table as its deliveries come in."""

    @pytest.fixture(scope="class")
    def running(self, tmp_path_factory):
        with Instance(tmp_path_factory.mktemp("quality") / "i", up=False) as instance:
            change(instance.path, **{"portal.port": str(instance.port)})
            instance.up()
            (instance.path / "inbox" / "c.toml").write_text(deliveries.CATALOGUE)
            instance.fvm("catalogue", "import", instance.path / "inbox" / "c.toml")
            yield instance

    @staticmethod
    def table(instance, language="da"):
        return facts(page(instance, {"da": "/registre/TST/visit", "en": "/en/registers/TST/visit"}[language]))

    def deliver(self, instance, *bad, count=1200, years=(2018, 2021), mark=""):
        made = [deliveries.visit(i, **{"day": f"{years[i % len(years)]}-02-03", "note": f"n{i} {mark}", **(bad[i] if i < len(bad) else {})}) for i in range(count)]
        return deliveries.deliver(instance, deliveries.put(instance, deliveries.text(made)), "--mode", "replace")

    def test_nothing_is_told_of_what_has_not_been_delivered(self, running):
        assert self.table(running) == {}
        assert next(row for row in rows(page(running, "/registre")) if row[0] == "TST")[5:7] == ["–", "–"]

    def test_years_and_refused_rows_come_from_the_deliveries_that_stand(self, running):
        code, answer = self.deliver(running, {"day": "i går"}, {"amount": "mange"}, mark="a")
        assert code == 0 and answer["rows_rejected"] == 2, answer
        told = self.table(running)
        assert told["År i data"].startswith("2018–2021:") and told["Afviste rækker"].startswith("Færre end 5 af 1.200 rækker")
        assert "bestod kontrollen" in told["Seneste modtagelse"]
        assert self.table(running, "en")["Rows refused"].startswith("Fewer than 5 of 1,200 rows")
        register = next(row for row in rows(page(running, "/en/registers")) if row[0] == "TST")
        assert register[5] == "2018–2021" and register[6] == "fewer than 5"

    def test_what_a_replaced_delivery_had_is_forgotten_and_a_date_that_is_to_come_covers_no_year(self, running):
        change(running.path, **{"deliver.hold": '"never"'})
        code, answer = self.deliver(running, {"day": "2999-01-01"}, years=(2020,), mark="b")
        change(running.path, **{"deliver.hold": '"unusual"'})
        assert code == 0, answer
        told = self.table(running)
        assert told["År i data"] == "Leverancerne siger ikke noget om årene." and told["Afviste rækker"].startswith("0 %: 0 af 1.200")

    def test_a_held_and_a_refused_delivery_are_told(self, running):
        code, answer = self.deliver(running, count=100, years=(2020,), mark="c")
        assert answer["status"] == "held", answer
        assert "holdes tilbage" in self.table(running)["Seneste modtagelse"]
        assert "En ny leverance holdes tilbage" in page(running, "/registre") and "A new delivery is held" in page(running, "/en/registers/TST")
        held = json.loads(running.fvm("--json", "delivery", "list").stdout.splitlines()[0])  # what is held comes first
        running.fvm("delivery", "refuse", held["delivery"], "--reason", "klippet over")
        assert "blev afvist" in self.table(running)["Seneste modtagelse"] and "holdes tilbage" not in page(running, "/registre").split("<tbody>")[1].split("</tbody>")[0]


def fetched(instance, target):
    """As a browser asks: the bytes that come over the line, and what they are."""
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=20)
    connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200, target
    return len(content), (gzip.decompress(content) if answer.getheader("Content-Encoding") == "gzip" else content).decode()


@pytest.mark.parametrize("target", ["/", "/en", "/registre", "/login"])
def test_a_page_is_small_and_is_not_held_up(open_to_all, target):
    """What decides how soon it can be used on a poor line (`./run bench interactive` measures that): bytes, what the first paint waits for, and how often one thing is asked for only when another has come."""
    weight, text = fetched(open_to_all, target)
    head = text.split("</head>")[0]
    styles, scripts = re.findall(r'<link rel="stylesheet" href="([^"]+)"', head), re.findall(r"<script[^>]*>", text)
    assert len(styles) == 1 and len(scripts) == 1 and 'type="module"' in scripts[0], "one style sheet holds the first paint up, and no script does"
    size, style = fetched(open_to_all, styles[0])
    weight += size
    faces = re.findall(r"@font-face\s*\{[^}]*\}", style)
    assert faces and all("font-display:swap" in face for face in faces), "text is there before its letters are"
    script = re.search(r'src="([^"]+)"', scripts[0])[1]
    named, wanted, seen = set(re.findall(r'rel="modulepreload" href="([^"]+)"', head)), [script], set()
    while wanted:
        path = wanted.pop()
        if path.split("?")[0] in seen:
            continue
        seen.add(path.split("?")[0])
        size, content = fetched(open_to_all, path)
        weight += size
        parts = [f"/assets/{name}" for name in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', content)]
        texts = re.findall(r'import\("\./(messages_(\w\w)-[\w-]+\.js)"\)', content)  # which the script waits for
        parts += [f"/assets/{name}" for name, language in texts if language == ("en" if target.startswith("/en") else "da")]
        assert set(parts) <= {each.split("?")[0] for each in named}, "what the script needs at once is asked for beside it, not after it"
        wanted += parts
    assert len([each for each in seen if "messages_" in each]) == 1 and set(named) <= seen, "the texts of one language, and nothing that it does not need"
    assert weight <= 115 * 1024, weight  # of the 200 that are allowed: what is won here is not lost again unseen


def test_a_browser_that_can_gets_the_smaller_bytes(open_to_all):
    """And the same: the node that the pages are built with unpacks them."""
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page(open_to_all, "/"))[1]
    sizes = {}
    for takes, way in (("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None)):
        connection = http.client.HTTPConnection("127.0.0.1", open_to_all.port, timeout=20)
        connection.request("GET", style, headers={"Accept-Encoding": takes})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.getheader("Content-Encoding") == way and answer.getheader("Vary") == "Accept-Encoding"
        sizes[way] = len(content)
        if way == "br":
            plain = subprocess.run(["node", "-e", "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"], input=content, capture_output=True, check=True).stdout
    assert content == plain and sizes["br"] < sizes["gzip"] < sizes[None], sizes
