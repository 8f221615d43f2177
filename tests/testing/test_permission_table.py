import sys
from dataclasses import astuple
from pathlib import Path

import pytest

from nanoward.clearance.consent.permissions import ACTS
from nanoward.testing.permission_table import (
    AGES,
    CONSENTS,
    LEASES,
    READINGS,
    STANDINGS,
    PermissionCase,
    permission_cases,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))
from permission_oracle import expected


@pytest.fixture(name="cases", scope="module")
def made_cases() -> tuple[PermissionCase, ...]:
    return tuple(permission_cases())


@pytest.mark.hazard("H-22")
@pytest.mark.hazard("H-66")
def test_every_combination_is_answered_as_the_rules_written_by_hand_say(
    cases: tuple[PermissionCase, ...],
) -> None:
    wrong = [one for one in cases if one.allowed != expected(*astuple(one)[:-1])]
    assert wrong == []


def test_the_table_is_whole(cases: tuple[PermissionCase, ...]) -> None:
    sizes = (ACTS, STANDINGS, AGES, CONSENTS, READINGS, LEASES)
    whole = 1
    for one in sizes:
        whole *= len(one)
    assert len({astuple(one)[:-1] for one in cases}) == len(cases) == whole


def test_the_page_of_the_reference_says_the_same(cases: tuple[PermissionCase, ...]) -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
    text = page.read_text(encoding="utf-8")
    for act in ACTS:
        assert f"| {act} |" in text
        if not any(one.allowed for one in cases if one.act == act):
            assert f"| {act} | never |" in text
