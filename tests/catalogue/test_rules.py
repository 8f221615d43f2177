from typing import Any

import pytest

from nanoward.base.errors import InputError
from nanoward.catalogue import CatalogueRules, catalogue_rules, with_one_limit
from nanoward.catalogue.calling.calling_rules import read_rules
from nanoward.catalogue.rules import NATURAL_IDENTITY


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


@pytest.mark.hazard("H-266")
def test_reads_and_consensus_are_held_to_one_limit_of_identity() -> None:
    assert catalogue_rules({}).least_identity == read_rules({}).least_identity == 0.99
    for catalogue, reads in (
        ({"least_identity": 0.95}, {}),
        ({}, {"least_identity": 0.95}),
        ({"least_identity": 0.95}, {"least_identity": 0.95}),
    ):
        one, other = with_one_limit(catalogue, reads)
        assert catalogue_rules(one).least_identity == 0.95
        assert read_rules(other).least_identity == 0.95
    with pytest.raises(InputError, match="two values"):
        with_one_limit({"least_identity": 0.9}, {"least_identity": 0.95})


def test_references_of_natural_lineages_have_a_limit_of_their_own() -> None:
    one, other = with_one_limit({"lineage_column": "subtype"}, {})
    assert catalogue_rules(one).least_identity == NATURAL_IDENTITY
    assert read_rules(other).least_identity == NATURAL_IDENTITY
    told = catalogue_rules({"lineage_column": "subtype", "least_identity": 0.97})
    assert told.least_identity == 0.97
