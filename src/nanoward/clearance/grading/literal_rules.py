"""Grading tables as they are printed, read from text: a decision list for each term.

One line holds one rule:

    Anemia | low | si g/L | 3 < 80; 2 < 100; need LLN; 1 < LLN

that is term, direction, unit system and unit, optionally for whom (`years >= 18, sex M`), and
steps. Steps are read from left to right and the first that holds gives the grade; with none
the grade is 0. `need LLN` stops without a grade where that is missing. A step may join
conditions with &:

    3 < 80              the value                  3 > 2.5 ULN       x a limit of the laboratory
    2 > ULN + 20        a limit and an offset      4 baseline high & > 4 BASE
    3 change <= -50     per cent from baseline     2 BASE > ULN & > BASE + 20
    none < 10           no grade at all            1 missing BASE & > ULN

A comparison with something missing does not hold. Units are compared as text, without regard
to case; `any` asks for none. A rule without steps grades nobody to whom it applies. This is
the reading of the established R implementation (admiral, derive_var_atoxgr_dir), which is what
a comparison with published grades needs; rules.py holds the tables that the house grades by.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nanoward.base.errors import InputError

Operator = Literal["<", "<=", ">", ">="]
SYSTEMS = ("si", "us")
REFERENCES = ("LLN", "ULN", "BASE", "CHANGE")
_OPERATOR = r"(?P<op><=|>=|<|>)"
_NUMBER = r"-?\d+(?:\.\d+)?"
_AGAINST = re.compile(
    rf"^(?P<left>change|BASE)? ?{_OPERATOR} ?(?P<factor>{_NUMBER})? ?(?P<of>ULN|LLN|BASE)?"
    rf"(?: \+ (?P<plus>{_NUMBER}))?$"
)
_AGE = re.compile(rf"^(?P<unit>days|months|years) {_OPERATOR} (?P<limit>\d+)$")


class BadTableError(InputError):
    """A line of a printed grading table cannot be read."""

    code = "CLR-003"
    next_step = "Write it as `term | low | si g/L | 3 < 80; need LLN; 1 < LLN`."


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitComparison:
    """`left` in comparison to factor x `of` + plus; of "" compares with the factor alone."""

    left: str  # VALUE, BASE or CHANGE
    operator: Operator
    factor: float
    of: str
    plus: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineCondition:
    """The person's own baseline was, or was not, beyond that limit of normal."""

    state: Literal["low", "high"]
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingInput:
    """A limit or the baseline is not known."""

    of: str


Condition = LimitComparison | BaselineCondition | MissingInput


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralStep:
    """The grade when all conditions hold; `needed` alone: no grade where that is missing."""

    grade: int | None = None
    conditions: tuple[Condition, ...] = ()
    needed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """For whom a rule is: completed days, months or years of age, or a sex."""

    of: Literal["days", "months", "years", "sex"]
    operator: Operator = ">="
    limit: int = 0
    sex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralRule:
    """One line of a printed table; unit "" asks for none."""

    term: str
    direction: Literal["low", "high"]
    systems: tuple[str, ...]
    unit: str
    guards: tuple[Guard, ...]
    steps: tuple[LiteralStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralTable:
    """A published table; rules are tried in their order."""

    name: str
    version: str
    citation: str
    rules: tuple[LiteralRule, ...]
    by_term: Mapping[tuple[str, str], tuple[LiteralRule, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        grouped: dict[tuple[str, str], tuple[LiteralRule, ...]] = {}
        for rule in self.rules:
            key = (rule.term.casefold(), rule.direction)
            grouped[key] = (*grouped.get(key, ()), rule)
        object.__setattr__(self, "by_term", grouped)


def literal_rules_of(text: str) -> tuple[LiteralRule, ...]:
    """The rules in lines of text; blank lines and lines that begin with # are left out."""
    rules: list[LiteralRule] = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if plain and not plain.startswith("#"):
            rules.append(_rule(plain, number))
    return tuple(rules)


def _rule(line: str, number: int) -> LiteralRule:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) not in (4, 5) or cells[1] not in ("low", "high"):
        raise BadTableError(f"cannot read {line!r}", line=number)
    system, _, unit = cells[2].partition(" ")
    if system not in (*SYSTEMS, "both", "any"):
        raise BadTableError(f"unknown system of units {system!r}", line=number)
    return LiteralRule(
        term=cells[0],
        direction="low" if cells[1] == "low" else "high",
        systems=(system,) if system in SYSTEMS else SYSTEMS,
        unit=unit.strip(),
        guards=tuple(_guard(one, number) for one in _for_whom(cells)),
        steps=tuple(_step(one.strip(), number) for one in cells[-1].split(";") if one.strip()),
    )


def _for_whom(cells: list[str]) -> list[str]:
    return [one.strip() for one in cells[3].split(",")] if len(cells) == 5 else []


def _guard(text: str, number: int) -> Guard:
    if text.startswith("sex "):
        return Guard(of="sex", sex=text.removeprefix("sex "))
    found = _AGE.match(text)
    if found is None:
        raise BadTableError(f"cannot read for whom: {text!r}", line=number)
    unit: Literal["days", "months", "years"] = found["unit"]  # type: ignore[assignment]
    return Guard(of=unit, operator=_operator(found["op"]), limit=int(found["limit"]))


def _step(text: str, number: int) -> LiteralStep:
    head, _, rest = text.partition(" ")
    if head == "need" and rest in REFERENCES:
        return LiteralStep(needed=rest)
    if head not in ("none", "1", "2", "3", "4"):
        raise BadTableError(f"cannot read step {text!r}", line=number)
    return LiteralStep(
        grade=None if head == "none" else int(head),
        conditions=tuple(_condition(one.strip(), number) for one in rest.split("&")),
    )


def _condition(text: str, number: int) -> Condition:
    if text in ("baseline high", "baseline low", "baseline not high", "baseline not low"):
        state: Literal["low", "high"] = "high" if text.endswith("high") else "low"
        return BaselineCondition(state=state, holds="not" not in text)
    if text.startswith("missing ") and text.removeprefix("missing ") in REFERENCES:
        return MissingInput(of=text.removeprefix("missing "))
    found = _AGAINST.match(text)
    if found is None or not (found["factor"] or found["of"]):
        raise BadTableError(f"cannot read condition {text!r}", line=number)
    return LimitComparison(
        left=(found["left"] or "VALUE").upper(),
        operator=_operator(found["op"]),
        factor=float(found["factor"]) if found["factor"] else 1.0,
        of=found["of"] or "",
        plus=float(found["plus"] or 0),
    )


def _operator(text: str) -> Operator:
    for one in ("<=", ">=", "<", ">"):
        if text == one:
            return one
    raise BadTableError(f"unknown comparison {text!r}")
