from typing import Any

import pytest

from nanoward.base.errors import InputError
from nanoward.catalogue import CatalogueRules, catalogue_rules


def test_an_empty_section_gives_the_defaults() -> None:
    assert catalogue_rules({}) == CatalogueRules()


@pytest.mark.parametrize(
    ("key", "value"),
    [("variant_positions", "genome"), ("trim_ends", -1), ("least_identity", 0),
     ("least_readable", 1.5), ("most_run_differences", -2), ("lineage", "x")],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_named(key: str, value: Any) -> None:
    with pytest.raises(InputError, match=key):
        catalogue_rules({key: value})
