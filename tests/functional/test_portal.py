"""The portal from outside: pages in both languages, health, and what a hostile or broken client gets."""
import contextlib
import html
import http.client
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.parse

import pytest

from support import projects
from support.instance import BIN, ROOT, Instance


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("portal") / "i") as made:
        made.wait_for(lambda: reachable(made))
        made.fvm("institution", "add", "Demo Kommune", "--cvr", "12345674")
        yield made


def reachable(instance):
    try:
        return get(instance, "/health").status in (200, 503)
    except OSError:
        return False


def get(instance, target, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=20)
    connection.request(method, target, headers=headers or {}, body=body)
    answer = connection.getresponse()
    answer.text = answer.read().decode("utf-8")
    connection.close()
    return answer


def talk(instance, data, pause=0.0, seconds=20):
    """Sends raw bytes (byte by byte with a pause, if given); everything that comes back until the server closes."""
    out = b""
    with socket.create_connection(("127.0.0.1", instance.port), timeout=seconds) as peer:
        try:
            for piece in ([data] if not pause else [data[i:i + 1] for i in range(len(data))]):
                peer.sendall(piece)
                if pause:
                    time.sleep(pause)
            while piece := peer.recv(65536):
                out += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return out


def test_first_page_in_both_languages_needs_no_script(instance):
    for target, language, other in (("/", "da", "/en"), ("/en", "en", "/")):
        page = get(instance, target)
        assert page.status == 200 and page.getheader("Content-Type").startswith("text/html")
        assert f'<html lang="{language}"' in page.text
        assert f'href="{other}"' in page.text
        assert len(re.findall(r"<h1[ >]", page.text)) == 1
        # A key without a text would be shown as itself.
        assert not re.search(r">\s*web\.[a-z_.]+\s*<", page.text)
    assert get(instance, "/").text != get(instance, "/en").text
    assert "fvm-keeper" in get(instance, "/").text


def test_pages_keep_scripts_and_frames_of_others_out(instance):
    page = get(instance, "/")
    policy = page.getheader("Content-Security-Policy")
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert page.getheader("X-Content-Type-Options") == "nosniff"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", page.text), "inline script"
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text), "something is fetched from elsewhere"


def test_every_asset_of_the_page_is_there_and_may_be_cached(instance):
    assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', get(instance, "/").text))
    assert assets
    for target in assets:
        answer = get(instance, target)
        assert answer.status == 200 and len(answer.text) > 0 and "max-age" in answer.getheader("Cache-Control"), target


def test_status_and_freshness_are_documents(instance):
    status = json.loads(get(instance, "/api/v1/status").text)
    assert status["ledger_records"] == len(instance.fvm("audit", "export").stdout.splitlines()) > 0
    assert {"name": "fvm-keeper", "running": True} in status["programs"]
    assert json.loads(get(instance, "/api/v1/freshness").text) == {"registers": []}


@pytest.mark.parametrize("target", [
    "/../config.toml", "/assets/../../config.toml", "/assets/%2e%2e/%2e%2e/config.toml", "/assets/..%2f..%2fconfig.toml",
    "/assets/....//config.toml", "/assets//etc/passwd", "/%00", "/assets/index.html%00.js", "//etc/passwd", "/.git/config", "/keys",
    "/audit/public.key"])
def test_no_path_leads_to_a_file(instance, target):
    first = talk(instance, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()).split(b"\r\n")[0]
    assert first.split()[1] in (b"400", b"404"), first


@pytest.mark.parametrize("request_bytes, codes", [
    (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n", (b"400", b"431")),
    (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (b"400", b"414", b"431")),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", (b"413",)),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", (b"400",)),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (b"400", b"405")),
    (b"GARBAGE\r\n\r\n", (b"400",)),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (b"400",)),
], ids=["long header", "long target", "large body", "negative length", "two lengths", "garbage", "TLS hello"])
def test_broken_and_oversized_requests_are_refused(instance, request_bytes, codes):
    answer = talk(instance, request_bytes)
    # Closing without a word is as good as an answer.
    assert answer == b"" or answer.split(b"\r\n")[0].split()[1] in codes, answer[:200]
    assert get(instance, "/health").status == 200


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("target, language, words", [
    ("/findes-ikke", "da", "Siden findes ikke"), ("/sager/FVM-2026-0001/ukendt", "da", "Siden findes ikke"),
    ("/en/nothing-here", "en", "There is no such page"), ("/en/cases/1/2/3", "en", "There is no such page")])
