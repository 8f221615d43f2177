from datetime import date

import polars as pl
import pytest

from nanoward.base.errors import InputError
from nanoward.catalogue import (
    CatalogueRules,
    NoCommonContigError,
    check_common_contigs,
    reference_by_lineage,
    sample_inputs,
)
from nanoward.catalogue.samples.sequenced_samples import sequenced_samples

SAMPLES = pl.DataFrame(
    {"sample": ["s1", "s2"], "participant": ["p", None], "taken": [date(2026, 1, 1)] * 2,
     "subtype": ["H3N2", "H3N2"]}
)  # fmt: skip
GENOMES = pl.DataFrame(
    {"sample": ["s1", "s2", "s9"], "contig": ["HA"] * 3, "run": ["r"] * 3,
     "sequence": ["ACGT"] * 3, "line": [1, 3, 5]}
)  # fmt: skip


def test_a_sample_of_nobody_is_a_finding_with_its_row_and_is_not_read() -> None:
    materials, findings = sample_inputs(
        {"samples": SAMPLES, "genomes": GENOMES}, CatalogueRules()
    )
    assert [one.sample for one in materials] == ["s1"]
    assert [(one.code, one.subject, dict(one.row)["role"]) for one in findings] == [
        ("CAT-001", "s2", "genomes"),
        ("CAT-001", "s9", "genomes"),
    ]


def test_the_lineage_of_a_sample_picks_its_reference() -> None:
    rules = CatalogueRules(lineage_column="subtype")
    materials, _ = sample_inputs({"samples": SAMPLES, "genomes": GENOMES}, rules)
    assert materials[0].lineage == "H3N2"
    table = pl.DataFrame({"contig": ["H3N2|HA", "H1N1|HA"], "sequence": ["AA", "CC"]})
    assert reference_by_lineage(table, rules) == {"H3N2": {"HA": "AA"}, "H1N1": {"HA": "CC"}}
    assert reference_by_lineage(table, CatalogueRules())[""]["H3N2|HA"] == "AA"


def test_a_lineage_column_that_is_missing_is_an_input_error() -> None:
    with pytest.raises(InputError, match="clade"):
        sample_inputs(
            {"samples": SAMPLES, "genomes": GENOMES}, CatalogueRules(lineage_column="clade")
        )


def test_a_reference_of_something_else_is_an_input_error() -> None:
    seen = sequenced_samples({"samples": SAMPLES, "genomes": GENOMES}, CatalogueRules())
    with pytest.raises(NoCommonContigError, match="HA") as told:
        check_common_contigs(seen.contigs, {"": {"chromosome": "ACGT"}})
    assert told.value.exit_code == 3


@pytest.mark.parametrize(("known", "taken"), [(["chromosome"], "chromosome"), (["a", "b"], "")])
def test_a_sequence_without_a_contig_is_of_the_only_one_there_is(
    known: list[str], taken: str
) -> None:
    bare = GENOMES.with_columns(contig=pl.lit(""))
    reference = pl.DataFrame({"contig": known, "sequence": ["ACGT"] * len(known)})
    (one,), _ = sample_inputs(
        {"samples": SAMPLES, "genomes": bare, "reference": reference}, CatalogueRules()
    )
    assert [part.contig for part in one.consensus] == [taken]
