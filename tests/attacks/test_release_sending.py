"""What an approved release may no longer do when its time to leave comes, and words that would leave beside the checked bytes."""
import json

import pytest

from support import duck
from support.projects import EVERYBODY, PERSON, PERSONS, VISIT, build, column, create, deliver, filled, person_rows
from support.house import PROJECT, PSEUDONYMS, House
from support.mail import attachments


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("sending")) as it:
        yield it


def approved_and_waiting(house, name):
    """Approved while the courier is away, so that something can change before it sends."""
    number = house.sent_for_review(name)
    house.stop("fvm-courier")
    house.approve(number)
    return number


MEMBER = f"INSERT INTO member SELECT '{PROJECT}', id, 0 FROM user WHERE name = '{{}}'"
NO_MEMBER = f"DELETE FROM member WHERE project = '{PROJECT}' AND user = (SELECT id FROM user WHERE name = '{{}}')"


@pytest.mark.parametrize("change, back, reason", [
    ("UPDATE project SET state = 'closed'", "UPDATE project SET state = 'open'", "project.closed"),
    ("UPDATE project SET valid_to = '2020-12-31'", "UPDATE project SET valid_to = '2099-12-31'", "project.expired"),
    (MEMBER.format("rita"), NO_MEMBER.format("rita"), "release.member_review"),
    (NO_MEMBER.format("anna"), MEMBER.format("anna"), "release.not_member"),
])
def test_what_changed_after_approval_holds_it(house, change, back, reason):
    number = approved_and_waiting(house, reason + ".csv")
    before = len(house.mail.mails())
    house.change(change)
    house.start("fvm-courier")
    house.wait_for_state(number, "held")
    assert len(house.mail.mails()) == before, "it left"
    assert house.show(number, user="olga")["history"][-1]["reason"] == reason
    # The control: with the old state of affairs back, the very same request leaves.
    house.change(back)
    house.release("settle", number, "--again", "--reason", "rettet", user="olga")
    house.wait_for_state(number, "sent")
    assert len(house.mail.mails()) == before + 1


def test_the_purpose_is_for_the_reviewer_and_is_not_mailed(house):
    """It is the author's free text, and no check reads it."""
    secret = f"0101901234 og {PSEUDONYMS[0]}"
    number = house.sent_for_review("formaal.csv", purpose=f"Tabel om {secret}")
    assert secret in house.show(number, user="rita")["purpose"]
    house.approve(number)
    house.wait_for_state(number, "sent")
    mail = house.mail.mails()[-1]
    text = mail.get_body().get_content()
    assert number in text and PROJECT in text and set(attachments(mail)) == {"formaal.csv"}
    for word in secret.split():
        assert word == "og" or word not in text, "the purpose left unchecked"


def test_pseudonyms_of_those_who_left_the_population_and_of_providers_are_still_known(tmp_path):
    """An analyst keeps numbers in /work, the person leaves with the next delivery, and then the numbers are sent home."""
    with filled(tmp_path / "i") as instance:
        number = create(instance, EVERYBODY, PERSON + VISIT)
        build(instance, number)
        before, providers = set(column(instance, number, "person", "pnr")), set(column(instance, number, "visit", "ydernr"))
        deliver(instance, "TST.person", person_rows([p for p in PERSONS if p[0] not in (6, 7)]), "--mode", "replace")
        for _ in range(2):  # the one after must remember it too
            build(instance, number)
        left = before - set(column(instance, number, "person", "pnr"))
        assert len(left) == 2 and providers
        [file] = (instance.path / "projects" / number / "population").glob("build-*.parquet")
        linked = {p for (p,) in duck.rows(f"SELECT project FROM read_parquet('{file}') WHERE mirror IS NOT NULL")}
        assert not left & linked, "nothing links them to the mirror any more"
        instance.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846", "--recipient", "@kommune.dk", check=False)
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        instance.fvm("project", "member", "add", number, "anna")
        outbox = instance.path / "projects" / number / "outbox" / "anna"
        outbox.mkdir(parents=True)
        words = {"left.md": sorted(left)[0], "provider.md": sorted(providers)[0], "control.md": "1234567890123"}
        for name, word in words.items():
            (outbox / name).write_text(f"# Resultat\nVi ser {word} her.\n")
        done = instance.fvm("--json", "release", "stage", number, user="anna", check=False)
        blocked = {f["name"]: [x["rule"] for x in f["findings"] if x["rule"] == "pseudonym"] for f in json.loads(done.stdout)["files"]}
        assert blocked == {"left.md": ["pseudonym"], "provider.md": ["pseudonym"], "control.md": []}
