from nanoward.clearance.grading.ctcae_literal import CTCAE_V4_LITERAL
from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
from nanoward.clearance.grading.tables.ctcae_4 import TABLE
from nanoward.clearance.grading.vital_signs import VITALS_V4


def test_it_declares_the_rules_the_vital_signs_and_the_printed_table_of_one_version() -> None:
    assert TABLE.name == CTCAE_V4.version == VITALS_V4.version == "4.03"
    assert TABLE.rules is not None
    assert TABLE.rules() is CTCAE_V4
    assert TABLE.vital_signs is not None
    assert TABLE.vital_signs() is VITALS_V4
    assert TABLE.printed is not None
    assert TABLE.printed() is CTCAE_V4_LITERAL
