"""The API's own description: valid OpenAPI 3.1, every route with what it answers, and docs/api.md the same."""
import http.client
import json
import shutil
import subprocess
import sys

import pytest

from support import shapes
from support.instance import ROOT, Instance

sys.path.insert(0, str(ROOT / "tools"))
import api_shapes  # noqa: E402

# Whose answer is a text or a document as it is.
VALIDATOR = ROOT / "tests" / "node_modules" / "@seriousme" / "openapi-schema-validator"


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("openapi") / "i") as instance:
        def ask():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=10)
                connection.request("GET", "/api/v1/openapi.json")
                return json.loads(connection.getresponse().read())
            except OSError:
                return None
        instance.wait_for(ask)
        yield ask()


@pytest.mark.skipif(not VALIDATOR.exists(), reason="npm @seriousme/openapi-schema-validator is missing: ./run setup")
def test_it_is_valid_and_the_validator_finds_a_mistake(described, tmp_path):
    script = ('import { Validator } from "@seriousme/openapi-schema-validator"; import * as fs from "node:fs";\n'
              'const validator = new Validator(); const found = await validator.validate(JSON.parse(fs.readFileSync(process.argv[1], "utf8")));\n'
              'console.log(JSON.stringify({ valid: found.valid, version: validator.version, errors: found.errors }));')
    def valid(document):
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(document))
        done = subprocess.run([shutil.which("node"), "--input-type=module", "-e", script, str(file)], cwd=ROOT / "tests", capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
    found = valid(described)
    assert found["valid"] and found["version"] == "3.1", found
    assert not valid({**described, "paths": {"/api/me": {"get": {"responses": 7}}}})["valid"], "the control"


def test_every_reference_leads_somewhere_and_every_operation_has_its_own_name(described):
    schemas = described["components"]["schemas"]
    for line in json.dumps(described).split('"#/components/schemas/')[1:]:
        assert line.split('"')[0] in schemas, line[:60]
    names = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_every_route_says_what_it_answers(described):
    nothing = [f"{method.upper()} {path}" for path, methods in described["paths"].items() for method, operation in methods.items()
               if "content" not in next(iter(operation["responses"].values()))]
    assert nothing == [], "write them into Routes of web/src/shapes.ts"
    known = {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}
    assert set(api_shapes.shapes(ROOT)["routes"]) - known == set(), "no such route"


def test_docs_are_up_to_date(described):
    wanted = api_shapes.docs(described)
    assert (ROOT / "docs" / "api.md").read_text() == wanted, "docs/api.md: python3 tools/api_shapes.py docs OPENAPI.json"


def test_an_answer_that_does_not_fit_is_found():
    shapes.hold_against_its_schema("GET", "/api/v1/status", 200, {"version": "1", "programs": [], "ledger_records": 7})
    for wrong in ({"version": "1", "programs": []}, {"version": "1", "programs": [], "ledger_records": "7"},
                  {"version": "1", "programs": [], "ledger_records": 7, "more": 1}):
        with pytest.raises(AssertionError):
            shapes.hold_against_its_schema("GET", "/api/v1/status", 200, wrong)
