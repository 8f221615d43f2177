"""A grade is counted from what a number was made from; one input changes what rests on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.evidence import (
    GRADES,
    GUESSED,
    INFERRED,
    MEASURED,
    EvidenceStep,
    Lineage,
    graded,
    worst,
)
from nanoward.base.tables.lineage import TABLE_STEPS

INPUTS = sorted({x for step in TABLE_STEPS.values() for x in step.inputs} - set(TABLE_STEPS))


def slow_grade(name: str, stated: dict[str, str]) -> str:
    """The same by walking down, written apart."""
    step = TABLE_STEPS.get(name, EvidenceStep())
    found = [stated.get(name, MEASURED), step.at_best]
    found += [slow_grade(one, stated) for one in step.inputs]
    return sorted(found, key=GRADES.index)[-1]


@pytest.mark.hazard("H-355")
@given(st.sampled_from(INPUTS))
def test_one_input_guessed_changes_exactly_the_numbers_that_rest_on_it(changed: str) -> None:
    values = {f"n/{name}": (1.0, (name,)) for name in TABLE_STEPS}
    before = {one.name: one.grade for one in graded(values, Lineage(steps=TABLE_STEPS))}
    lineage = Lineage(steps=TABLE_STEPS, stated={changed: GUESSED})
    after = {one.name: one.grade for one in graded(values, lineage)}
    moved = {name for name in after if after[name] != before[name]}
    rests = {f"n/{name}" for name in TABLE_STEPS if changed in lineage.rests_on(name)}
    assert moved == rests
    assert rests


@pytest.mark.hazard("H-355")
@given(st.dictionaries(st.sampled_from(INPUTS), st.sampled_from(GRADES)))
def test_the_grade_is_that_of_a_slow_walk(stated: dict[str, str]) -> None:
    lineage = Lineage(steps=TABLE_STEPS, stated=stated)
    for name in TABLE_STEPS:
        assert lineage.grade(name) == slow_grade(name, stated)


def test_a_model_is_inferred_at_best_and_what_rests_on_it_too() -> None:
    lineage = Lineage(steps=TABLE_STEPS)
    assert lineage.grade("adverse_events") == MEASURED
    assert lineage.grade("recommendations") == lineage.grade("bonds") == INFERRED
    assert worst([]) == MEASURED


def test_a_column_without_a_step_of_its_own_was_made_from_its_table() -> None:
    lineage = Lineage(steps=TABLE_STEPS, stated={"sdtm.AE": GUESSED})
    assert lineage.grade("standings.standing") == GUESSED
    assert lineage.grade("standings.arm") == MEASURED
    assert lineage.grade("sdtm.LB") == MEASURED  # an input is no column
    assert lineage.guesses("standings.emergent_events") == ("sdtm.AE",)
    assert lineage.inputs("standings.arm") == ("sdtm.DM", "sdtm.EX")
