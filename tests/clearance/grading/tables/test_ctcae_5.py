from nanoward.clearance.grading.ctcae_literal import CTCAE_V5_LITERAL
from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.tables.ctcae_5 import TABLE
from nanoward.clearance.grading.vital_signs import VITALS_V5


def test_it_declares_the_rules_the_vital_signs_and_the_printed_table_of_one_version() -> None:
    assert TABLE.name == CTCAE_V5.version == VITALS_V5.version == "5.0"
    assert TABLE.rules is not None
    assert TABLE.rules() is CTCAE_V5
    assert TABLE.vital_signs is not None
    assert TABLE.vital_signs() is VITALS_V5
    assert TABLE.printed is not None
    assert TABLE.printed() is CTCAE_V5_LITERAL
