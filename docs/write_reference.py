"""Write docs/reference/*.md from the code, so that the reference cannot be out of date."""

import ast
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import nanoward
from nanoward.adapters.formats.roles import file_places
from nanoward.base.entries import ENTRY_TYPES, kind_of
from nanoward.base.errors import NanowardError
from nanoward.base.plan import PlanHead
from nanoward.base.plan_keys.reference_page import reference_page
from nanoward.base.tables import FOUND, INCOMING, TableShape
from nanoward.base.tables.facts import BEFORE_THE_AGENT, FACTS
from nanoward.faces.cli import cli
from nanoward.flows.ledger.open_programme import rules_classes, schema_text
from nanoward.testing.permission_table import permission_cases
from nanoward.wiring.registries import KINDS, offered

sys.path.insert(0, str(Path(__file__).parent))
import finding_pages

HERE = Path(__file__).parent / "reference"
SOURCE = Path(nanoward.__file__).parent
MADE = "<!-- made by `make docs` from the code; do not edit -->\n"


def pages() -> dict[str, str]:
    """Every reference page by file name."""
    return {
        "tables.md": tables_page(),
        "entries.md": entries_page(),
        "errors.md": errors_page(),
        "findings.md": findings_page(),
        "commands.md": commands_page(),
        "ports.md": ports_page(),
        "folders.md": folders_page(),
        "permissions.md": permissions_page(),
        "safety.md": safety_page(),
        "programme.md": with_region("programme.md", "keys", programme_keys()),
        "files.md": with_region("files.md", "roles", file_roles()),
        "programme.schema.json": schema_text(),
        "kinds.md": kinds_page(),
    }


def with_region(page: str, name: str, text: str) -> str:
    """A page as it is written, with the region between its two marks made from the code."""
    begin, end = f"<!-- made from the code: {name} -->", f"<!-- end of {name} -->"
    written = (HERE / page).read_text()
    before, found, rest = written.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"{page} has no region {name!r}")
    return f"{before}{begin}\n\n{text}\n{end}{after}"


def programme_keys() -> str:
    """Every key of every section of programme.toml."""
    return reference_page(PlanHead, rules_classes())


def file_roles() -> str:
    """The files of a programme that somebody reads, as their formats declare them."""
    rows = "".join(
        f"| {', '.join(f'`{name}`' for name in one.names)} | {_cell(one.format)} "
        f"| `{one.role or 'sdtm.DOMAIN'}` | {one.holds} |\n"
        for one in file_places()
    )
    return f"| file | format | role | what it holds |\n|---|---|---|---|\n{rows}"


def kinds_page() -> str:
    """What the registries hold, without what other installed packages offer."""
    head = (
        "# What may be named\n\nEach is declared by one module, found by looking through its"
        " folder ([how to add one](../howto/extend-nanoward.md)); `nanoward kinds` tells what"
        " is installed, other packages' too.\n"
    )
    parts = [MADE, head]
    for kind in KINDS:
        rows = "".join(
            f"| `{one.name}` | {_cell(one.meaning)} | `{one.declared_by}` |\n"
            for one in offered(kind.name, others=False)
        )
        parts.append(
            f"\n## {kind.name.capitalize()}\n\nNamed in: {kind.named_in}.\n\n"
            f"| name | meaning | declared by |\n|---|---|---|\n{rows}"
        )
    return "".join(parts)


def permissions_page() -> str:
    """What the gate answers; a dimension that changes nothing for an act reads "any"."""
    cases = list(permission_cases())
    names = ("standing", "age", "consent", "reading", "lease")
    parts = [
        MADE,
        "# Who may do what\n",
        "Made from `permission` and the gate over every combination of act, standing, its age",
        "(the plan's assessment interval), consent, reading and lease; a test holds it against",
        "rules written by hand (tests/oracles). What is not listed is refused.\n",
        "| act | standing | age of the standing | consent | reading | lease |",
        "|---|---|---|---|---|---|",
    ]
    for act in dict.fromkeys(one.act for one in cases):
        mine = [one for one in cases if one.act == act]
        allowed = [one for one in mine if one.allowed]
        if not allowed:
            parts.append(f"| {act} | never | | | | |")
            continue
        columns = []
        for name in names:
            values = tuple(dict.fromkeys(getattr(one, name) for one in allowed))
            every = {getattr(one, name) for one in mine}
            columns.append("any" if set(values) == every else ", ".join(values))
        parts.append(f"| {act} | {' | '.join(columns)} |")
    return "\n".join(parts) + "\n"


