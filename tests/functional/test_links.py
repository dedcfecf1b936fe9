"""Results as one-time links, through the finished programs and a real mail server: set, mailed, opened, fetched, recalled; killed in between."""
import hashlib
import json
import signal

import pytest

from support.links import LinkHouse
from support.mail import attachments
from .test_came_back import receive, report

CONTENT = "gruppe;antal\nHEMMELIG;120\nB;55\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with LinkHouse(tmp_path_factory.mktemp("links")) as it:
        yield it


def test_the_setting_is_the_services_and_is_shown(house):
    shown = house.instance.json("institution", "show", "10150817", user="olga")
    assert shown["delivery"] == "link"
    people = house.ask("GET", "accounts", "olga")[1]["institutions"]
    assert {each["cvr"]: each["delivery"] for each in people} == {"10150817": "link", "12345674": "attachment"}
    assert house.ask("POST", "institutions/12345674/delivery", "anna", {"delivery": "link"})[0] == 403
    assert house.ask("POST", "institutions/12345674/delivery", "olga", {"delivery": "pigeon"})[0] == 400
    assert house.ask("POST", "institutions/12345674/delivery", "olga", {"delivery": "link"})[1]["delivery"] == "link"
    assert house.ask("POST", "institutions/12345674/delivery", "olga", {"delivery": "attachment"})[1]["delivery"] == "attachment"
    assert house.instance.fvm("institution", "delivery", "10150817", "by hand", user="olga", check=False).returncode == 2
    set_so = [r for r in house.actions() if r["action"] == "institution.delivery_set"]
    assert [r["facts"]["delivery"] for r in set_so] == ["link", "link", "attachment"]


def test_links_need_the_portals_address(tmp_path):
    from support.instance import Instance
    instance = Instance(tmp_path / "i", up=False)
    instance.fvm("init")
    instance.fvm("institution", "add", "Demo Kommune", "--cvr", "10150817")
    refused = instance.fvm("institution", "delivery", "10150817", "link", check=False)
    assert refused.returncode == 1 and "public_url" in refused.stderr
    assert instance.json("institution", "show", "10150817")["delivery"] == "attachment"


def test_from_approval_to_the_file_in_hand(house):
    number, token = house.mailed("tabel.csv", CONTENT)
    mail = house.mail.mails()[-1]
    text = mail.get_body().get_content()
    assert attachments(mail) == {} and "HEMMELIG" not in mail.as_string() and "tabel.csv" not in text
    for words in (number, "hentes", "can be fetched once", "Slet mailen", "Delete the mail"):
        assert words in text, words
    status, _, body = house.link(number, token)
    shown = json.loads(body)
    assert status == 200 and [f["name"] for f in shown["files"]] == ["tabel.csv"] and shown["files"][0]["open"]
    status, headers, body = house.fetch(number, token)
    assert status == 200 and body.decode() == CONTENT and headers["Fvm-Sha256"] == hashlib.sha256(body).hexdigest()
    assert headers["Content-Disposition"] == 'attachment; filename="tabel.csv"'
    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/octet-stream" and "default-src 'none'" in headers["Content-Security-Policy"]
    done = json.loads(house.link(number, token, what="/files/1/arrived")[2])
    assert not done["files"][0]["open"] and done["files"][0]["fetched"]
    assert house.why(house.fetch(number, token)) == "release.link_used"
    told = house.show(number)
    assert told["link"]["opener"] == "eve" and told["link"]["files"][0]["arrived"]
    assert [d["what"] for d in told["deliveries"]] == ["link_made", "link_shown", "link_fetched", "link_arrived", "link_refused"]
    out = house.release("show", number).stdout
    assert "a file was fetched with the link  eve" in out
    actions = [r["action"] for r in house.actions() if r["subject"] == number]
    for action in ("release.link_shown", "release.link_fetched", "release.link_arrived", "release.link_refused"):
        assert action in actions, action
    assert house.instance.fvm("audit", "verify", check=False).returncode == 0


def test_several_files_each_once(house):
    for name in ("a.csv", "b.csv"):
        house.put(name, CONTENT.replace("HEMMELIG", name))
    number = json.loads(house.send("a.csv", "b.csv").stdout)["release"]
    house.approve(number)
    house.wait_for_state(number, "sent")
    token = house.token(number)
    assert [house.fetch(number, token, position=i)[2].decode().split("\n")[1] for i in (1, 2)] == ["a.csv;120", "b.csv;120"]
    assert house.why(house.fetch(number, token, position=3)) == "release.link_no_file"
    assert house.why(house.fetch(number, token, position=0)) == "release.link_no_file"


