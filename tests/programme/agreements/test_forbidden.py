"""Every rule by a clause that breaks it and by one that does not; the shared clauses."""

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from nanoward.programme.agreements.forbidden import RULES, ParagraphTerm, violations
from nanoward.programme.agreements.terms import read_terms

WEEKLY = {"kind": "pay", "per": "visit", "amount": "40", "when": "weekly"}
SHARED = Path(os.environ.get("NANOWARD_SHARED", Path(__file__).parents[4] / "shared"))
CLAUSES = SHARED / "data" / "agreements" / "clauses.json"


def rules_of(*terms: dict[str, Any], most: Fraction = Fraction(1, 10)) -> list[str]:
    read = read_terms([WEEKLY, *terms], "EUR")
    said = [ParagraphTerm(paragraph=str(n), term=term) for n, term in enumerate(read)]
    return list(dict.fromkeys(one.rule for one in violations(said, most=most)))


FORBIDDEN: dict[str, list[dict[str, Any]]] = {
    "R1": [{"kind": "bonus", "amount": "200"}],
    "R2": [{"kind": "pay", "per": "safety", "amount": "40", "on": ["medical"]}],
    "R3": [
        {"kind": "charge", "on": ["complaint"], "amount": "5"},
        {"kind": "deduct", "on": ["positive drug test"], "amount": "5"},
        {"kind": "charge", "on": ["stop button"], "amount": "5"},
        {"kind": "charge", "on": ["press"], "amount": "5"},
        {"kind": "penalty", "to": "participant", "on": ["noise"], "amount": "5"},
        {"kind": "conduct", "on": ["complaint"], "effect": "talk"},
    ],
    "R4": [{"kind": "deposit", "amount": "5", "returned": ["exit", "complete"]},
           {"kind": "hold", "what": "passport"}],
    "R5": [{"kind": "bonus", "amount": "5", "lost_if": "household member leaves"}],
    "R6": [{"kind": "lodging", "notice_days": 13, "on": ["exit"]}],
    "R7": [{"kind": "care", "on": ["exit"], "given": False},
           {"kind": "charge", "on": ["damage"], "amount": "5", "what": "flush"},
           {"kind": "care", "until": "leaving"}],
    "R8": [{"kind": "third", "to": "nurse", "per": "participant week", "amount": "5"},
           {"kind": "third", "to": "nurse", "on": ["withdraw"], "amount": "-5"},
           {"kind": "fee", "to": "site", "on": ["retention above 90 %"], "amount": "5"}],
    "R9": [{"kind": "delay", "days": 1}],
    "R10": [{"kind": "condition", "on": ["withdraw"], "needs": "exit interview"}],
    "R11": [{"kind": "late", "on": ["exit"], "days": 31},
            {"kind": "pay", "per": "visit", "amount": "1", "when": "end"},
            {"kind": "pay", "per": "visit", "amount": "1", "within_days": 60}],
    "R12": [{"kind": "draw", "amount": "500", "open_to": "completers"}],
    "R13": [{"kind": "waive", "what": "injury claims"}],
    "R14": [{"kind": "debt", "to": "employer", "on": ["withdraw"], "amount": "500"}],
    "R15": [{"kind": "re-entry ban", "on": ["withdraw"], "years": 2}],
    "R16": [{"kind": "pay", "per": "visit", "amount": "1", "by": "dose level"}],
    "R17": [{"kind": "charge", "on": ["smoking"], "amount": "5"}],
    "R18": [{"kind": "conduct", "on": ["noise"], "effect": "eviction"}],
}  # fmt: skip


@pytest.mark.hazard("H-301")
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_every_rule_is_broken_by_its_clauses(rule: str) -> None:
    for term in FORBIDDEN[rule]:
        assert rule in rules_of(term), term


def test_every_rule_has_a_clause_here() -> None:
    assert set(FORBIDDEN) == set(RULES)


@pytest.mark.parametrize(
    "term",
    [
        {"kind": "refund", "what": "travel", "cap": "100", "receipts": True},
        {"kind": "pay", "per": "night", "amount": "15"},
        {"kind": "pay", "per": "safety", "amount": "40"},
        {"kind": "lodging", "notice_days": 14, "on": ["exit"]},
        {"kind": "third", "to": "site", "per": "visit", "amount": "60"},
        {"kind": "third", "to": "site", "per": "quarter", "amount": "5000"},
        {"kind": "penalty", "to": "site", "on": ["late report"], "amount": "100", "cap": "500"},
        {"kind": "charge", "on": ["damage"], "amount": "100", "what": "repair"},
        {"kind": "deduct", "on": ["missed visit"], "amount": "40"},
        {"kind": "conduct", "on": ["noise"], "effect": "move to another room"},
        {
            "kind": "condition",
            "on": ["exit"],
            "needs": "a talk is offered, and may be declined",
        },
        {"kind": "delay", "days": 0},
        {"kind": "late", "on": ["exit"], "days": 30},
        {"kind": "draw", "amount": "5", "open_to": "everybody who ever enrolled"},
        {"kind": "care", "on": ["exit"], "given": True},
        {"kind": "bonus", "amount": "100"},
        {"kind": "data", "codes": ["GRU"]},
        {"kind": "dispute", "steps": "council, ombud", "days": 7},
    ],
)
def test_what_is_permitted_passes(term: dict[str, Any]) -> None:
    assert rules_of(term) == []


def test_a_board_may_lower_the_share() -> None:
    bonus = {"kind": "bonus", "amount": "100"}
    assert rules_of(bonus) == []
    assert rules_of(bonus, most=Fraction(1, 20)) == ["R1"]


@pytest.mark.skipif(not CLAUSES.exists(), reason="the shared clauses are not here")
@pytest.mark.parametrize(
    "clause",
    json.loads(CLAUSES.read_text()) if CLAUSES.exists() else [],
    ids=lambda one: one["id"],
)
def test_shared_clauses_have_their_verdict_and_rules(clause: dict[str, Any]) -> None:
    read = read_terms([*([] if clause["replaces_base"] else [WEEKLY]), *clause["terms"]], "EUR")
    said = [ParagraphTerm(paragraph=clause["id"], term=term) for term in read]
    found = dict.fromkeys(one.rule for one in violations(said))
    assert list(found) == clause["rules"]
    assert bool(found) == (clause["verdict"] == "forbidden")


def test_not_paying_the_dearest_visit_is_no_deduction() -> None:
    dear = {"kind": "pay", "per": "visit", "amount": "60", "when": "weekly"}
    for amount, broken in (("60", False), ("61", True)):
        term = {"kind": "deduct", "on": ["missed visit"], "amount": amount}
        assert ("R17" in rules_of(dear, term)) == broken


def test_who_gains_by_staying_is_named() -> None:
    term = {"kind": "third", "to": "nurse", "per": "participant week", "amount": "5"}
    read = read_terms([WEEKLY, term], "EUR")
    found = violations([ParagraphTerm(paragraph="1", term=one) for one in read])
    assert "nurse is paid by staying" in [one.why for one in found]
