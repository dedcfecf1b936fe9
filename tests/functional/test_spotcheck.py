"""Second looks: drawn by a lot that was committed to before, looked at by somebody else, and verified by anybody."""
import json
import signal

import pytest

from support.house import House

DAY = 86_400_000_000


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        it.configure(**{"release.sample_days": "1"})
        yield it


def draw(house, **more):
    return house.instance.fvm("--json", "spotcheck", "draw", user="olga", check=False, **more)


def sent(house, name="t.csv"):
    number = house.sent_for_review(name)
    house.approve(number)
    house.wait_for_state(number, "sent", "sampled")
    return number


def end_period(house):
    """A day passes: periods and what was sent in them lie a day further back."""
    house.change("UPDATE release_period SET first = first - ?, last = last - ?", DAY, DAY)
    house.change("UPDATE release_step SET at = at - ?", DAY)


def test_the_quota_draws_at_least_one_and_the_period_verifies(house):
    assert draw(house).returncode == 0
    committed = [r for r in house.actions() if r["action"] == "spotcheck.committed"]
    assert len(committed) == 2, "this period and the next"
    numbers = [sent(house, f"{i}.csv") for i in range(2)]
    draw(house)
    assert house.instance.fvm("spotcheck", "verify", "1", check=False).returncode == 1, "not over yet"
    seed = next(p for p in house.instance.json("spotcheck", "periods")["periods"] if p["period"] == 1)["seed"]
    assert seed == ""
    end_period(house)
    draw(house)
    assert [house.state(n) for n in numbers].count("sampled") >= 1
    verified = house.instance.fvm("--json", "spotcheck", "verify", "1", check=False)
    assert verified.returncode == 0, verified.stdout
    chosen = next(n for n in numbers if house.state(n) == "sampled")
    assert chosen in [r["release"] for r in house.instance.json("spotcheck", "list", user="ruth")["releases"]]
    assert house.instance.json("spotcheck", "list", user="rita")["releases"] == [], "she approved it"
    refused = house.instance.fvm("spotcheck", "close", chosen, "--reason", "set", user="rita", check=False)
    assert refused.returncode == 1
    house.instance.fvm("spotcheck", "finding", chosen, "--rule", "small_count", "--reason", "række 2", user="ruth")
    assert house.state(chosen) == "finding"
    house.release("recall", chosen, "--reason", "fund", user="olga")
    assert house.state(chosen) == "recalled"
    again = json.loads(house.send("0.csv").stdout)
    assert again["state"] == "independent" and again["route"] == "warned_user", "from now on two look"


@pytest.mark.parametrize("point", ["lot.committed", "lot.committed:2", "lot.drawn", "lot.quota"])
def test_killed_anywhere_it_is_taken_up_and_verifies(house, point):
    if not point.startswith("lot.committed"):
        draw(house)
    sent(house)
    if point == "lot.quota":
        house.change("UPDATE release_request SET route = 'safe_table'")
        draw(house)
        if [r for r in house.actions() if r["action"] == "release.sample"]:
            pytest.skip("drawn by lot already: one in a hundred")
        end_period(house)
    killed = draw(house, crash_at=point)
    assert killed.returncode == -signal.SIGKILL
    assert draw(house).returncode == 0
    end_period(house) if point != "lot.quota" else None
    draw(house)
    verified = house.instance.fvm("--json", "spotcheck", "verify", "1", check=False)
    assert verified.returncode == 0, verified.stdout
    drawn = [r for r in house.actions() if r["facts"].get("drawn")]
    assert len(drawn) == 1, "one draw"


def test_an_operator_who_takes_another_seed_is_found(house):
    draw(house)
    sent(house)
    house.change("UPDATE release_period SET seed = '00' WHERE id = 1")
    end_period(house)
    draw(house)
    verified = house.instance.fvm("--json", "spotcheck", "verify", "1", check=False)
    assert verified.returncode == 1
    assert json.loads(verified.stdout)["faults"][0]["fault"] == "lot.other_seed"
