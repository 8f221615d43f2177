import pytest

from nanoward.adapters.formats.values.test_codes import (
    HEART,
    LABORATORY,
    VITAL_SIGNS,
    code_of,
    question_of,
)


@pytest.mark.parametrize(
    "code",
    [
        *("PHQ909", "PHQ9-9", "PHQ9I9", "44260-8", "PHQ0109", "phq9_9", "PHQ9_ITEM9"),
        *("BetterOffDead", "/44260-8", "PHQ9Q9", "PHQ9.09", "PHQ-9-9"),
    ],
)
@pytest.mark.hazard("H-120")
def test_item_nine_is_found_in_every_code_system(code: str) -> None:
    assert question_of(code).meant == "PHQ909"


def test_item_nine_is_found_by_its_words() -> None:
    assert question_of("X9", "Thoughts that you would be better off dead").meant == "PHQ909"


@pytest.mark.parametrize("code", ["PHQ9", "PHQ09", "PHQ7I1", "GAD9I1", "NPTOT", "GOAL1"])
def test_a_code_that_may_mean_more_is_no_question_known_here(code: str) -> None:
    assert question_of(code).meant == ""


@pytest.mark.parametrize(
    "code", ["SGPT", "ALAT", "ALT (SGPT)", "1742-6", "A LT", "alt", "GPT", "ALT_SGPT"]
)
@pytest.mark.hazard("H-120")
def test_alt_is_found_under_its_other_names(code: str) -> None:
    assert code_of(LABORATORY, code).meant == "ALT"


def test_a_test_is_known_by_its_name_where_its_code_is_not() -> None:
    assert code_of(LABORATORY, "XX", "Alanine Aminotransferase").meant == "ALT"
    assert code_of(VITAL_SIGNS, "sbp").meant == "SYSBP"
    assert code_of(HEART, "QTcF").meant == "QTCF"
    assert code_of(LABORATORY, "NOVUM").meant == ""
