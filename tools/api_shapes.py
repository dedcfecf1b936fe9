#!/usr/bin/env python3
"""What the API's requests and answers look like: web/src/shapes.ts, the types of the pages, read as JSON Schema.

  api_shapes.py generate ROOT OUT.cpp    puts it into the portal
  api_shapes.py json ROOT                prints it
  api_shapes.py infer RECORD.jsonl OPENAPI.json
                                         schemas that fit what was recorded (FVM_API_RECORD=RECORD.jsonl ./run test functional), to write a new one from:
                                         what was not seen is not in them
  api_shapes.py docs OPENAPI.json        the routes as a table, for docs/api.md
"""
import json
import pathlib
import re
import sys


class Reader:
    """The part of TypeScript that shapes.ts is written in."""

    def __init__(self, text):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
        self.words = re.findall(r'"[^"]*"|[A-Za-z_]\w*|[^\s\w]', text)
        self.at = 0

    def next(self, wanted=None):
        word = self.words[self.at]
        if wanted is not None and word != wanted:
            raise SystemExit(f"web/src/shapes.ts: '{wanted}' expected at: {' '.join(self.words[self.at:self.at + 12])}")
        self.at += 1
        return word

    def is_next(self, word):
        if self.at < len(self.words) and self.words[self.at] == word:
            self.at += 1
            return True
        return False

    def members(self):
        """{name: (type, required)}; an index signature is under None."""
        found = {}
        self.next("{")
        while not self.is_next("}"):
            name = self.next()
            if name == "[":
                self.next(), self.next(":"), self.next("string"), self.next("]"), self.next(":")
                found[None] = (self.type(), False)
            else:
                optional = self.is_next("?")
                self.next(":")
                found[name.strip('"')] = (self.type(), not optional)
            self.is_next(";") or self.is_next(",")
        return found

    def one(self):
        word = self.words[self.at]
        if word == "{":
            return object_schema(self.members())
        self.at += 1
        if word.startswith('"'):
            return {"const": word.strip('"')}
        if word == "Record":
            self.next("<"), self.next("string"), self.next(",")
            values = self.type()
            self.next(">")
            return {"type": "object", "additionalProperties": values}
        if word == "unknown":
            return {}
        if word in ("string", "number", "boolean", "null", "integer"):
            return {"type": word}
        return {"$ref": f"#/components/schemas/{word}"}

    def type(self):
        options = []
        while True:
            each = self.one()
            while self.is_next("["):
                self.next("]")
                each = {"type": "array", "items": each}
            options.append(each)
            if not self.is_next("|"):
                break
        if len(options) == 1:
            return options[0]
        if all(set(each) == {"type"} for each in options):
            return {"type": [each["type"] for each in options]}
        if all("const" in each for each in options):
            return {"enum": [each["const"] for each in options]}
        return {"anyOf": options}


def object_schema(members):
    named = {name: schema for name, (schema, _) in members.items() if name is not None}
    return {"type": "object", "properties": named, "required": [name for name, (_, required) in members.items() if required],
            "additionalProperties": None in members}


def words_of(schema):
    """Literal types as what they say: {name: "…"} of an object, ["…"] of a choice."""
    if "properties" in schema:
        return {name: each["const"] for name, each in schema["properties"].items()}
    return [schema["const"]] if "const" in schema else schema["enum"]


def route_of(schema):
    parts, out = schema["properties"], {}
    for part in ("body", "answer"):
        choices = parts.get(part, {}).get("anyOf", [parts.get(part, {})])
        named = [each["$ref"].rpartition("/")[2] for each in choices if "$ref" in each]
        others = words_of(parts[{"body": "accepts", "answer": "types"}[part]]) if {"body": "accepts", "answer": "types"}[part] in parts else []
        if named or others:
            out[part] = named + others
    for part in ("query", "headers"):
        if part in parts:
            out[part] = words_of(parts[part])
    return out


