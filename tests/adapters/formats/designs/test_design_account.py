import pytest

from nanoward.adapters.formats.designs.design_account import (
    NO_PLACE_OR_NAME,
    WHOLE_RECORD,
    DesignAccount,
)
from nanoward.adapters.formats.designs.design_annotations import LEFT_OUT, feature_finding


@pytest.mark.hazard("H-269")
def test_everything_that_was_met_is_counted_under_what_became_of_it() -> None:
    said = feature_finding(LEFT_OUT, "feature b is left out", "x.gb", "b")
    cut = feature_finding("AGT-213", "feature a of 2 stretches", "x.gb", "a")
    account = DesignAccount()
    account.add_used("record", "contig")
    account.add_feature([("a", "c", 1, 9, "+")], [cut])
    account.add_feature([], [said])
    account.add_ignored("record", "source", WHOLE_RECORD)
    account.add_qualifiers(["label", "note", "note"])
    rows = [(o.level, o.name, o.use, o.reason, o.count) for o in account.uses([cut, said])]
    assert sorted(rows) == sorted([
        ("column", "/label", "used", "", 1),
        ("column", "/note", "ignored", NO_PLACE_OR_NAME, 2),
        ("record", "contig", "used", "", 1), ("record", "feature", "told", LEFT_OUT, 1),
        ("record", "feature", "used", "", 1), ("record", "source", "ignored", WHOLE_RECORD, 1),
        ("file", "", "told", "AGT-213", 1),
    ])  # fmt: skip
