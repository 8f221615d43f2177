"""The closed vocabulary of terms: what a paragraph of an agreement can say to a machine.

Anything else is refused and not ignored: an unread term may be the one that costs something.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.money import MoneyError, minor_units
from nanoward.programme.agreements.events import canonical_all

_PAY = (
    "per amount what weeks burden when forfeit on units within_days at_share share lost_if by"
    " prorated open_to"
)
VOCABULARY: Mapping[str, str] = {
    "pay": _PAY,
    "bonus": "amount share when on at_share lost_if prorated forfeit",
    "tier": "amount at_share",
    "refund": "what cap receipts amount on per within_days",
    "fee": "to per amount on what lost_if",
    "third": "to per amount on what lost_if",
    "clawback": "on per amount share what",
    "deduct": "on per amount share what cap",
    "charge": "on per amount share what cap",
    "deposit": "amount returned on what",
    "hold": "what on until",
    "group": "amount lost_if on",
    "lodging": "notice_days on type what amount per",
    "care": "on given amount what until",
    "delay": "days on",
    "condition": "on needs",
    "late": "on days",
    "draw": "amount open_to on",
    "waive": "what on",
    "debt": "to amount on what due_on",
    "ban": "on what days years",
    "duty": "who what measure on per",
    "measure": "what window minimum_n target quality on",
    "penalty": "to on amount scale cap share heard what per",
    "conduct": "on effect what",
    "confidentiality": "what on who",
    "data": "codes what on",
    "dispute": "steps days what on",
    "tax": "what on country year",
}
_KINDS: Mapping[str, str] = {
    "payment": "pay", "salary": "pay", "stipend": "pay", "compensation": "pay",
    "completion": "bonus", "completion bonus": "bonus", "retention bonus": "bonus",
    "attendance": "tier", "attendance tier": "tier", "reimburse": "refund",
    "reimbursement": "refund", "expenses": "refund", "travel": "refund",
    "third party": "third", "partner": "third", "commission": "third",
    "repay": "clawback", "repayment": "clawback", "deduction": "deduct", "withhold": "deduct",
    "fine": "charge", "damages": "charge", "documents": "hold", "passport": "hold",
    "retain": "hold", "household": "group", "housing": "lodging", "residence": "lodging",
    "follow-up": "care", "follow up": "care", "medical care": "care", "notice": "delay",
    "notice period": "delay", "approval": "condition", "payout": "late", "settlement": "late",
    "lottery": "draw", "raffle": "draw", "waiver": "waive", "exculpatory": "waive",
    "loan": "debt", "advance": "debt", "rent": "debt", "re-entry": "ban", "reentry": "ban",
    "reentry ban": "ban", "re-entry ban": "ban", "exclude": "ban", "exclusion": "ban",
    "kpi": "measure", "confidential": "confidentiality", "secrecy": "confidentiality",
    "data use": "data", "arbitration": "dispute",
}  # fmt: skip
_KEYS: Mapping[str, str] = {
    "event": "on", "reasons": "on", "reason": "on", "when_due": "due_on", "recipient": "to",
    "party": "to", "lasts_days": "days", "notice": "notice_days", "requires": "needs",
    "open": "open_to", "eligible": "open_to", "depends_on": "lost_if", "if": "lost_if",
    "consequence": "effect", "threshold": "at_share", "attendance": "at_share",
    "min_attendance": "at_share", "min_share": "at_share", "rises_with": "by",
    "scales_with": "by", "depends": "by", "level": "by", "purpose": "what", "for": "what",
    "pro_rata": "prorated", "nights": "units", "hours": "units", "count": "units",
    "maximum": "cap", "max": "cap",
}  # fmt: skip
_LISTS = ("on", "forfeit", "returned", "due_on")
_WHOLE = ("days", "notice_days", "within_days", "minimum_n", "years")
_MONEY = ("amount", "cap")
PAID_PER = frozenset(
    [
        "visit",
        "week",
        "weekly visit",
        "session",
        "sample",
        "step",
        "test",
        "diary",
        "questionnaire",
        "dose",
        "dosing visit",
        "hour",
        "night",
        "day",
        "month",
        "four weeks",
        "quarter",
        "complete",
        "completion",
        "completer",
        "study",
        "programme",
        "end",
        "safety",
        "safety visit",
        "follow-up",
        "follow-up visit",
        "dose level",
        "risk",
        "risk level",
        "level",
    ]
)
_NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {  # one of each group
    "pay": (("per",), ("amount",)),
    "bonus": (("amount", "share"),),
    "tier": (("amount",), ("at_share",)),
    "group": (("amount",),),
    "deposit": (("amount", "what"),),
    "charge": (("amount", "share", "cap"),),
    "deduct": (("amount", "share", "cap"),),
    "clawback": (("amount", "share"),),
    "delay": (("days",),),
    "late": (("days",),),
    "condition": (("needs",),),
    "conduct": (("effect",),),
    "draw": (("open_to",),),
    "third": (("to",), ("amount",)),
    "fee": (("to",), ("amount",)),
    "penalty": (("to",),),
    "refund": (("what",),),
}
MOST_BURDEN = Fraction(12)  # ordinary visits that one visit can weigh


class TermError(InputError):
    """A term that the vocabulary does not hold, or a value that is not of its kind."""

    code = "PRG-102"
    next_step = "Write the term with the kinds and keys of docs/reference/agreements.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term as it was read; what it does not say is empty or None.

    amount, cap  minor units of the agreement's currency
    share        fraction of pay, or of what is owed
    on           canonical events (events.py); empty: whenever
    weeks        first and last week, 1-based and inclusive; None: every week
    burden       of the visit it pays, in ordinary visits
    words        every other key as text: what, to, needs, effect, open_to, lost_if, by, when
    """

    kind: str
    amount: int | None = None
    cap: int | None = None
    share: Fraction | None = None
    at_share: Fraction | None = None
    burden: Fraction | None = None
    units: Fraction = Fraction(1)
    per: str = ""
    on: tuple[str, ...] = ()
    forfeit: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    due_on: tuple[str, ...] = ()
    weeks: tuple[int, int] | None = None
    days: int | None = None
    notice_days: int | None = None
    within_days: int | None = None
    minimum_n: int | None = None
    years: int | None = None
    given: bool = True
    prorated: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """Another key as lower-case text; empty where it is not said."""
        return self.words.get(key, "").lower()

    def covers(self, week: int) -> bool:
        """Whether a week, 1-based, is one of the term's."""
        return self.weeks is None or self.weeks[0] <= week <= self.weeks[1]