def shapes(root):
    reader = Reader((root / "web" / "src" / "shapes.ts").read_text(encoding="utf-8"))
    schemas = {}
    while reader.at < len(reader.words):
        reader.next("export")
        if reader.next() == "type":
            name = reader.next()
            reader.next("=")
            schemas[name] = reader.type()
            reader.next(";")
        else:
            name = reader.next()
            schemas[name] = object_schema(reader.members())
    schemas.pop("integer")
    routes = schemas.pop("Routes")["properties"]
    return {"routes": {key: route_of(each) for key, each in routes.items()}, "schemas": schemas}


def generate(root, out):
    text = json.dumps(shapes(root), ensure_ascii=False)
    pieces = [text[i:i + 8000] for i in range(0, len(text), 8000)]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text('#include "api/shapes.hpp"\nnamespace fvm::api {\nconst std::string_view api_shapes =\n    '
                   + "\n    ".join(json.dumps(piece, ensure_ascii=False) for piece in pieces) + ";\n}\n", encoding="utf-8")


def schema_of(values):
    """A schema that all of `values` fit."""
    types, out = set(), {}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null", list: "array", dict: "object"}
    for value in values:
        types.add(kinds[type(value)])
    if {"integer", "number"} <= types:
        types.discard("integer")
    out["type"] = sorted(types) if len(types) > 1 else next(iter(types))
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = list(dict.fromkeys(name for value in objects for name in value))
        out["properties"] = {name: schema_of([value[name] for value in objects if name in value]) for name in names}
        out["required"] = [name for name in names if all(name in value for value in objects)]
        out["additionalProperties"] = False
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        out["items"] = schema_of(items)
    return out


def pattern_of(path, patterns):
    for pattern in patterns:
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)), path):
            return pattern
    return None


def infer(record, openapi):
    patterns = sorted(json.loads(openapi.read_text())["paths"], key=lambda each: each.count("{"))
    bodies, answers = {}, {}
    for line in record.read_text().splitlines():
        seen = json.loads(line)
        pattern = pattern_of(seen["path"], patterns)
        if pattern and seen["status"] < 300:
            key = f"{seen['method']} {pattern}"
            answers.setdefault(key, []).append(seen["answer"])
            if seen["body"] is not None:
                bodies.setdefault(key, []).append(seen["body"])
    return {key: {"answer": schema_of(answers[key]), **({"body": schema_of(bodies[key])} if key in bodies else {})} for key in sorted(answers)}


def docs(openapi):
    lines = ["# The API", "", "Made from the route table by `tools/api_shapes.py docs`; the whole description is `GET /api/v1/openapi.json` (OpenAPI 3.1). Who: the roles of which",
             "one is needed, and what is asked beside it; who may take which step of a case, a release and a breach stands in the tables of states beside this file. A route that one may not use",
             "answers as if it were not there, or 403 with the reason. Lists that grow take `limit` and `after`; GET behind a login answers with an ETag.", "",
             "| route | does | who | asks for |", "|---|---|---|---|"]
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            asks = ["a session"] if operation["security"] else []
            step_up = operation.get("x-step-up", [])
            asks += ["MitID anew"] if step_up == ["*"] else [f"MitID anew for {', '.join(step_up)}"] if step_up else []
            anybody = "any account" if operation["security"] else "anybody"
            who = "; ".join(filter(None, (", ".join(operation.get("x-roles", [])), operation.get("x-who")))) or anybody
            lines.append(f"| `{method.upper()} {path}` | {operation['summary']} | {who} | {'; '.join(asks) or 'nothing'} |")
    return "\n".join(lines) + "\n"


def main():
    verb, first = sys.argv[1], pathlib.Path(sys.argv[2])
    if verb == "generate":
        generate(first, pathlib.Path(sys.argv[3]))
    elif verb == "json":
        print(json.dumps(shapes(first), indent=1, ensure_ascii=False))
    elif verb == "infer":
        print(json.dumps(infer(first, pathlib.Path(sys.argv[3])), indent=1, ensure_ascii=False))
    else:
        print(docs(json.loads(first.read_text(encoding="utf-8"))), end="")


if __name__ == "__main__":
    main()
