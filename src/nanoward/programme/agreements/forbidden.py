"""What no agreement may say, rule by rule; R1 and R2 are computed over every exit path.

Sources: 45 CFR 46.116(a)(6), (b)(8); FDA information sheet on payment (2018); ICH E6(R3) 2.8;
CIOMS 2016, guidelines 13 and 14. The share that a completion bonus may reach (10 %) is ours:
no source gives a number for "small".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from nanoward.programme.agreements.events import COMPLETE, REASONS, is_protected
from nanoward.programme.agreements.exit_paths import (
    WEEKS,
    ExitPaths,
    exit_paths,
    leave_cost,
)
from nanoward.programme.agreements.terms import Term

MOST_LEAVE_COST = Fraction(1, 10)
LODGING_DAYS = 14
PAY_DAYS = 30
RULES: Mapping[str, str] = {
    "R1": "leaving costs more than the stated share of pay",
    "R2": "pay depends on the reason of leaving",
    "R3": "a charge, deduction or clawback on a protected event",
    "R4": "a deposit or documents held back",
    "R5": "it depends on what others do",
    "R6": "lodging ends sooner than 14 days after leaving",
    "R7": "care, flush or follow-up ends or costs",
    "R8": "a partner, recruiter or member of staff gains by staying or loses by leaving",
    "R9": "a period of notice before leaving counts",
    "R10": "leaving needs an approval or a reason",
    "R11": "pay is owed later than 30 days",
    "R12": "a draw for those who stay alone",
    "R13": "a right is waived",
    "R14": "a debt that leaving makes due",
    "R15": "whoever leaves may not come back",
    "R16": "pay rises with the dose or the risk",
    "R17": "money is taken from a participant for something other than damage at cost",
    "R18": "a consequence of conduct that is not on the list",
}
_EVERYBODY = re.compile(r"every(body|one)|\ball\b|anyone|anybody|ever enrolled|also.*left")
_STAYING = re.compile(
    r"complet|retain|retention|stay|remain|enrolled|still in|keeps?\b|in the (study|programme)"
    r"|no (withdrawal|one leaves|drop)|drop-?out|attrition|participant.?(week|month|year)"
)
_AT_COST = re.compile(r"damage|\bloss\b|\blost\b|not returned|broken|destroy|vandal|repair")
_TAXES = re.compile(r"\btax|statutory|required by law|by law")
_FREE = re.compile(
    r"no (cost|charge|approval|reason|permission)|free|option|offer|wish|invit|volunt"
    r"|declin|not (needed|required)|may be|can be|without|none|nothing"
)
_CARE = re.compile(r"care|flush|follow.?up|medical|treatment|kill code|transport|return")
_RISK = re.compile(r"dose|risk|load|titre|strength|grade|severity|level|amount of agent")
CONSEQUENCES = (
    "talk", "notice", "visit ends", "visitor ban", "move to another room",
    "referral to council",
)  # fmt: skip
_CONSEQUENCE = re.compile(
    r"talk|warn|notice|notif|visit(ing|s)? ends?|ends? visit|visitor|move|other room"
    r"|another room|council|refer|apolog|mediat|train|none|report"
)
_GIVES_NOTHING = re.compile(r"forfeit|loses? pay|fine|dismiss|expel|expul|exclu|evict|terminat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule that an agreement breaks: by which paragraph, and how.

    paragraph  empty where the agreement as a whole breaks it
    """

    rule: str
    paragraph: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphTerm:
    """A term with the paragraph that carries it."""

    paragraph: str
    term: Term


def violations(
    said: Sequence[ParagraphTerm],
    *,
    weeks: int = WEEKS,
    most: Fraction = MOST_LEAVE_COST,
) -> tuple[Violation, ...]:
    """Every rule that the terms break, in the order of the rules; none: it may be signed.

    The whole agreement is looked at: two bonuses that may each stand can be too much together.
    """
    paths = exit_paths([one.term for one in said], weeks)
    visit_pay = max(
        (one.term.amount or 0 for one in said if _is_visit_pay(one.term)), default=0
    )
    found = [
        *_computed(paths, most),
        *(
            Violation(rule=rule, paragraph=one.paragraph, why=why)
            for one in said
            for rule, why in _broken(one.term, visit_pay)
        ),
    ]
    order = list(RULES)
    return tuple(sorted(found, key=lambda one: (order.index(one.rule), one.paragraph)))


def _is_visit_pay(term: Term) -> bool:
    return term.kind == "pay" and term.per == "visit"


