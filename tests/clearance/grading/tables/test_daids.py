from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL
from nanoward.clearance.grading.tables.daids import TABLE


def test_it_is_only_printed_and_says_which_test_is_which_term() -> None:
    assert TABLE.rules is None
    assert TABLE.printed is not None
    assert TABLE.printed() is DAIDS_LITERAL
    assert TABLE.terms["HGB"] == ("Hemoglobin, Low",)
