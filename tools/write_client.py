"""Write src/nanoward/client/rooms/*.py from the API's own document (OpenAPI 3.1).

    python tools/write_client.py          writes
    python tools/write_client.py --check  says whether what stands there is of now

One dataclass for each model, one class for each part, one method for each operation.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "nanoward" / "client" / "rooms"
MADE = "# made by tools/write_client.py from the API's document; do not edit"
PARTS = {  # tag of the document to module
    "way out": "clearance", "clearance": "clearance", "consent": "clearance",
    "control": "control", "watch": "watch", "audit": "audit", "agents": "agents",
    "catalogue": "catalogue", "bonds": "bonds", "tuning": "tuning", "rounds": "rounds",
    "findings": "findings", "files": "files", "visits": "visits", "agreements": "agreements",
    "messages": "messages", "council": "council", "cases": "cases",
    "urgent reports": "urgent",
}  # fmt: skip
BY_HAND = {"events", "reads", "document"}  # streams and files: written by hand
SHARED = "shared"
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
FORMS = {"date": "date", "date-time": "datetime"}
QUOTED = """


def _quoted(value: object) -> str:
    return quote(str(value), safe="")"""
METHODS = ("get", "post", "put", "patch", "delete")


def class_name(schema: str) -> str:
    """Page_PersonRow_ is PersonRowPage."""
    page = re.fullmatch(r"Page_(\w+?)_", schema)
    return f"{page[1]}Page" if page else schema


def kind_of(schema: dict[str, Any]) -> str:
    """A schema as a Python annotation."""
    if "$ref" in schema:
        return class_name(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        none = len(kinds) < len(schema["anyOf"])
        return kind_of(kinds[0]) + (" | None" if none else "")
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(repr(one) for one in values)}]"
    if schema.get("type") == "array":
        return f"list[{kind_of(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties", {})
        return f"dict[str, {kind_of(inner if isinstance(inner, dict) else {})}]"
    if schema.get("type") == "string" and schema.get("format") in FORMS:
        return FORMS[schema["format"]]
    return PLAIN.get(str(schema.get("type")), "Any")


def refs(value: Any) -> set[str]:
    """Names of schemas that a part of the document speaks of."""
    if isinstance(value, dict):
        found = {value["$ref"].rsplit("/", 1)[1]} if "$ref" in value else set()
        return found.union(*(refs(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(refs(one) for one in value))
    return set()


def default_of(schema: dict[str, Any], kind: str) -> str:
    """The default of a field that need not be there."""
    value = schema.get("default")
    if kind.startswith("list["):
        return "field(default_factory=list)"
    if kind.startswith("dict["):
        return "field(default_factory=dict)"
    return repr(value)


def dataclass_text(name: str, schema: dict[str, Any]) -> str:
    """One model as a frozen dataclass."""
    said = str(schema.get("description", "One page of a list; `next` is null on the last."))
    told = " ".join(said.split("\n\n", maxsplit=1)[0].split())
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {class_name(name)}:"]
    lines += [f'    """{shortened(told)}"""', ""]
    required = set(schema.get("required", ()))
    for one, inner in schema.get("properties", {}).items():
        kind = kind_of(inner)
        end = "" if one in required else f" = {default_of(inner, kind)}"
        lines.append(f"    {one}: {kind}{end}")
    return "\n".join(lines)


def shortened(text: str, most: int = 84) -> str:
    """A docstring's first line."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:") + " ..."


def in_order(names: set[str], schemas: dict[str, Any]) -> list[str]:
    """Models, each behind those that it holds."""
    found: list[str] = []

    def add(name: str) -> None:
        for one in sorted(refs(schemas[name]) & names):
            if one not in found and one != name:
                add(one)
        if name not in found:
            found.append(name)

    for name in sorted(names):
        add(name)
    return found


