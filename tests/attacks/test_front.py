"""Two programs that read one stream of requests must agree where each ends: nginx in front (share/nginx/portal.conf) and fvm-portal behind.

Every attempt carries a second request in what is the first one's body or header to one of two readers. Nobody may ever answer it. Controls: two honest
requests in one go are both answered, so the counting sees a second answer when there is one; and honest requests pass through nginx before and after.
"""
import re
import socket
import ssl

import pytest

from support import front as nginx
from support.front import Front, listens
from support.instance import Instance

pytestmark = pytest.mark.skipif(nginx.WHY_NOT is not None, reason=nginx.WHY_NOT or "")

SECOND = b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEAD = b"POST /health HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"0\r\n\r\n"
SMUGGLED = {
    "length and chunks": HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (len(CHUNKED) + len(SECOND)) + CHUNKED + SECOND,
    "chunks and length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + CHUNKED + SECOND,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "a list of lengths": HEAD + b"Content-Length: 0, %d\r\n\r\n" % len(SECOND) + SECOND,
    "a length with a sign": HEAD + b"Content-Length: +%d\r\n\r\n" % len(SECOND) + SECOND,
    "a length in hexadecimal": HEAD + b"Content-Length: 0x%x\r\n\r\n" % len(SECOND) + SECOND,
    "a space before the colon": HEAD + b"Content-Length : %d\r\n\r\n" % len(SECOND) + SECOND,
    "a folded length": HEAD + b"Content-Length: 0\r\n %d\r\n\r\n" % len(SECOND) + SECOND,
    "an unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED + SECOND,
    "chunks are not last": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED + SECOND,
    "coding by tab": HEAD + b"Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n\r\n" + CHUNKED + SECOND,
    "a size that wraps": HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + CHUNKED + SECOND,
    "a size with a sign": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + CHUNKED + SECOND,
    "a zero byte": HEAD + b"X: a\0b\r\nContent-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "bare line feeds": b"POST /health HTTP/1.1\nHost: localhost\nContent-Length: %d\n\n" % len(SECOND) + SECOND,
    "a carriage return alone": HEAD + b"X: a\rContent-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "the old protocol": b"POST /health HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED + SECOND,
    "two hosts": b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere\r\nContent-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "another protocol": b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
                        b"Content-Length: %d\r\n\r\n" % len(SECOND) + SECOND,
    "a request in a header": HEAD + b"X: y\r\nContent-Length: 0\r\nZ: GET /api/v1/status HTTP/1.1\r\n\r\n",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("front") / "i") as instance:
        instance.wait_for(lambda: listens(instance.port))
        yield instance


@pytest.fixture(scope="module")
def front(portal, tmp_path_factory):
    made = Front(tmp_path_factory.mktemp("nginx") / "n", "portal.conf", ("127.0.0.1:8080", portal.port), "portal.example.dk",
                 [("keepalive 32", "keepalive 1")])  # one connection behind: whatever is left on it meets the next request
    portal.wait_for(lambda: listens(made.port))
    yield made
    made.stop()


def answers(connection, request):
    """The status lines and the bodies that come back for `request`."""
    out = b""
    with connection:
        connection.settimeout(3)
        try:
            connection.sendall(request)
            while piece := connection.recv(65536):
                out += piece
        except (TimeoutError, ConnectionResetError, BrokenPipeError, ssl.SSLError):
            pass
    return re.findall(rb"HTTP/1\.[01] (\d\d\d)", out), out


def straight(portal):
    return socket.create_connection(("127.0.0.1", portal.port), timeout=20)


def test_control_two_honest_requests_are_both_answered(portal, front):
    two = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + SECOND
    for connection in (straight(portal), front.connect()):
        codes, out = answers(connection, two)
        assert len(codes) == 2 and b"ledger_records" in out


def test_control_a_body_is_a_body(portal, front):
    for connection in (straight(portal), front.connect()):
        codes, out = answers(connection, HEAD + b"Content-Length: %d\r\n\r\n" % len(SECOND) + SECOND)
        assert codes == [b"405"] and b"ledger_records" not in out


@pytest.mark.parametrize("name", SMUGGLED)
def test_nobody_answers_the_second_request(portal, front, name):
    _, out = answers(straight(portal), SMUGGLED[name])
    # Bytes that are no part of the first request for us are none for nginx either, or the connection has ended.
    assert b"ledger_records" not in out, out[:300]
    codes, out = answers(front.connect(), SMUGGLED[name])
    # nginx may see two requests where two honest ones stand one after the other; then both are the client's own.
    for _ in range(3):
        status, body = front.get("/health")
        assert status in (200, 503) and "ledger_records" not in body, "the next client gets what somebody else asked for"


def test_the_actor_is_never_the_headers(front):
    for header in ("Fvm-Actor", "fvm-actor", "Fvm_Actor"):
        status, body = front.get("/api/v1/applications", {header: "anna"})
        assert status == 401, body


@pytest.mark.parametrize("path", ["/assets/../config.toml", "/assets/%2e%2e/config.toml", "/assets/..%2fconfig.toml", "//assets//..//config.toml", "/assets/.%00./config.toml",
                                  "/assets;/../config.toml", "/assets/%252e%252e/config.toml", "/.well-known/../config.toml", "/assets/..\\config.toml"])
def test_no_path_leads_out(front, path):
    connection = front.http()
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status in (400, 404) and b"[service]" not in answer.read()


def test_whoever_tries_the_login_too_often_is_slowed_down_and_nobody_else(front):
    codes = [front.get("/login/mitid")[0] for _ in range(40)]
    assert 429 in codes and codes[0] != 429
    assert front.get("/")[0] == 200
