import pytest

from nanoward.clearance.grading.table_versions import (
    UnknownTableError,
    rule_tables,
    table_of_version,
)


def test_tables_are_found_by_their_version() -> None:
    assert table_of_version("5.0").version == "5.0"
    assert set(rule_tables()) == {"4.03", "5.0", "6.0"}


def test_an_unknown_version_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownTableError, match=r"3\.0") as told:
        table_of_version("3.0")
    assert "4.03" in told.value.next_step