def tables_page() -> str:
    parts = [MADE, "# Tables\n\nThe data model: `nanoward.base.tables`.\n"]
    for title, shapes in (("What comes in", INCOMING), ("What the rooms find", FOUND)):
        parts.append(f"\n## {title}\n")
        parts += [table_section(shape) for shape in shapes]
    return "".join(parts)


def table_section(shape: TableShape) -> str:
    rows = "".join(
        f"| `{one.name}` | {one.kind} | {one.unit} | {'yes' if one.required else 'no'} "
        f"| {one.meaning} |\n"
        for one in shape.columns
    )
    return (
        f"\n### {shape.name}\n\n{shape.meaning}. Key: `{', '.join(shape.key)}`.\n\n"
        f"| column | kind | unit | required | meaning |\n|---|---|---|---|---|\n{rows}"
    )


def entries_page() -> str:
    parts = [MADE, "# Entries\n\nEverything that can be written on the ledger.\n"]
    for kind in ENTRY_TYPES:
        fields = "".join(f"- `{name}`: {hint}\n" for name, hint in annotations(kind))
        parts.append(f"\n## {kind_of(kind)}\n\n{inspect.getdoc(kind)}\n\n{fields}")
    return "".join(parts)


def annotations(kind: type) -> Iterator[tuple[str, str]]:
    for name, hint in inspect.get_annotations(kind).items():
        plain = hint if isinstance(hint, str) else getattr(hint, "__name__", str(hint))
        yield name, str(plain if "[" not in str(hint) and "|" not in str(hint) else hint)


def errors_page() -> str:
    kinds = sorted(all_errors(), key=lambda one: (one.exit_code, one.code, one.__name__))
    rows = "".join(
        f"| {one.code} | {one.exit_code} | `{one.__name__}` | {first_line(one)} "
        f"| {one.next_step} |\n"
        for one in kinds
    )
    return (
        f"{MADE}# Errors\n\nFaults and refusals; problems in data are "
        "[findings](findings.md).\n\n| code | exit | name | meaning | what to do |\n"
        f"|---|---|---|---|---|\n{rows}"
    )


def problem_texts() -> str:
    """The same for the pages /problems/CODE of the service, as JSON."""
    told = {
        one.code: {"title": first_line(one).rstrip("."), "next_step": one.next_step}
        for one in sorted(all_errors(), key=lambda one: one.code)
        if "code" in vars(one)
    }
    return json.dumps(told, indent=1, ensure_ascii=True) + "\n"


def all_errors() -> set[type[NanowardError]]:
    for module in pkgutil.walk_packages([str(SOURCE)], "nanoward."):
        if ".testing" not in module.name:
            importlib.import_module(module.name)
    found, open_ = {NanowardError}, [NanowardError]
    while open_:
        for kind in open_.pop().__subclasses__():
            if kind.__module__.startswith("nanoward.") and kind not in found:
                found.add(kind)
                open_.append(kind)
    return found


def first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n", maxsplit=1)[0]


def safety_page() -> str:
    """Every mutation and every rewrite of the safety suite, one line each with its source."""
    folder = HERE.parents[1] / "tests" / "safety"
    sys.path.insert(0, str(folder))
    try:
        losses, fhir, rewrites = (
            importlib.import_module(name)
            for name in ("safety_losses", "safety_fhir", "safety_rewrites")
        )
    finally:
        sys.path.remove(str(folder))
    told = [*losses.mutations(), *fhir.fhir_mutations()]
    rows = "".join(
        f"| {_cell(one.name)} | {_right(one)} | {_cell(one.source)} |\n" for one in told
    )
    same = "".join(f"- {_cell(one.name)}\n" for one in rewrites.rewrites())
    return (
        f"{MADE}# The safety suite\n\nA programme in which everybody is rightly cleared, and"
        f" {len(told)} changes after each of which one person must not go on in silence"
        " (`tests/safety`, `make safety`). The right answer is written from the source beside"
        " it.\n\n| change | right answer | source |\n|---|---|---|\n"
        f"{rows}\n## Rewrites after which nothing changes\n\n{same}"
    )


