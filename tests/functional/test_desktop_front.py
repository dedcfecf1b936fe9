"""Desktops behind nginx as operators are told to run it (share/nginx/desk.conf): TLS, WebSockets passed on, and what it refuses."""
import shutil

import pytest

from support import front as nginx
from support import mitid
from support.desktops import House
from support.front import Front, listens
from support.instance import free_port
from support.rfb import Refused

WHY_NOT = mitid.reason_why_not() or nginx.WHY_NOT or (None if shutil.which("Xvnc") else "Xvnc is missing: ./run setup")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("h"), free_port()
    with House(folder, front=port) as made:
        made.front = Front(folder / "n", "desk.conf", ("127.0.0.1:8081", made.port), "skrivebord.example.dk", port=port)
        made.instance.wait_for(lambda: listens(port))
        yield made
        made.front.stop()


def test_the_whole_way_over_tls_to_a_typed_command(house):
    anna = house.person("anna").sit_down()
    with anna.screen() as (_, screen):
        house.at_prompt(screen)
        screen.type("echo through > /work/front\n")
        house.instance.wait_for(lambda: (house.root() / "work" / "front").exists())
    answer, page = anna.at_desk("/en/desktop")
    assert answer.status == 200 and 'id="desk"' in page
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert all("Secure" in line for line in answer.headers.get_all("Set-Cookie") or [])


def test_a_page_of_another_site_opens_no_line_through_it(house):
    anna = house.person("anna").sit_down()
    with anna.line():
        pass  # the control: with the right origin it is opened
    with pytest.raises(Refused) as refused:
        anna.line(headers={"Origin": "https://portal.example.dk"})
    assert refused.value.args[0] == 403


def test_what_is_too_large_or_too_often_is_refused_in_front(house):
    connection = house.front.http()
    connection.request("POST", "/login/callback", body=b"x" * (65 * 1024))
    assert connection.getresponse().status == 413
    answers = [house.front.get("/nothing-here")[0] for _ in range(80)]
    assert 503 in answers and answers[0] != 503, answers
    assert "ticket" not in (house.front.folder / "access.log").read_text()
