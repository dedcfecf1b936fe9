"""A delivery report stops a release, and never sends one: whoever has seen our mail can write such a report."""
import json
import time

import pytest

from support.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("back")) as it:
        yield it


def sent(house, name):
    number = house.sent_for_review(name)
    assert house.review(number, "approve").returncode == 0
    house.wait_for_state(number, "sent")
    return number, house.mail.mails()[-1]["Message-ID"]


def report(message_id, action="failed", status="5.1.1", kind="message/rfc822", outer="multipart/report; report-type=delivery-status"):
    return "\r\n".join([
        "Return-Path: <>", "From: Mail Delivery System <MAILER-DAEMON@mx.kommune.dk>", "To: data@service.example", "Subject: Undelivered",
        f"Message-ID: <{time.monotonic_ns()}@mx.kommune.dk>", "Date: Fri, 27 Nov 2026 10:00:00 +0100", "MIME-Version: 1.0",
        f"Content-Type: {outer}; boundary=b", "", "--b", "Content-Type: text/plain", "", "It did not arrive.",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.kommune.dk", "", "Final-Recipient: rfc822; mia@kommune.dk",
        f"Action: {action}", f"Status: {status}", "", "--b", f"Content-Type: {kind}", "", f"Message-ID: {message_id}", "Subject: x", "", "--b--", ""]).encode()


def receive(house, content):
    done = house.instance.fvm("--json", "application", "receive", stdin=None, input=content, text=False)
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_what_did_not_arrive_is_held_and_not_sent_again(house, kind):
    number, message_id = sent(house, f"{kind.replace('/', '-')}.csv")
    mails = len(house.mail.mails())
    got = receive(house, report(message_id, kind=kind))
    assert (got["state"], got["reason"]) == ("ignored", "intake.came_back")
    shown = house.show(number)
    assert shown["state"] == "held" and shown["history"][-1]["reason"] == "delivery report: 5.1.1"
    assert any(notice["audience"] == "role:operator" for notice in shown["notices"])
    time.sleep(3)
    assert len(house.mail.mails()) == mails
    house.release("settle", number, "--arrived", "--reason", "Modtager bekræfter", user="olga")
    assert house.state(number) == "sent", "the operator's word ends it"


@pytest.mark.parametrize("change", [{"action": "delivered"}, {"action": "relayed"}, {"message_id": "<H-000001.aaaa@service.example>"},
                                    {"outer": "multipart/mixed"}])
def test_what_says_nothing_of_that_kind_changes_nothing(house, change):
    number, message_id = sent(house, f"intet-{len(house.mail.mails())}.csv")
    got = receive(house, report(**({"message_id": message_id} | change)))
    assert got["state"] == "ignored" and got["reason"] == "intake.automatic"
    assert house.state(number) == "sent"
    assert receive(house, report(message_id))["reason"] == "intake.came_back", "the control"


def test_a_status_that_is_none_is_not_shown_to_anybody(house):
    number, message_id = sent(house, "status.csv")
    receive(house, report(message_id, status="5.1.1 godkendt af rita"))
    assert house.show(number)["history"][-1]["reason"] == "delivery report: failed"


def operations(house):
    if "fvm-portal" not in house.programs:
        house.portal()
    return {each["release"]: each for each in house.ask("GET", "operations", "olga")[1]["delayed"]}


def test_a_delay_is_seen_and_changes_nothing(house):
    number, message_id = sent(house, "sen.csv")
    assert number not in operations(house), "the control"
    got = receive(house, report(message_id, action="delayed", status="4.4.1"))
    assert (got["state"], got["reason"]) == ("ignored", "intake.delayed")
    shown = house.show(number)
    assert shown["state"] == "sent" and [(d["what"], d["detail"]) for d in shown["deliveries"]] == [("delayed", "4.4.1")]
    told = operations(house)[number]
    assert (told["recipient"], told["status"], told["told"]) == ("mia@kommune.dk", "4.4.1", False)
    assert "reports a delay" in house.release("show", number).stdout
    assert house.ask("GET", "operations", "anna")[0] == 403
    receive(house, report(message_id, action="delayed", status="hemmeligt ord"))
    assert house.show(number)["deliveries"][-1]["detail"] == "delayed", "no word of a stranger's"


def test_after_some_hours_operators_and_author_are_told_once(house):
    number, message_id = sent(house, "meget-sen.csv")
    receive(house, report(message_id, action="delayed", status="4.4.1"))
    house.start("fvm-steward")
    notices = lambda: [n["audience"] for n in house.show(number)["notices"] if "forsinket" in n["text"] or "delayed" in n["text"]]
    assert notices() == []
    house.change("UPDATE release_step SET at = at - 25 * 3600000000 WHERE request = ?", int(number[2:]))
    house.change("UPDATE release_delivery SET at = at - 25 * 3600000000 WHERE request = ?", int(number[2:]))
    house.stop("fvm-steward")
    house.start("fvm-steward")
    house.instance.wait_for(lambda: notices(), 60)
    house.stop("fvm-steward")
    house.start("fvm-steward")
    assert sorted(notices()) == ["anna", "role:operator"]
    assert operations(house)[number]["told"] and house.state(number) == "sent"


def test_a_report_on_what_is_not_under_way_is_none(house):
    number, message_id = sent(house, "kaldt.csv")
    house.release("recall", number, "--reason", "fejl")
    assert receive(house, report(message_id, action="delayed"))["reason"] == "intake.automatic"
    assert house.show(number)["deliveries"] == [] and number not in operations(house)