def _right(one: Any) -> str:
    told = ", or told as doubtful" if "told" in one.right else ""
    words = {frozenset({"held", "recalled"}): "held or recalled"}
    return words.get(one.right, "held, recalled, left or died") + told


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def findings_page() -> str:
    asked = open_questions()
    problems = finding_pages.findings_page(no_findings())
    return f"{MADE}{problems}{open_questions_section(asked)}{facts_section()}"


def no_findings() -> set[str]:
    """Codes of errors and of open questions, which have tables of their own."""
    return {one.code for one in all_errors()} | {code for code, *_ in open_questions()}


def open_questions_section(asked: list[tuple[str, str, str]]) -> str:
    rows = "".join(f"| {code} | {_cell(told)} | {where} |\n" for code, told, where in asked)
    return (
        "\n## Open questions\n\nWhat data cannot answer, table `undecided`: each says why, and "
        f"what would give an answer.\n\n| code | question | asked by |\n|---|---|---|\n{rows}"
    )


def facts_section() -> str:
    rows = "".join(f"| {one.room} | {one.name} | {one.meaning} |\n" for one in FACTS)
    return (
        "\n## Figures of a round\n\nWhat a room tells that is no table, in `round.json` under "
        f"`facts`.\n\n| room | name | meaning |\n|---|---|---|\n{rows}"
    )


def open_questions() -> list[tuple[str, str, str]]:
    """Code, question and module of every `Undecided` in the sources."""
    found = []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        name = path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Undecided":
                given = {one.arg: one.value for one in node.keywords}
                code = ast.unparse(given["code"]).strip("'\"") if "code" in given else ""
                if finding_pages.CODE.match(code):
                    found.append((code, _question(given["question"]), f"`{name}`"))
    return sorted(found)


def _question(node: ast.expr) -> str:
    """A question as it is written, ... for what differs from one to the next."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "..." for one in node.values)
        return "".join(map(str, parts))
    if isinstance(node, ast.Name) and node.id == "QUESTION":
        return BEFORE_THE_AGENT
    return "..."


def commands_page() -> str:
    parts = [MADE, "# Commands\n"]
    parts += [f"\n## {path}\n\n```\n{text}\n```\n" for path, text in helps(cli, "nanoward")]
    return "".join(parts)


def helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=path, terminal_width=88, max_content_width=88)
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from helps(inner, f"{path} {name}")


def ports_page() -> str:
    parts = [MADE, "# Ports\n\nWhat the flows need from the world.\n"]
    for path in sorted((SOURCE / "ports").glob("*.py")):
        module = importlib.import_module(f"nanoward.ports.{path.stem}")
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                parts.append(f"\n## {name}\n\n{inspect.getdoc(kind)}\n\n{methods(kind)}")
    return "".join(parts)


def folders_page() -> str:
    """What each folder of the house knows and may import, as its `__init__` says."""
    parts = [
        MADE,
        "# Folders\n\nWhat each knows, and what it may import.\n\n",
        "| folder | charter |\n|---|---|\n",
    ]
    for charter in sorted(SOURCE.rglob("__init__.py")):
        said = ast.get_docstring(ast.parse(charter.read_text(encoding="utf-8"))) or ""
        name = charter.parent.relative_to(SOURCE.parent).as_posix()
        parts.append(f"| `{name}` | {' '.join(said.split())} |\n")
    return "".join(parts)


def methods(kind: type) -> str:
    rows = [
        f"- `{name}`: {' '.join((inspect.getdoc(member) or '').split())}\n"
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]
    return "".join(rows)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (HERE / name).write_text(text)
    (SOURCE / "faces" / "service" / "problem_texts.json").write_text(problem_texts())


if __name__ == "__main__":
    main()
