"""A FHIR document as nodes that know where they stand, and the notebook of its problems."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nanoward.adapters.formats.problems import MOST, Problem
from nanoward.adapters.formats.values.days import day_of
from nanoward.adapters.formats.values.flags import flag_of
from nanoward.adapters.formats.values.numbers import number_of
from nanoward.base.findings import Finding, in_order

_CLOCK = r"T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?"
_DATE = re.compile(rf"^(\d{{4}})(-\d{{2}})?(-\d{{2}})?({_CLOCK})?$")


def _p(code: str, severity: Any, next_step: str) -> Problem:
    return Problem(code=f"FMT-{code}", severity=severity, next_step=next_step)


NO_FHIR = _p("100", "error", "Send a FHIR R4 Bundle or resource as JSON; nothing is used")
NO_RESOURCE = _p("101", "error", "Give the entry a resource with its type; it is not used")
BAD_FIELD = _p("102", "error", "Correct the field; the resource is not used")
DOUBTFUL_FIELD = _p("103", "warning", "Correct the field; the resource is used without it")
NO_SUBJECT = _p("104", "error", "Tell whom it is about as Patient/ID; it is not used")
NO_CODE = _p("105", "warning", "Code it in LOINC; it is kept under the code as written")
UNUSED = _p("106", "note", "Nothing; no table holds what these resources tell")
TWICE = _p("107", "note", "Nothing; the latest version is used")
NOT_MEANT = _p("108", "note", "Nothing; by its status the resource does not count")
NOT_CONSENT = _p("124", "warning", "Show a consent to this study; this counts as none")
DOUBLE_NAME = _p("123", "error", "Write each name once; the resource is not used")
AS_TEXT = _p("125", "warning", "Write numbers and booleans as JSON does; it was read")
SEVERAL = _p("126", "warning", "Tell versions by meta.versionId; all of them are used")
UNKNOWN_ELEMENT = _p("127", "note", "Nothing, if R4 does not have it; nobody here reads it")
OTHER_UNITS = _p("109", "warning", "Write limits in the unit of the value; they are not used")


class Notes:
    """Findings of one document, each with its path in the JSON; a flood is counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._told: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._last: dict[str, Finding] = {}

    def add(
        self, problem: Problem, message: str, *, path: str = "", row: int | None = None
    ) -> None:
        """Tell one problem at a path such as entry[3].resource.valueQuantity."""
        self._counts[problem.code] += 1
        finding = Finding(
            code=problem.code,
            severity=problem.severity,
            message=message,
            next_step=problem.next_step,
            file=self.file,
            line=row,
            column=path,
        )
        if self._counts[problem.code] <= MOST:
            self._told.append(finding)
        else:
            self._last[problem.code] = finding

    def findings(self) -> tuple[Finding, ...]:
        """All findings in order, with one more for each kind that was cut."""
        rest = [
            Finding(
                code=code,
                severity=last.severity,
                message=f"{self._counts[code] - MOST} more, the last at {last.column}",
                next_step=last.next_step,
                file=self.file,
            )
            for code, last in self._last.items()
        ]
        return in_order([*self._told, *rest])


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A JSON object, its path in the document, and the number of its entry."""

    value: Mapping[str, Any]
    path: str
    row: int
    notes: Notes

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def add_finding(self, problem: Problem, message: str, name: str = "") -> None:
        """A problem of this object, or of one of its fields."""
        path = ".".join(part for part in (self.path, name) if part)
        self.notes.add(problem, message, path=path, row=self.row)

    def text(self, name: str) -> str | None:
        """A text without blanks around it; None where it is absent, blank or no text."""
        found = self.value.get(name)
        if found is None:
            return None
        if isinstance(found, str):
            return found.strip() or None
        self.add_finding(DOUBTFUL_FIELD, f"{name} is no text", name)
        return None

    def number(self, name: str) -> float | None:
        """A finite number; None where it is absent or none."""
        found = self.value.get(name)
        if found is None:
            return None
        if isinstance(found, str) and number_of(found) is not None:
            self.add_finding(AS_TEXT, f"{name} {found[:40]!r} is written as text", name)
            return number_of(found)
        if isinstance(found, int | float) and not isinstance(found, bool):
            try:
                number = float(found)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        self.add_finding(DOUBTFUL_FIELD, f"{str(found)[:40]!r} is no number", name)
        return None

    def day(self, name: str) -> str | None:
        """A date or moment in ISO 8601, partial ones too; one that is none as it is written."""
        told = self.text(name)
        if told is None or _is_date(told):
            return told
        meant = day_of(told)
        what = f"{told[:40]!r} is no date" + (f"; it was read as {meant}" if meant else "")
        self.add_finding(DOUBTFUL_FIELD, what, name)
        return meant or told

    def truth(self, name: str) -> bool | None:
        """A boolean, as JSON or as text; null where it is absent or neither."""
        found = self.value.get(name)
        if found is None or isinstance(found, bool):
            return found
        flag = flag_of(str(found))
        self.add_finding(AS_TEXT, f"{name} {str(found)[:40]!r} is no boolean", name)
        return {"Y": True, "N": False}.get(flag or "")

    def node(self, name: str) -> "Node | None":
        """An object within this one."""
        found = self.value.get(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.add_finding(DOUBTFUL_FIELD, f"{name} is no object", name)
            return None
        return self._within(found, name)

    def nodes(self, name: str) -> "Iterator[Node]":
        """The objects of a list within this one."""
        found = self.value.get(name)
        if found is None:
            return
        if not isinstance(found, list):
            self.add_finding(DOUBTFUL_FIELD, f"{name} is no list", name)
            return
        for place, one in enumerate(found):
            where = f"{name}[{place}]"
            if isinstance(one, dict):
                yield self._within(one, where)
            else:
                self.add_finding(DOUBTFUL_FIELD, f"{where} is no object", where)

    def _within(self, value: Mapping[str, Any], name: str) -> "Node":
        path = f"{self.path}.{name}" if self.path else name
        return Node(value=value, path=path, row=self.row, notes=self.notes)


def _is_date(text: str) -> bool:
    found = _DATE.match(text)
    if found is None:
        return False
    year, month, day = (found[place] for place in (1, 2, 3))
    try:
        date(int(year), int((month or "-01")[1:]), int((day or "-01")[1:]))
    except ValueError:
        return False
    return day is not None or found[4] is None


def concept(node: Node | None) -> tuple[list[tuple[str, str]], str | None]:
    """A CodeableConcept: (system, code) of each coding, and what it is called."""
    if node is None:
        return [], None
    codes, called = [], node.text("text")
    for coding in node.nodes("coding"):
        code = coding.text("code")
        if code:
            codes.append((coding.text("system") or "", code))
        called = called or coding.text("display")
    return codes, called or (codes[0][1] if codes else None)
