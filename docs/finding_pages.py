"""Meaning and remedy of each code of a finding, out of the code that tells it.

The message that a code is told with is its meaning; an ellipsis stands for each name or number
in it. Its remedy is the next step that it is told with, or that a table of its module has.
finding_texts.toml has what no single sentence of the code says.
"""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nanoward

SOURCE = Path(nanoward.__file__).parent
CODE = re.compile(r"^(?!SHA-)[A-Z]{3}-\d{3}$")
STEPS = ("next_step", "close", "step")  # arguments that hold a remedy
LEFT_OUT = ("simulation", "testing", "faces", "client")  # plant, show or pass on, tell none
NO_FINDING = ("Undecided",)  # codes of theirs are told on a page of their own
TEXTS = Path(__file__).parent / "finding_texts.toml"


@dataclass(kw_only=True)
class FindingCode:
    """One code: who tells it, what it means, what to do about it."""

    code: str
    told_by: set[str] = field(default_factory=set)
    meanings: list[str] = field(default_factory=list)
    remedies: list[str] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        return next(iter(self.meanings), "")

    @property
    def remedy(self) -> str:
        return next(iter(self.remedies), "")


def finding_codes(errors: Iterable[str]) -> dict[str, FindingCode]:
    """Every code that a module of the house tells, and no error has."""
    known, found = set(errors), dict[str, FindingCode]()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] in LEFT_OUT:
            continue
        name = path.relative_to(SOURCE.parent).with_suffix("").as_posix().replace("/", ".")
        module = _Module(
            path.read_text(), importlib.import_module(name.removesuffix(".__init__"))
        )
        for code, meaning, remedy in module.told():
            if code not in known:
                one = found.setdefault(code, FindingCode(code=code))
                one.told_by.add(name.removeprefix("nanoward."))
                one.meanings += [meaning] if meaning else []
                one.remedies += [remedy] if remedy else []
    for code, texts in tomllib.loads(TEXTS.read_text()).items():
        one = found.setdefault(code, FindingCode(code=code))
        one.meanings[:0] = [texts["meaning"]] if "meaning" in texts else []
        one.remedies[:0] = [texts["remedy"]] if "remedy" in texts else []
    return dict(sorted(found.items()))


def findings_page(errors: Iterable[str]) -> str:
    """The reference page: a row for each code."""
    rows = "".join(
        f"| {one.code} | {_cell(one.meaning)} | {_cell(one.remedy)} "
        f"| {', '.join(f'`{name}`' for name in sorted(one.told_by))} |\n"
        for one in finding_codes(errors).values()
    )
    return (
        "# Findings\n\nProblems in data, as codes. A finding says file, line, column and what"
        " to do; the run goes on with\nwhat is sound. An ellipsis stands for the name or"
        " number that it tells. Faults and refusals are\n[errors](errors.md).\n\n"
        f"| code | meaning | what to do | told by |\n|---|---|---|---|\n{rows}"
    )