def test_a_wrong_address_is_a_page_with_ways_on_for_a_browser(instance, target, language, words):
    page = get(instance, target, headers=BROWSER)
    assert page.status == 404 and page.getheader("Content-Type").startswith("text/html")
    assert f'<html lang="{language}"' in page.text and words in page.text and page.getheader("Content-Language") == language
    home = {"da": "/", "en": "/en"}[language]
    for way in (home, home.rstrip("/") + {"da": "/registre", "en": "/registers"}[language]):
        assert f'<li><a href="{way}">' in page.text and get(instance, way).status == 200
    assert 'aria-current="true"' not in page.text and "default-src 'none'" in page.getheader("Content-Security-Policy")


def test_a_wrong_address_of_the_api_stays_a_document(instance):
    for target, headers in (("/api/v1/nothing", BROWSER), ("/nothing", {}), ("/nothing", {"Accept": "application/json"}), ("/assets/nothing.js", BROWSER)):
        answer = get(instance, target, headers=headers)
        assert answer.status == 404 and answer.getheader("Content-Type") == "application/problem+json", target
        assert json.loads(answer.text)["type"] == "urn:fvm:problem:http.not_found"
    assert get(instance, "/nothing", method="POST", headers=BROWSER, body="x").getheader("Content-Type") == "application/problem+json"
    opened = get(instance, "/logout", headers=BROWSER)  # there is something, but no page
    assert opened.status == 405 and opened.getheader("Allow") == "POST" and "Siden findes ikke" in opened.text


def test_a_wrong_address_is_shown_and_never_run(instance):
    page = get(instance, "/%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER)
    assert page.status == 404 and "<script>alert" not in page.text


def test_other_methods_are_refused(instance):
    assert get(instance, "/", method="POST", body="x").status == 405
    assert get(instance, "/health", method="DELETE").status == 405
    assert get(instance, "/nothing/here").status == 404


def test_a_slow_client_is_cut_off_while_others_are_served(instance):
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", instance.port), timeout=60) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        slow.settimeout(0.5)
        closed = False
        while not closed and time.monotonic() < started + 40:
            try:
                slow.sendall(b"X-Slow: 1\r\n")  # a drop now and then keeps nothing alive
                closed = slow.recv(1024) == b""
            except socket.timeout:
                assert get(instance, "/api/v1/status").status == 200
            except OSError:
                closed = True
    assert closed and time.monotonic() - started < 40


def test_more_slow_clients_than_there_are_places_keep_nobody_out(instance):
    slow = []
    try:
        for _ in range(1200):  # 1,024 places
            slow.append(socket.create_connection(("127.0.0.1", instance.port), timeout=10))
            slow[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert [get(instance, "/api/v1/status").status for _ in range(20)] == [200] * 20
        closed = []
        for each in (slow[0], slow[-1]):
            each.settimeout(1)
            with contextlib.suppress(socket.timeout, ConnectionResetError):
                closed.append(each.recv(1) == b"")
        assert len(closed) < 2, "the last one waits still: who came first gave way"
    finally:
        for each in slow:
            each.close()


def test_health_says_which_part_is_missing(instance):
    assert get(instance, "/health").status == 200
    # Stop rather than kill: the supervisor would start a killed one again.
    pids = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-keeper --instance {instance.path}"], capture_output=True, text=True,
                          check=True).stdout.split()
    try:
        for pid in pids:
            subprocess.run(["kill", "-STOP", pid], check=True)
        answer = get(instance, "/health")
        assert answer.status == 503
        parts = json.loads(answer.text)
        assert {"name": "fvm-keeper", "running": False} in parts["programs"]
        assert {"name": "fvm-launcher", "running": True} in parts["programs"]
    finally:
        for pid in pids:
            subprocess.run(["kill", "-CONT", pid], check=True)
    instance.wait_for(lambda: get(instance, "/health").status == 200)


def test_the_portal_opens_nothing_that_is_not_its_own(instance):
    pid = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-portal --instance {instance.path}"], capture_output=True, text=True,
                         check=True).stdout.split()[0]
    get(instance, "/")
    # One that closes while we look makes ls complain; those that stay are what is asked for.
    opened = subprocess.run(["ls", "-l", f"/proc/{pid}/fd"], capture_output=True, text=True).stdout
    assert "socket:" in opened
    mapped = open(f"/proc/{pid}/maps", encoding="utf-8").read()
    assert "libduckdb" not in mapped and "libseccomp" not in mapped
    for folder in ("keys", "mirror", "projects"):
        assert f"{instance.path}/{folder}" not in opened


