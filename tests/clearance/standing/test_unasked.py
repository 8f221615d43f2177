import polars as pl
import pytest

from nanoward.clearance.policy.policy import BadClearanceRuleError, Policy, policy_of
from nanoward.clearance.sdtm.answers import answers
from nanoward.clearance.standing.unasked import short_sittings, unasked_codes, unasked_words

QS = {
    "QS": pl.DataFrame(
        {"USUBJID": ["p"], "QSTESTCD": ["PHQ902"], "QSSTRESN": [0.0], "QSDTC": ["2026-05-25"]}
    )
}


@pytest.mark.hazard("H-129")
def test_a_code_that_nobody_was_asked_is_told_with_the_one_meant() -> None:
    policy = policy_of({"urgent_items": ["PHQ09"]})
    (one,) = unasked_codes(QS, policy, ("PHQ09",))
    assert (one.code, one.column) == ("CLR-067", "urgent_items")
    assert "PHQ909" in one.message
    assert "PHQ09" in unasked_words(("PHQ09",))[0]


def test_a_short_questionnaire_without_the_item_is_told() -> None:
    (one,) = short_sittings(answers(QS), Policy())
    assert (one.code, one.subject) == ("CLR-071", "p")


@pytest.mark.hazard("H-129")
def test_a_critical_test_that_nobody_knows_is_refused_with_the_one_meant() -> None:
    with pytest.raises(BadClearanceRuleError, match="is ALT meant"):
        policy_of({"critical_tests": ["ATL"]})


def test_a_code_that_was_asked_is_offered_though_no_instrument_has_it() -> None:
    mine = {"QS": QS["QS"].with_columns(QSTESTCD=pl.lit("WARDQ11"))}
    (one,) = unasked_codes(mine, policy_of({"urgent_items": ["WARDQ1"]}), ("WARDQ1",))
    assert one.message.endswith("is WARDQ11 meant?")