def declared_twice() -> dict[str, set[str]]:
    """Codes that two constants declare with two remedies: one of them means something else."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in LEFT_OUT and path.stem != "__init__":
            name = path.relative_to(SOURCE.parent).with_suffix("").as_posix().replace("/", ".")
            for value in vars(importlib.import_module(name)).values():
                if type(value).__name__ in ("Problem", "Finding"):
                    found.setdefault(value.code, set()).add(value.next_step)
    return {code: steps for code, steps in found.items() if len(steps) > 1}


def _cell(text: str) -> str:
    told = " ".join(text.split()).strip(" ;:.")
    return told.replace("{}", "…").replace("|", "\\|").replace("*", "\\*")


class _Module:
    """A module as text and as it is loaded: names in the text are looked up in what it has."""

    def __init__(self, text: str, loaded: Any) -> None:
        self.tree, self.loaded = ast.parse(text), vars(loaded)
        self.parents = {
            child: one for one in ast.walk(self.tree) for child in ast.iter_child_nodes(one)
        }

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Code, meaning and remedy, each "" where this place does not say it."""
        yield from _of_tables(self.loaded)
        for one in ast.walk(self.tree):
            if not isinstance(one, ast.Constant | ast.Name | ast.Attribute):
                continue
            for code, remedy in self.codes(one):
                holder = self.parents.get(one)
                while isinstance(holder, ast.keyword | ast.IfExp | ast.Starred):
                    holder = self.parents[holder]
                if isinstance(holder, ast.Call | ast.Tuple) and not self._is_other(holder):
                    texts, steps = self._texts(holder, one)
                    meaning = texts[0] if texts else ""
                    steps += texts[1:2]
                    yield code, meaning, next(iter(steps), remedy)
                elif isinstance(one, ast.Constant):
                    yield code, "", remedy

    def codes(self, node: ast.expr) -> list[tuple[str, str]]:
        """Codes that an expression is, each with the remedy that its object has."""
        if isinstance(node, ast.Constant):
            is_code = isinstance(node.value, str) and CODE.match(node.value)
            return [(str(node.value), "")] if is_code else []
        value = self._value(node)
        code = getattr(value, "code", value)
        if isinstance(code, str) and CODE.match(code) and not isinstance(value, type):
            return [(code, str(getattr(value, "next_step", "")))]
        return []

    def _value(self, node: ast.expr) -> Any:
        """What a name or an attribute of a module is, None for anything else."""
        if isinstance(node, ast.Name):
            return self.loaded.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self.loaded.get(node.value.id)
            return getattr(owner, node.attr, None) if hasattr(owner, "__spec__") else None
        return None

    def _is_other(self, holder: ast.expr) -> bool:
        return isinstance(holder, ast.Call) and ast.unparse(holder.func) in NO_FINDING

    def _texts(
        self, holder: ast.Call | ast.Tuple, code: ast.expr
    ) -> tuple[list[str], list[str]]:
        """Sentences that stand beside a code in order, and those named as its next step."""
        if isinstance(holder, ast.Tuple):
            beside: list[ast.expr] = list(holder.elts)
            named: dict[str | None, ast.expr] = {}
        else:
            beside = list(holder.args)
            named = {one.arg: one.value for one in holder.keywords}
        steps = [
            text for key in STEPS if key in named and (text := self._text(named[key], code))
        ]
        others = [
            value for key, value in named.items() if key not in (*STEPS, "file", "column")
        ]
        if "message" in named:
            others = [named["message"]]
        return [text for one in (*beside, *others) if (text := self._text(one, code))], steps

    def _text(self, node: ast.expr, near: ast.expr) -> str:
        """A sentence as it is written; "" for anything that is none."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value if " " in node.value.strip() else ""
        if isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.Constant) else "…" for one in node.values)
            text = "".join(map(str, parts))
            return text if " " in text.strip() else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._text(node.left, near) + self._text(node.right, near)
        if isinstance(node, ast.IfExp):
            return self._text(node.body, near) or self._text(node.orelse, near)
        if isinstance(node, ast.Name):
            found = self._assigned(node.id, near)
            if found is not None:
                return self._text(found, near)
            value = self.loaded.get(node.id)
            return value if isinstance(value, str) and " " in value else ""
        return ""

    def _assigned(self, name: str, near: ast.expr) -> ast.expr | None:
        """What a local name was last given before the line where the code stands."""
        holder: ast.AST | None = near
        while holder is not None and not isinstance(holder, ast.FunctionDef):
            holder = self.parents.get(holder)
        if holder is None:
            return None
        given = [
            one
            for one in ast.walk(holder)
            if isinstance(one, ast.Assign)
            and ast.unparse(one.targets[0]) == name
            and one.lineno <= near.lineno
        ]
        return max(given, key=lambda one: one.lineno).value if given else None


def _of_tables(loaded: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What tables and constants of a module say of codes: mostly their remedies."""
    for value in loaded.values():
        if isinstance(value, Mapping):
            for code, told in value.items():
                if not (isinstance(code, str) and CODE.match(code)):
                    continue
                texts = [told] if isinstance(told, str) else told
                texts = texts if isinstance(texts, list | tuple) else []
                texts = [one for one in texts if isinstance(one, str) and " " in one]
                yield code, texts[0] if len(texts) > 1 else "", texts[-1] if texts else ""
        elif not isinstance(value, type) and CODE.match(str(getattr(value, "code", ""))):
            yield value.code, getattr(value, "message", ""), getattr(value, "next_step", "")