def read_term(said: Mapping[str, Any], currency: str) -> Term:
    """A term of a document; TermError or MoneyError for what is not understood."""
    kind = " ".join(str(said.get("kind", "")).lower().replace("_", " ").split())
    kind = _KINDS.get(kind, kind)
    if kind not in VOCABULARY:
        raise TermError(f"no term is of the kind {said.get('kind')!r}")
    allowed = VOCABULARY[kind].split()
    values: dict[str, Any] = {}
    words: dict[str, str] = {}
    for key, value in said.items():
        if key == "kind":
            continue
        name = key if key in allowed else _KEYS.get(key, key)
        if name not in allowed:
            raise TermError(f"a term of the kind {kind} has no {key!r}")
        if name in values or name in words:
            raise TermError(f"{name} is said twice in a term of the kind {kind}")
        typed = _typed(name, value, currency)
        if isinstance(typed, str) and name not in ("per",):
            words[name] = typed
        else:
            values[name] = typed
    _require(kind, {**values, **words})
    return Term(kind=kind, words=words, **values)


def _require(kind: str, said: Mapping[str, Any]) -> None:
    for group in _NEEDS.get(kind, ()):
        if not any(one in said for one in group):
            raise TermError(f"a term of the kind {kind} says no {' or '.join(group)}")
    if kind == "pay" and said["per"] not in PAID_PER:
        raise TermError(f"nobody is paid per {said['per']!r}")


def _typed(name: str, value: Any, currency: str) -> Any:
    if name in _MONEY:
        return minor_units(value, currency)
    if name in ("share", "at_share", "burden", "units"):
        return _fraction(name, value)
    if name in _LISTS:
        return canonical_all(_texts(name, value))
    if name in _WHOLE:
        return _whole(name, value)
    if name == "weeks":
        return _weeks(value)
    if name in ("given", "prorated"):
        return _yes_or_no(name, value)
    if name == "scale" and any(isinstance(one, float) for one in _listed(value)):
        raise MoneyError(f"scale = {value!r} has a float: write sums as text")
    if name == "per":
        return " ".join(str(value).lower().split())
    return "; ".join(_texts(name, value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _whole(name: str, value: Any) -> int:
    found = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
    if type(found) is not int or found < 0:
        raise TermError(f"{name} = {value!r} is no whole number from 0")
    return found


def _yes_or_no(name: str, value: Any) -> bool:
    if type(value) is not bool:
        raise TermError(f"{name} = {value!r} is neither true nor false")
    return value


def _texts(name: str, value: Any) -> list[str]:
    many = [value] if isinstance(value, str | int | bool) else value
    if not isinstance(many, list | tuple) or any(isinstance(one, dict | list) for one in many):
        raise TermError(f"{name} = {value!r} is no text or list of texts")
    return [str(one) for one in many]


def _fraction(name: str, value: Any) -> Fraction:
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise MoneyError(f"{name} = {value!r} is counted in tenths: write it as text")
    text = value.strip() if isinstance(value, str) else str(value)
    try:
        found = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise TermError(f"{name} = {value!r} is no number") from None
    if found < 0:
        raise TermError(f"{name} = {value!r} is below nothing")
    if name in ("share", "at_share") and found > 1:
        raise TermError(f"{name} = {value!r} is more than the whole; write 8 % as 0.08 or 8 %")
    if name == "burden" and found > MOST_BURDEN:
        raise TermError(f"a visit weighs at most {MOST_BURDEN} ordinary ones, not {value!r}")
    return found


def _weeks(value: Any) -> tuple[int, int]:
    pair = [value, value] if type(value) is int else value
    fits = isinstance(pair, list | tuple) and len(pair) == 2
    if not fits or any(type(one) is not int for one in pair) or not 1 <= pair[0] <= pair[1]:
        raise TermError(f"weeks = {value!r} are no first and last week")
    return int(pair[0]), int(pair[1])


def read_terms(said: Iterable[Mapping[str, Any]], currency: str) -> tuple[Term, ...]:
    """Every term of a list; the first that is not understood is raised."""
    return tuple(read_term(one, currency) for one in said)
