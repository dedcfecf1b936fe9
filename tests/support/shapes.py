"""Every JSON answer of the API that a test reads over http.client is held against its schema (web/src/shapes.ts): the description cannot drift.

FVM_API_RECORD=FILE writes what was seen instead, one line each, for tools/api_shapes.py infer.
"""
import http.client
import json
import os
import sys
import threading

from support.instance import ROOT

try:
    import jsonschema
except ImportError:  # Debian's python3-jsonschema: ./run setup
    jsonschema = None

sys.path.insert(0, str(ROOT / "tools"))
import api_shapes  # noqa: E402

_shapes = api_shapes.shapes(ROOT)
_routes = sorted(_shapes["routes"], key=lambda each: each.count("{"))  # the plainest that fits
_lock = threading.Lock()
_checkers = {}


def _named(shape):
    """Names of the schemas among what an answer may be: ["Table", "text/csv"]."""
    return tuple(each for each in shape or [] if "/" not in each)


def _checker(names):
    if names not in _checkers:
        references = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        _checkers[names] = jsonschema.Draft202012Validator({**(references[0] if len(names) == 1 else {"anyOf": references}),
                                                            "components": {"schemas": _shapes["schemas"]}})
    return _checkers[names]


def hold_against_its_schema(method, path, status, document):
    key = api_shapes.pattern_of(f"{method} {path}", _routes)
    names = _named(_shapes["routes"][key].get("answer")) if key and status < 300 else ("Problem",) if status >= 400 and "title" in document else ()
    if not names or jsonschema is None:
        return
    wrong = next(iter(_checker(names).iter_errors(document)), None)
    assert wrong is None, f"{method} {path} is not {' or '.join(names)} of web/src/shapes.ts: {wrong.message} at {list(wrong.absolute_path)}"


def _seen(method, target, body, answer, content):
    path = target.split("?")[0]
    if not path.startswith("/api/") or not (answer.headers.get("Content-Type") or "").startswith(("application/json", "application/problem+json")):
        return
    document = json.loads(content)
    record = os.environ.get("FVM_API_RECORD")
    if record is None:
        hold_against_its_schema(method, path, answer.status, document)
        return
    try:
        sent = json.loads(body) if body else None
    except ValueError:
        sent = None
    with _lock, open(record, "a", encoding="utf-8") as out:
        out.write(json.dumps({"method": method, "path": path, "status": answer.status, "body": sent, "answer": document}) + "\n")


def watch():
    """From here on, in this process."""
    request, getresponse = http.client.HTTPConnection.request, http.client.HTTPConnection.getresponse

    def asking(self, method, url, body=None, headers={}, **more):
        self.fvm_asked = (method, url, body)
        return request(self, method, url, body, headers, **more)

    def answering(self):
        answer = getresponse(self)
        asked, read = getattr(self, "fvm_asked", None), answer.read

        def reading(amount=None):
            content = read(amount)
            if amount is None and asked and content:
                _seen(*asked, answer, content)
            return content

        answer.read = reading
        return answer

    http.client.HTTPConnection.request, http.client.HTTPConnection.getresponse = asking, answering