def test_recall_the_link_is_dead_and_the_recipient_is_told(house):
    number, token = house.mailed("tilbage.csv")
    assert house.why(house.link(number, token)) == "", "the control"
    house.release("recall", number, "--reason", "fejl i tabellen")
    assert house.why(house.fetch(number, token)) == "release.link_recalled"
    house.instance.wait_for(lambda: any("kaldt tilbage" in mail["Subject"] and number in mail["Subject"] for mail in house.mail.mails()))
    letter = [mail for mail in house.mail.mails() if "kaldt tilbage" in mail["Subject"] and number in mail["Subject"]][-1]
    assert "Linket virker ikke længere" in letter.get_body().get_content() and letter["To"] == "mia@kommune.dk"


def test_a_mail_that_came_back_is_held_and_its_link_is_dead(house):
    number, token = house.mailed("retur.csv")
    house.release("bounced", number, "--lasting", "--reason", "550 ukendt", user="olga")
    assert house.state(number) == "held" and house.why(house.fetch(number, token)) == "release.link_stopped"
    house.release("settle", number, "--again", "--reason", "rettet", user="olga")
    house.wait_for_state(number, "sent")
    newer = house.token(number)
    assert newer != token and house.why(house.fetch(number, token)) == "release.link_stopped"
    assert house.fetch(number, newer)[2].decode().startswith("gruppe")


def test_a_delivery_report_on_a_link_holds_it_and_a_delay_is_a_fact(house):
    number, token = house.mailed("rapport.csv")
    message_id = house.mail.mails()[-1]["Message-ID"]
    assert receive(house, report(message_id, action="delayed", status="4.4.1"))["reason"] == "intake.delayed"
    assert house.why(house.link(number, token)) == "", "it is on its way still"
    assert receive(house, report(message_id))["reason"] == "intake.came_back"
    assert house.state(number) == "held" and house.why(house.fetch(number, token)) == "release.link_stopped"
    assert "delayed" in [d["what"] for d in house.show(number)["deliveries"]]


@pytest.mark.parametrize("point, mails", [("release.sending", 1), ("release.data", 0), ("release.sent", 1)])
def test_killed_while_mailing_a_link_is_mailed_once_or_asked_about(house, point, mails):
    number = house.sent_for_review(point + ".csv")
    house.stop("fvm-courier")
    house.start("fvm-courier", crash_at=point)
    house.approve(number)
    assert house.programs.pop("fvm-courier").wait(20) == -signal.SIGKILL
    house.start("fvm-courier")
    state = house.wait_for_state(number, "sent", "held")
    got = [mail for mail in house.mail.mails() if number in (mail["Subject"] or "")]
    assert len(got) == mails and (state == "sent") == (point == "release.sending")
    if state == "sent":
        assert house.why(house.link(number, house.token(number))) == ""
    elif mails:
        assert house.why(house.link(number, house.token(number))) == "release.link_stopped", "nobody knows yet"
        house.release("settle", number, "--arrived", "--reason", "spurgt", user="olga")
        assert house.why(house.link(number, house.token(number))) == "", "it had arrived"


def test_killed_after_counting_a_fetch_it_may_be_begun_anew(house):
    number, token = house.mailed("midt.csv", CONTENT)
    house.stop("fvm-courier")
    house.start("fvm-courier", crash_at="release.link_counted")
    assert house.fetch(number, token)[0] == 503
    assert house.programs.pop("fvm-courier").wait(20) == -signal.SIGKILL
    assert house.show(number)["link"]["files"][0]["fetches"] == 1, "counted before a byte was handed out"
    house.start("fvm-courier")
    assert house.fetch(number, token)[2].decode() == CONTENT


def test_without_the_courier_nothing_is_handed_out_and_nothing_used_up(house):
    number, token = house.mailed("uden.csv", CONTENT)
    house.stop("fvm-courier")
    status, _, body = house.fetch(number, token)
    house.start("fvm-courier")
    assert status == 503 and "wire.not_running" in body.decode()
    assert house.fetch(number, token)[2].decode() == CONTENT
