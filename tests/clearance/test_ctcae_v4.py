from nanoward.clearance.ctcae_v4 import CTCAE_V4
from nanoward.clearance.ctcae_v5 import CTCAE_V5
from nanoward.clearance.rules import Rule, RuleTable


def rule(table: RuleTable, term: str) -> Rule:
    return next(one for one in table.rules if one.term == term)


def test_version_4_knows_terms_that_version_5_dropped() -> None:
    gone = {one.term for one in CTCAE_V4.rules} - {one.term for one in CTCAE_V5.rules}
    assert gone == {"Hypophosphatemia", "Hyperglycemia"}


def test_version_4_takes_no_account_of_an_abnormal_baseline_in_liver_enzymes() -> None:
    older = rule(CTCAE_V4, "Alanine aminotransferase increased").scales[0].steps
    newer = rule(CTCAE_V5, "Alanine aminotransferase increased").scales[0].steps
    assert {step.baseline for step in older} == {"any"}
    assert {step.baseline for step in newer} == {"normal", "abnormal"}


def test_unchanged_terms_have_the_same_limits_in_both() -> None:
    for term in ("Anemia", "Platelet count decreased", "Hyperkalemia", "Hypoglycemia"):
        assert rule(CTCAE_V4, term).scales == rule(CTCAE_V5, term).scales