def operations(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by module, with their paths and methods."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            tag = one["tags"][0]
            if method in METHODS and tag not in BY_HAND:
                found.setdefault(PARTS[tag], []).append({**one, "path": path, "method": method})
    return found


def method_name(one: dict[str, Any]) -> str:
    name = one["summary"].strip().lower().replace(" ", "_")
    return name.removesuffix("_table") if name.endswith("_table") else name


def parameters(one: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """(what a method takes, its arguments for the path, those for the query)."""
    path, query, more = [], [], []
    for told in one.get("parameters", ()):
        kind, name = kind_of(told["schema"]), told["name"]
        if told["in"] == "path":
            path.append(f"{name}: {kind}")
        elif told["in"] == "query" and name != "format":
            plain = name.replace("-", "_")
            end = "" if told.get("required") else f" = {told['schema'].get('default')!r}"
            query.append(f"{plain}: {kind}{end}")
        elif name == "Idempotency-Key":
            more.append("key: str | None = None")
        elif name == "If-Match":
            more.append("version: int | None = None")
    query.sort(key=lambda text: "=" in text)
    return path, query, more


def method_text(one: dict[str, Any]) -> str:
    """One operation as a method."""
    path, query, more = parameters(one)
    content = one.get("requestBody", {}).get("content", {})
    body = ""
    if "application/json" in content:
        kind = kind_of(content["application/json"]["schema"])
        body = f"body: {kind}" + (" = None" if kind.endswith("| None") else "")
    elif content:
        body = "body: bytes"
    first = [body] if body and "=" not in body else []
    rest = [body] if body and not first else []
    takes = ["self", *path, *first]
    named = [*query, *rest, *more]
    if named:
        takes += ["*", *named]
    answers = answer_kind(one)
    told = shortened(
        " ".join(one.get("description", one["summary"]).split("\n\n")[0].split()), 76
    )
    target = f'f"{one["path"]}"' if "{" in one["path"] else f'"{one["path"]}"'
    for name in re.findall(r"\{(\w+)\}", one["path"]):
        target = target.replace("{" + name + "}", "{_quoted(" + name + ")}")
    gives = [f'"{one["method"].upper()}"', target]
    names = [part.split(":")[0] for part in query]
    if names:
        gives.append("query={" + ", ".join(f'"{name}": {name}' for name in names) + "}")
    gives += ["body=body"] if body else []
    gives += ["key=key"] if any(part.startswith("key:") for part in more) else []
    gives += ["version=version"] if any(part.startswith("version:") for part in more) else []
    lines = [f"    def {method_name(one)}({', '.join(takes)}) -> {answers}:"]
    lines.append(f'        """{told}"""')
    if answers == "bytes":
        lines.append(f"        return self._transport.send({', '.join(gives)}).content")
    else:
        lines.append(f"        return self._transport.ask({answers}, {', '.join(gives)})")
    return "\n".join(lines)


def answer_kind(one: dict[str, Any]) -> str:
    for status, told in one["responses"].items():
        if status.startswith("2"):
            schema = told.get("content", {}).get("application/json", {}).get("schema")
            return kind_of(schema) if schema else "bytes"
    return "bytes"


def closure(names: set[str], schemas: dict[str, Any]) -> set[str]:
    """Models and those that they hold."""
    found: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        if name not in found and name in schemas:
            found.add(name)
            left |= refs(schemas[name])
    return found


def pages(document: dict[str, Any]) -> dict[str, str]:
    """Every file by its name."""
    schemas = document["components"]["schemas"]
    parts = operations(document)
    used = {part: closure(refs(many), schemas) - {"Problem"} for part, many in parts.items()}
    common = {name for name in schemas if sum(name in many for many in used.values()) > 1}
    files = {f"{SHARED}.py": shared_text(common, schemas)}
    for part, many in sorted(parts.items()):
        own, others = used[part] - common, used[part] & common
        files[f"{part}.py"] = part_text(part, many, own, others, schemas)
    return files


def shared_text(names: set[str], schemas: dict[str, Any]) -> str:
    head = f'"""Models that several parts of the API share."""\n\n{MADE}\n\n'
    body = "\n\n\n".join(
        dataclass_text(name, schemas[name]) for name in in_order(names, schemas)
    )
    return head + imports(body) + "\n\n" + body + "\n"


def part_text(
    part: str,
    many: list[dict[str, Any]],
    own: set[str],
    common: set[str],
    schemas: dict[str, Any],
) -> str:
    models = [dataclass_text(name, schemas[name]) for name in in_order(own, schemas)]
    methods = "\n\n".join(method_text(one) for one in many)
    title = "".join(word.title() for word in part.split("_"))
    group = (
        f"class {title}Part:\n"
        f'    """The part of the API about {part}."""\n\n'
        "    def __init__(self, transport: Transport) -> None:\n"
        "        self._transport = transport\n\n"
        f"{methods}"
    )
    body = "\n\n\n".join([*models, group])
    more = "from nanoward.client.transport import Transport\n"
    if common:
        names = ", ".join(sorted(class_name(one) for one in common))
        more = f"from nanoward.client.rooms.shared import {names}\n{more}"
    if "_quoted(" in body:
        body += (
            '\n\n\ndef _quoted(value: object) -> str:\n    return quote(str(value), safe="")'
        )
    head = f'"""{title}: models and operations."""\n\n{MADE}\n\n'
    return head + imports(body) + "\n" + more + "\n\n" + body + "\n"


def imports(body: str) -> str:
    """The lines of the standard library that a body needs."""
    lines = []
    if "@dataclass" in body:
        more = ", field" if "field(default" in body else ""
        lines.append(f"from dataclasses import dataclass{more}")
    days = [name for name in ("date", "datetime") if re.search(rf"\b{name}\b", body)]
    if days:
        lines.append(f"from datetime import {', '.join(days)}")
    words = [name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", body)]
    if words:
        lines.append(f"from typing import {', '.join(words)}")
    if "_quoted(" in body:
        lines.append("from urllib.parse import quote")
    return "\n".join(lines) + "\n"


def written() -> dict[str, str]:
    """The files as they should be, formatted."""
    from fastapi import FastAPI

    from nanoward.faces.service.api.openapi import api_document
    from nanoward.faces.service.api.routers import API

    app = FastAPI(openapi_url=None)
    for one in API:
        app.include_router(one)
    return {name: formatted(text) for name, text in pages(api_document(app)).items()}


def formatted(text: str) -> str:
    ruff = Path(sys.executable).parent / "ruff"
    config = ("--config", str(ROOT / "pyproject.toml"))
    for command in (["check", "--select", "I", "--fix", "-q"], ["format"]):
        text = subprocess.run(
            [str(ruff), *command, *config, "--stdin-filename", "x.py", "-"],
            input=text, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return text


def held(name: str) -> str:
    """What stands there."""
    file = FOLDER / name
    return file.read_text() if file.exists() else ""


def main() -> None:
    files = written()
    if "--check" in sys.argv:
        late = [name for name, text in files.items() if held(name) != text]
        print("out of date: " + ", ".join(late) if late else "of now")
        sys.exit(bool(late))
    for name, text in files.items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