def _computed(paths: ExitPaths, most: Fraction) -> Iterator[Violation]:
    found = leave_cost(paths)
    if found.exceeds(most):
        told = "more than all pay" if found.cost is None else f"{float(found.cost):.1%} of pay"
        why = f"who leaves after week {found.week} ({found.reason}) loses {told}"
        yield Violation(rule="R1", paragraph="", why=f"{why}; at most {float(most):.0%}")
    if found.depends:
        week = found.depends[-1]
        sums = {one: float(paths.kept[one][week]) / 100 for one in REASONS}
        low, high = min(sums, key=sums.__getitem__), max(sums, key=sums.__getitem__)
        why = f"after week {week}: {sums[low]:g} for {low}, {sums[high]:g} for {high}"
        yield Violation(rule="R2", paragraph="", why=why)


def _broken(term: Term, visit_pay: int) -> Iterator[tuple[str, str]]:
    rule = _BY_KIND.get(term.kind)
    if rule is not None:
        yield from rule(term, visit_pay)
    if term.kind not in ("third", "fee") and _on_others(term):
        yield "R5", f"{term.kind} depends on {term.word('lost_if') or 'others'}"


def _on_others(term: Term) -> bool:
    if term.kind == "group":
        return True
    tied = term.word("lost_if")
    return bool(re.search(r"other|member|household|group|team|partner|anyone|somebody", tied))


def _leaving(term: Term) -> bool:
    """Whether a term speaks of a protected event, or of nothing in particular."""
    return not term.on or any(is_protected(one) for one in term.on)


def _pay(term: Term, _: int) -> Iterator[tuple[str, str]]:
    tied = " ".join((term.per, term.word("by")))
    if term.word("by") or term.per in ("dose level", "risk", "risk level", "level", "dose"):
        if _RISK.search(tied):
            yield "R16", f"pay by {tied.strip()}"
        else:
            yield "R17", f"pay by {tied.strip()} is not understood"
    late = term.within_days
    if late is not None and late > PAY_DAYS:
        yield "R11", f"paid within {late} days"
    held = term.word("when")
    lump = term.per in ("complete", "completion") or term.kind in ("bonus", "tier")
    at_end = held in ("end", "completion", "end of study", "at the end") and not lump
    if at_end and not set(REASONS) <= set(term.forfeit):
        yield "R11", "what was earned is paid at the end"
    if term.word("open_to") and not _EVERYBODY.search(term.word("open_to")):
        yield "R8", f"pay open to {term.word('open_to')} alone"
    if term.per in ("safety", "safety visit") and term.on and not set(REASONS) <= set(term.on):
        yield "R2", "safety visits are paid for some reasons of leaving alone"


def _taking(term: Term, visit_pay: int) -> Iterator[tuple[str, str]]:
    if not (term.amount or term.share):
        return
    what = " ".join((term.word("what"), *term.on))
    events = [one for one in term.on if is_protected(one)]
    if events or not term.on:
        yield "R3", f"{term.kind} on {', '.join(events) or 'whatever event'}"
    elif term.kind == "clawback":
        yield "R3", f"what was paid is taken back on {', '.join(term.on)}"
    elif _unmade(term, visit_pay) or _TAXES.search(what) or _AT_COST.search(what):
        pass
    else:
        yield "R17", f"{term.kind} on {', '.join(term.on)}"
    if _CARE.search(term.word("what")):
        yield "R7", f"{term.word('what')} is charged"


def _unmade(term: Term, visit_pay: int) -> bool:
    """A visit that was not made earns nothing: that is no deduction."""
    missed = any("miss" in one or "no-show" in one or "not made" in one for one in term.on)
    return missed and term.share is None and (term.amount or 0) <= visit_pay


def _third(term: Term, _: int) -> Iterator[tuple[str, str]]:
    if term.word("to") in ("participant", "participants"):
        return
    tied = " ".join((term.per, term.word("what"), term.word("lost_if")))
    on_staying = [one for one in term.on if one == COMPLETE or _STAYING.search(one)]
    on_leaving = [one for one in term.on if is_protected(one)]
    if _STAYING.search(tied) or on_staying:
        yield "R8", f"{term.word('to') or 'somebody'} is paid by staying"
    elif term.per in ("week", "month", "day", "night", "year"):
        yield (
            "R8",
            f"{term.word('to') or 'somebody'} is paid per {term.per} that somebody stays",
        )
    elif re.search(r"leav|withdr|drop", tied) and (term.amount or 0) != 0:
        yield "R8", f"{term.word('to') or 'somebody'} loses by leaving"
    elif on_leaving and (term.amount or 0) < 0:
        yield "R8", f"{term.word('to') or 'somebody'} loses on {', '.join(on_leaving)}"


