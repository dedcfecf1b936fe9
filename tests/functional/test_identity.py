"""Institutions and accounts from the command line."""
import pytest

from support.instance import Instance


@pytest.fixture
def instance(tmp_path):
    with Instance(tmp_path / "i", up=False) as made:
        yield made


def test_institutions_and_their_recipients(instance):
    added = instance.json("institution", "add", "Ærø Kommune", "--cvr", "28856075", "--recipient", "@AEROE.example.dk")
    assert added == {"name": "Ærø Kommune", "cvr": "28856075", "recipients": ["@aeroe.example.dk"], "delivery": "attachment", "closed": False}
    more = instance.json("institution", "recipient", "ærø kommune", "Anne@Ude.example.dk", "@aeroe.example.dk")
    assert more["recipients"] == ["@aeroe.example.dk", "Anne@ude.example.dk"]
    assert instance.json("institution", "show", "28856075") == more
    assert instance.json("institution", "list") == {"institutions": [more]}


@pytest.mark.parametrize("arguments, code, names", [
    (("institution", "add", "A", "--cvr", "1234567"), 2, "1234567"),
    (("institution", "add", "A", "--cvr", "12345674", "--recipient", "a@b@c.dk"), 2, "a@b@c.dk"),
    (("institution", "add", "A", "--cvr", "12345674", "--recipient", "@søster.dk"), 2, "@søster.dk"),
    (("institution", "add", "Demo", "--cvr", "12345674"), 1, "Demo"),
    (("institution", "show", "nobody"), 2, "nobody"),
    (("user", "add", "../x", "--institution", "28856075", "--role", "analyst"), 2, "../x"),
    (("user", "add", "anne", "--institution", "28856075", "--role", "king"), 2, "king"),
    (("user", "add", "anne", "--institution", "99999999", "--role", "analyst"), 2, "99999999"),
    (("user", "close", "nobody", "--reason", "x"), 2, "nobody"),
])
def test_mistakes_are_told_and_change_nothing(instance, arguments, code, names):
    instance.fvm("institution", "add", "Demo", "--cvr", "28856075")
    before = instance.fvm("audit", "export").stdout
    done = instance.fvm(*arguments, check=False)
    assert done.returncode == code and names in done.stderr, done.stderr
    assert instance.fvm("audit", "export").stdout == before


def test_accounts_open_and_close(instance):
    instance.fvm("institution", "add", "Demo", "--cvr", "28856075")
    user = instance.json("user", "add", "anne", "--institution", "Demo", "--role", "analyst", "--role", "reviewer")
    assert (user["roles"], user["closed"]) == (["analyst", "reviewer"], False)
    assert instance.json("user", "close", "anne", "--reason", "left")["closed"]
    assert instance.fvm("user", "close", "anne", "--reason", "left", check=False).returncode == 1
    assert [u["user"] for u in instance.json("user", "list")["users"]] == ["anne"]


def test_an_unlikely_cvr_number_is_warned_about(instance):
    assert "12345678" in instance.fvm("institution", "add", "Demo", "--cvr", "12345678").stderr


@pytest.mark.parametrize("verb", [("institution",), ("institution", "add"), ("user", "add"), ("user", "close"), ("audit", "verify"),
                                  ("audit", "tail"), ("audit", "export"), ("audit", "checkpoint")])
def test_help_has_an_example(instance, verb):
    shown = instance.fvm(*verb, "--help").stdout
    assert len(verb) == 1 or "fvm " + " ".join(verb) in shown
