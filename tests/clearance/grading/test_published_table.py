import re

import pytest

from nanoward.clearance.grading.published_table import (
    PUBLISHED,
    graded_versions,
    printed_names,
)


def test_what_a_plan_may_grade_by_and_what_is_printed_are_told_apart() -> None:
    assert graded_versions() == ("4.03", "5.0", "6.0")
    assert printed_names() == ("daids",)


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("CTCAE v5.0", ["5.0"]),
        ("NCI-CTCAEv4.03", ["4.03"]),
        ("ctcae 6", ["6.0"]),
        ("DAIDS 2.1", ["daids"]),
        ("DAIDS v5.0", ["daids"]),
        ("CTCAE v3.0", []),
        ("CTCAE v5.0 draft", []),
    ],
)
def test_what_data_call_a_table_means_one_or_none(told: str, names: list[str]) -> None:
    found = [
        name
        for name, one in PUBLISHED.all().items()
        if re.search(one.criteria, told, re.IGNORECASE)
    ]
    assert found == names
