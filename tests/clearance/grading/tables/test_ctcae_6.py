from nanoward.clearance.grading.ctcae_literal import CTCAE_V6_LITERAL
from nanoward.clearance.grading.ctcae_v6 import CTCAE_V6
from nanoward.clearance.grading.tables.ctcae_6 import TABLE
from nanoward.clearance.grading.vital_signs import VITALS_V6


def test_it_declares_the_rules_the_vital_signs_and_the_printed_table_of_one_version() -> None:
    assert TABLE.name == CTCAE_V6.version == VITALS_V6.version == "6.0"
    assert TABLE.rules is not None
    assert TABLE.rules() is CTCAE_V6
    assert TABLE.vital_signs is not None
    assert TABLE.vital_signs() is VITALS_V6
    assert TABLE.printed is not None
    assert TABLE.printed() is CTCAE_V6_LITERAL
