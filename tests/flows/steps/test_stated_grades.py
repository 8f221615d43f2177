"""Grades as the plan states them; a plan that cannot be read makes everything a guess."""

from datetime import UTC, datetime

import pytest

from nanoward.base.entries.council import CouncilDecided
from nanoward.base.evidence import GUESSED, MEASURED
from nanoward.base.plan import Plan
from nanoward.base.tables.lineage import ORDERED_RAISE, RAISE, evidence_names
from nanoward.flows.steps.stated_grades import accepted_guesses, plan_lineage, raise_guesses
from nanoward.testing.fakes import MemoryLedger

AT = datetime(2026, 5, 1, tzinfo=UTC)


def plan(**grades: str) -> Plan:
    told = {name.replace("_", "."): one for name, one in grades.items()}
    section = {"council": {"grades": told}}
    return Plan(name="w", title="W", sha256="0", sections={"programme": section})


def decided(ledger: MemoryLedger, decision: str, *accepts: str) -> None:
    entry = CouncilDecided(pack="k", decision=decision, positions=(), minority=(), rests_on=(),
                           at=AT, by="anna", accepts=accepts)  # fmt: skip
    ledger.append([entry], actor="anna", at=AT)


def test_the_plan_says_which_input_is_guessed() -> None:
    lineage = plan_lineage(plan(sdtm_AE=GUESSED))
    assert lineage.grade("adverse_events") == GUESSED
    assert lineage.grade("grades") == MEASURED
    assert raise_guesses(lineage, RAISE) == ("sdtm.AE",)
    assert raise_guesses(lineage, ORDERED_RAISE) == ("sdtm.AE",)
    assert raise_guesses(plan_lineage(plan()), ORDERED_RAISE) == ()


@pytest.mark.hazard("H-247")
def test_where_the_section_cannot_be_read_everything_is_a_guess() -> None:
    for wrong in (plan(sdtm_AEE=GUESSED), plan(sdtm_AE="surely")):
        lineage = plan_lineage(wrong)
        assert all(lineage.grade(name) == GUESSED for name in evidence_names())
        assert "readings" in raise_guesses(lineage, ORDERED_RAISE)


@pytest.mark.hazard("H-247")
def test_only_the_last_decision_signs_a_guess_and_only_what_it_names() -> None:
    ledger, lineage = MemoryLedger(), plan_lineage(plan(sdtm_AE=GUESSED, sdtm_LB=GUESSED))
    decided(ledger, "raise", "sdtm.AE")
    signed = accepted_guesses(ledger)
    assert raise_guesses(lineage, ORDERED_RAISE, signed) == ("sdtm.LB",)
    decided(ledger, "continue")
    assert accepted_guesses(ledger) == frozenset()