def _penalty(term: Term, _: int) -> Iterator[tuple[str, str]]:
    if term.word("to") in ("participant", "participants", "lodger", "companion", ""):
        if term.amount or term.share:
            yield "R3", "a penalty in money on a participant"
        return
    yield from _third(term, 0)
    if any(is_protected(one) for one in term.on):
        yield "R8", f"a penalty on {', '.join(term.on)}"


def _lodging(term: Term, _: int) -> Iterator[tuple[str, str]]:
    if term.notice_days is not None and term.notice_days < LODGING_DAYS:
        yield (
            "R6",
            f"lodging ends {term.notice_days} days after {', '.join(term.on) or 'leaving'}",
        )


def _care(term: Term, _: int) -> Iterator[tuple[str, str]]:
    if not term.given:
        yield "R7", f"no care on {', '.join(term.on) or 'leaving'}"
    if term.amount:
        yield "R7", "care costs something"
    until = term.word("until")
    if until and re.search(r"leav|exit|withdr|end of (enrol|particip)", until):
        yield "R7", f"care until {until}"


def _condition(term: Term, _: int) -> Iterator[tuple[str, str]]:
    needs = term.word("needs")
    if _leaving(term) and not _FREE.search(needs):
        yield "R10", f"leaving needs {needs or 'something'}"


def _conduct(term: Term, _: int) -> Iterator[tuple[str, str]]:
    effect = term.word("effect")
    protected = [one for one in term.on if is_protected(one)]
    if protected:
        yield "R3", f"a consequence on {', '.join(protected)}"
    if _GIVES_NOTHING.search(effect) or not _CONSEQUENCE.search(effect):
        yield "R18", f"{effect or 'no consequence'}; it may be {', '.join(CONSEQUENCES)}"


def _ban(term: Term, _: int) -> Iterator[tuple[str, str]]:
    if _leaving(term):
        yield "R15", f"a ban after {', '.join(term.on) or 'leaving'}"


def _debt(term: Term, _: int) -> Iterator[tuple[str, str]]:
    events = (*term.on, *term.due_on)
    if not events or any(is_protected(one) for one in events):
        yield "R14", f"a debt to {term.word('to') or 'somebody'} is due on leaving"


def _duty(term: Term, _: int) -> Iterator[tuple[str, str]]:
    what = term.word("what")
    asked = re.search(r"approv|permission|consent of|justif|reason|explain", what)
    protected = any(is_protected(one) for one in term.on)
    if protected and asked and not _FREE.search(what):
        yield "R10", f"whoever leaves must {what}"


Rule = Callable[[Term, int], Iterator[tuple[str, str]]]


def _always(rule: str, why: str) -> Rule:
    def broken(_: Term, __: int) -> Iterator[tuple[str, str]]:
        yield rule, why

    return broken


def _when(rule: str, holds: Callable[[Term], bool], why: Callable[[Term], str]) -> Rule:
    def broken(term: Term, _: int) -> Iterator[tuple[str, str]]:
        if holds(term):
            yield rule, why(term)

    return broken


_BY_KIND: Mapping[str, Rule] = {
    "pay": _pay,
    "bonus": _pay,
    "tier": _pay,
    "clawback": _taking,
    "deduct": _taking,
    "charge": _taking,
    "deposit": _always("R4", "a deposit is held"),
    "hold": _always("R4", "something is held back"),
    "lodging": _lodging,
    "care": _care,
    "third": _third,
    "fee": _third,
    "penalty": _penalty,
    "delay": _when("R9", lambda one: bool(one.days), lambda one: f"{one.days} days of notice"),
    "condition": _condition,
    "late": _when(
        "R11", lambda one: (one.days or 0) > PAY_DAYS, lambda one: f"settled in {one.days} days"
    ),
    "draw": _when(
        "R12",
        lambda one: not _EVERYBODY.search(one.word("open_to")),
        lambda one: f"a draw open to {one.word('open_to') or 'nobody named'}",
    ),
    "waive": _always("R13", "a claim is waived"),
    "debt": _debt,
    "ban": _ban,
    "conduct": _conduct,
    "duty": _duty,
}
