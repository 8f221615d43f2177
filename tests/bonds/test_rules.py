from typing import Any

import pytest

from nanoward.base.errors import InputError
from nanoward.bonds import BondRules, bond_rules


def test_an_empty_section_gives_the_defaults() -> None:
    assert bond_rules({}) == BondRules()


@pytest.mark.parametrize(
    ("key", "value"),
    [("alpha", 0), ("alpha", 1.0), ("clock_per_site_year", -1), ("linked_differences", 0),
     ("least_share", 0.6), ("strata", "season"), ("unheard_of", 1)],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_named(key: str, value: Any) -> None:
    with pytest.raises(InputError, match=key):
        bond_rules({key: value})
