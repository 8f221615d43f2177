"""LOINC: each number means one thing, and the tests are those that the tables grade."""

import re

from nanoward.adapters.formats.values import loinc
from nanoward.adapters.formats.values.test_codes import HEART, LABORATORY, VITAL_SIGNS
from nanoward.clearance.wellbeing.questionnaires.gad7 import GAD7
from nanoward.clearance.wellbeing.questionnaires.phq9 import PHQ9

TABLES = (loinc.LABORATORY, loinc.VITAL_SIGNS, loinc.HEART, loinc.QUESTIONS)


def test_a_loinc_number_is_one_with_its_check_digit() -> None:
    for table in TABLES:
        for number in table:
            found = re.fullmatch(r"(\d+)-(\d)", number)
            assert found, number
            digits = [int(one) for one in reversed(found[1])]
            total = sum(
                sum(divmod(2 * d, 10)) if k % 2 == 0 else d for k, d in enumerate(digits)
            )
            assert (10 - total % 10) % 10 == int(found[2]), number


def test_no_number_stands_for_two_tests() -> None:
    numbers = [number for table in TABLES for number in table]
    assert len(numbers) == len(set(numbers))


def test_laboratory_codes_are_those_that_are_graded_or_named() -> None:
    assert set(loinc.LABORATORY.values()) <= set(LABORATORY.terms)
    assert set(loinc.VITAL_SIGNS.values()) <= set(VITAL_SIGNS.terms)
    assert set(loinc.HEART.values()) <= set(HEART.terms)


def test_questions_are_the_items_of_the_shipped_instruments() -> None:
    items = {item.code for one in (PHQ9, GAD7) for item in one.items}
    assert set(loinc.QUESTIONS.values()) == items | {
        "PHQ9TOT",
        "GAD7TOT",
        "PHQ910",
        "PHQ2",
        "PHQ2TOT",
    }
    assert sorted(loinc.ANSWERS.values()) == [0, 1, 2, 3]