def test_stops_at_once_and_gracefully(tmp_path):
    with Instance(tmp_path / "i") as own:
        own.wait_for(lambda: reachable(own))
        with socket.create_connection(("127.0.0.1", own.port)):  # an idle client holds nobody up
            started = time.monotonic()
            own.down()
            assert time.monotonic() - started < 10
        with pytest.raises(OSError):
            get(own, "/health")


CATALOGUE = ROOT / "share" / "catalogue" / "denmark.toml"
LIST = ROOT.parent / "shared" / "data" / "catalogue" / "variables.tsv"


@pytest.fixture(scope="module")
def known(instance):
    """An instance with the catalogue; the one without it has been looked at first."""
    for target, words in (("/registre", "lagt ind endnu"), ("/en/registers", "not been imported yet"),
                          ("/projekter", "Ingen projekter"), ("/en/projects", "No project")):
        page = get(instance, target)
        assert page.status == 200 and words in page.text
    instance.fvm("catalogue", "import", CATALOGUE)
    if LIST.exists():
        instance.fvm("catalogue", "import", LIST)
    return instance


def links(page, start):
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page.text) if link.startswith(start)]


def test_every_register_table_and_variable_has_its_page(known):
    """As many variables on the pages as in the catalogue."""
    tables = [table for register in links(get(known, "/registre"), "/registre/")
              for table in links(get(known, register), register + "/")]
    shown = known.json("catalogue", "show")["tables"]
    assert len(tables) == len(shown)
    for table in tables[:: max(1, len(tables) // 20)]:
        page = get(known, table)
        code, name = (urllib.parse.unquote(part) for part in table.split("/")[2:])
        variables = known.json("catalogue", "show", f"{code}.{name}")["tables"][0]["variables"]
        assert page.status == 200 and page.text.count("<tr>") == len(variables) + 1
        assert "web." not in re.sub(r"<[^>]*>", "", page.text)


def test_the_same_page_in_the_other_language_is_one_link_away(known):
    for target in ("/registre", "/registre/LPR_F", "/registre/LPR_F/kontakter", "/registre?q=dato", "/projekter"):
        there = re.search(r'class="language-link" href="([^"]+)"', get(known, target).text)[1]
        assert there.startswith("/en/")
        back = re.search(r'class="language-link" href="([^"]+)"', get(known, html.unescape(there)).text)[1]
        assert html.unescape(back) == target


def test_variables_are_found_by_words_in_any_order_and_case(known):
    both = get(known, "/registre?q=" + urllib.parse.quote("KONTAKTER dato_start")).text
    assert "dato_start" in both and "/registre/LPR_F/kontakter" in both
    assert both.count("<tr>") == get(known, "/registre?q=" + urllib.parse.quote("dato_start kontakter")).text.count("<tr>")
    none = get(known, "/registre?q=xyzzyx").text
    assert "Ingen variable passer" in none and "<tr>" not in none


@pytest.mark.parametrize("target", ["/registre/NOPE", "/registre/LPR_F/nope", "/en/registers/%3Cscript%3E", "/registre/%22%3E%3Cb%3E/x"])
def test_an_unknown_register_is_told_and_the_known_ones_are_shown(known, target):
    page = get(known, target)
    assert page.status == 404 and "/LPR_F" in page.text
    assert "<script>" not in page.text and "<b>" not in page.text


def test_what_is_searched_for_is_shown_and_never_run(known):
    for evil in ("<script>alert(1)</script>", '"><img src=x>', "' OR 1=1 --", "\u00e6" * 300, "%00"):
        page = get(known, "/registre?q=" + urllib.parse.quote(evil))
        assert page.status in (200, 400)
        assert "<script>alert" not in page.text and "<img" not in page.text


def test_projects_are_public_and_persons_are_not(tmp_path):
    with projects.filled(tmp_path / "i") as made:
        made.wait_for(lambda: reachable(made))
        number = projects.create(made, projects.EVERYBODY)
        projects.build(made, number)
        shown = made.json("project", "show", number)
        for target, state in (("/projekter", "I gang"), ("/en/projects", "Running")):
            row = next(r for r in get(made, target).text.split("<tr>") if html.escape(shown["title"]) in r)
            assert html.escape(shown["authority"]) in row and "TST" in row and state in row
            assert not any(f">{member}<" in row for member in shown["members"])


def test_the_service_tells_of_itself_and_news_that_cannot_be_read_are_told_at_start(tmp_path):
    with Instance(tmp_path / "i", up=False) as instance:
        file = instance.path / "config.toml"
        text = file.read_text()
        settings = lambda news: text.replace('contact = ""', 'contact = "hjaelp@tjenesten.example"').replace("news = []", f"news = {json.dumps(news)}")
        file.write_text(settings(["2026-11-28 | Nu er der åbent | We are open now"]))
        instance.up()
        instance.wait_for(lambda: reachable(instance))
        page = lambda path: (lambda answer: (answer.status, answer.text))(get(instance, path))
        status, front = page("/en")
        assert status == 200 and "We are open now" in front and "28 November 2026" in front and "mailto:hjaelp@tjenesten.example" in front
        status, openness = page("/aabenhed")
        assert status == 200 and "0 sager er afgjort" in openness and "href=\"/en/openness\"" in openness
        assert page("/en/accessibility")[0] == 200
        instance.fvm("down")
        file.write_text(settings(["28-11-2026: åbent"]))
        told = instance.fvm("up", "--detach", check=False)
        log = (instance.path / "log" / "fvm-portal.log").read_text()
        assert "portal.bad_news" in log or "28-11-2026" in told.stderr


def test_an_installed_portal_finds_its_pages_and_passwords_beside_itself(tmp_path):
    """PREFIX/bin and PREFIX/share/fvm: the portal gives up all other files before it reads them."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "share" / "fvm").mkdir(parents=True)
    for name in ("fvm", "fvm-keeper", "fvm-launcher", "fvm-steward", "fvm-courier", "fvm-portal", "fvm-worker"):
        shutil.copy(BIN / name, tmp_path / "bin" / name)
    shutil.copytree(ROOT / "web" / "dist", tmp_path / "share" / "fvm" / "web")
    shutil.copytree(ROOT / "share" / "passwords", tmp_path / "share" / "fvm" / "passwords")
    with Instance(tmp_path / "i", up=False) as instance:
        secret = instance.path / "secret"
        secret.write_text("a secret\n")
        secret.chmod(0o600)
        file = instance.path / "config.toml"
        file.write_text(file.read_text().replace('issuer = ""', 'issuer = "https://broker.example"', 1).replace('client_secret_file = ""', 'client_secret_file = "secret"', 1))
        up = lambda: subprocess.run([tmp_path / "bin" / "fvm", "--instance", instance.path, "up", "--detach", "--port", str(instance.port)],
                                    capture_output=True, text=True, env=instance.environment)
        done = up()
        try:
            assert done.returncode == 0, done.stderr
            assert get(instance, "/").status == 200 and get(instance, "/login").status == 200
        finally:
            instance.fvm("down", check=False)
        (tmp_path / "share" / "fvm" / "passwords" / "common.txt").unlink()
        gone = up()
        instance.fvm("down", check=False)
        assert gone.returncode == 3 and "common.txt" in gone.stderr, "the control"
