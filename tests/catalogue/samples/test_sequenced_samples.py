"""Which samples were sequenced, and a digest of all that is known of each."""

from datetime import date

import polars as pl
import pytest

from nanoward.base.tables import READ, UNREAD
from nanoward.catalogue import CatalogueRules, sample_inputs
from nanoward.catalogue.samples.sequenced_samples import (
    no_consensus,
    part_of_samples,
    sample_digests,
    sequenced_samples,
)

SAMPLES = pl.DataFrame(
    {"sample": ["s1", "s2"], "participant": ["p", None], "taken": [date(2026, 1, 1)] * 2,
     "subtype": ["H3N2", "H3N2"]}
)  # fmt: skip
GENOMES = pl.DataFrame(
    {"sample": ["s1", "s2", "s9"], "contig": ["HA"] * 3, "run": ["r"] * 3,
     "sequence": ["ACGT"] * 3, "line": [1, 3, 5]}
)  # fmt: skip
RULES = CatalogueRules()


def test_a_sample_of_nobody_names_whom_it_may_be() -> None:
    genomes = GENOMES.with_columns(sample=pl.lit("S-01"))
    samples = SAMPLES.with_columns(sample=pl.lit("S1"))[:1]
    _, (told,) = sample_inputs({"samples": samples, "genomes": genomes}, CatalogueRules())
    assert told.code == "CAT-001"
    assert "is 'S1' meant?" in told.message


def test_samples_without_a_consensus_are_told_once_for_each_file() -> None:
    rows = [("a", "x.vcf"), ("b", "x.vcf"), ("c", "y.vcf")]
    variants = pl.DataFrame(
        {
            "sample": [name for name, _ in rows],
            "file": [file for _, file in rows],
            "contig": "c",
            "position": 3,
            "ref": "A",
            "alt": "G",
            "frequency": 1.0,
        }
    )
    samples = pl.DataFrame({"sample": ["a", "b", "c"], "participant": ["p", "q", "r"]})
    _, told = sample_inputs({"samples": samples, "variants": variants}, CatalogueRules())
    assert [one.code for one in told] == ["CAT-004", "CAT-004"]
    assert [dict(one.row)["sample"] for one in told] == ["a", "c"]
    assert "samples a, b have" in told[0].message


def test_several_samples_of_one_file_are_told_together() -> None:
    told = no_consensus(["a", "b", "c", "d"])
    assert "samples a, b, c and 1 more have variants" in told.message
    assert told.subject == ""


KINDS = {
    "sample": pl.String,
    "contig": pl.String,
    "position": pl.Int64,
    "ref": pl.String,
    "alt": pl.String,
    "frequency": pl.Float64,
    "depth": pl.Int64,
    "last": pl.Int64,
}
BLOCK = ("b", "c", 1, "", UNREAD, None, None, None)
Row = tuple[str, str | None, int, str, str, float | None, int | None, int | None]


def told(*rows: Row) -> dict[str, pl.DataFrame]:
    people = pl.DataFrame(
        {"sample": ["a", "b"], "participant": ["p", "q"], "taken": [date(2026, 1, 1)] * 2,
         "subtype": ["x", "x"]}
    )  # fmt: skip
    genomes = pl.DataFrame(
        {"sample": ["a"], "contig": ["c"], "run": ["r"], "sequence": ["ACGT"], "laid": [False],
         "verdict": ["agent"]}
    )  # fmt: skip
    return {
        "samples": people,
        "genomes": genomes,
        "variants": pl.DataFrame(rows, KINDS, orient="row"),
    }


SEEN: Row = ("a", "c", 2, "C", "T", 0.25, 100, None)


def digest(tables: dict[str, pl.DataFrame], rules: CatalogueRules = RULES) -> str:
    return sample_digests(tables, rules, ["a"])["a"]


@pytest.mark.hazard("H-431")
@pytest.mark.parametrize(
    "other",
    [
        ("a", "d", 2, "C", "T", 0.25, 100, None),
        ("a", "c", 3, "C", "T", 0.25, 100, None),
        ("a", "c", 2, "G", "T", 0.25, 100, None),
        ("a", "c", 2, "C", "A", 0.25, 100, None),
        ("a", "c", 2, "C", "T", 0.25000000000000006, 100, None),
        ("a", "c", 2, "C", "T", 0.25, 101, None),
        ("a", "c", 2, "C", "T", 0.25, None, None),
        ("a", "c", 2, "C", "T", 0.25, 100, 3),
        ("a", "c", 2, "C", READ, None, None, 3),
    ],
)
def test_whatever_is_known_of_a_variant_changes_the_digest(other: Row) -> None:
    assert digest(told(other)) != digest(told(SEEN))
    assert digest(told(SEEN, other)) != digest(told(SEEN))


@pytest.mark.hazard("H-431")
@pytest.mark.parametrize(
    ("role", "column", "value"),
    [
        ("samples", "participant", "somebody else"),
        ("samples", "taken", date(2026, 1, 2)),
        ("genomes", "sequence", "ACGA"),
        ("genomes", "contig", "d"),
        ("genomes", "run", "s"),
        ("genomes", "laid", True),
        ("genomes", "verdict", "relative"),
    ],
)
def test_whatever_is_known_of_a_sample_changes_the_digest(
    role: str, column: str, value: object
) -> None:
    tables = told(SEEN)
    tables[role] = tables[role].with_columns(pl.lit(value).alias(column))
    assert digest(tables) != digest(told(SEEN))


def test_the_lineage_counts_where_the_rules_name_its_column() -> None:
    rules, tables = CatalogueRules(lineage_column="subtype"), told(SEEN)
    tables["samples"] = tables["samples"].with_columns(subtype=pl.lit("y"))
    assert digest(tables) == digest(told(SEEN))
    assert digest(tables, rules) != digest(told(SEEN), rules)


def test_a_digest_asks_neither_for_the_order_of_rows_nor_for_other_samples() -> None:
    other: Row = ("a", "c", 1, "A", "T", 0.5, 100, None)
    beside: Row = ("b", "c", 1, "A", "T", 0.5, 100, None)
    assert digest(told(SEEN, other)) == digest(told(other, beside, SEEN))
    noise: Row = ("a", "c", 9, "A", "T", None, 100, None)  # no share: it is not read
    assert digest(told(SEEN, noise)) == digest(told(SEEN))


def test_letters_that_run_into_each_other_are_told_apart() -> None:
    one, other = (
        ("a", "c", 2, "C C", "T", 0.5, 1, None),
        ("a", "c", 2, "C", "C T", 0.5, 1, None),
    )
    assert digest(told(one)) != digest(told(other))


def test_a_block_to_the_end_tells_what_was_read_and_needs_no_consensus() -> None:
    seen: Row = ("b", "c", 2, "C", "T", 0.25, 100, None)
    (finding,) = sequenced_samples(told(seen), RULES).findings
    assert finding.code == "CAT-004"
    assert sequenced_samples(told(seen, BLOCK), RULES).findings == ()
    part: Row = ("b", "c", 1, "", UNREAD, None, None, 2)
    assert len(sequenced_samples(told(seen, part), RULES).findings) == 1


def test_contigs_are_those_of_samples_that_somebody_gave() -> None:
    nobody: Row = ("z", "strange", 2, "C", "T", 0.25, 100, None)
    other: Row = ("b", "d", 2, "C", "T", 0.25, 100, None)
    found = sequenced_samples(told(other, nobody), RULES)
    assert (found.names, found.contigs) == (["a", "b"], {"c", "d"})
    assert sequenced_samples(told(BLOCK), RULES).names == ["a", "b"]


def test_a_part_has_the_rows_of_its_samples_and_every_other_table() -> None:
    part = part_of_samples(told(SEEN, BLOCK), ["b"])
    assert part["genomes"].is_empty()
    assert part["variants"]["sample"].to_list() == ["b"]
    assert part["samples"].height == 2
    (one,) = sample_inputs(part, RULES)[0]
    assert (one.sample, one.told_by_blocks) == ("b", True)


def test_control_samples_are_nobodys() -> None:
    tables = told(SEEN, BLOCK)
    tables["samples"] = tables["samples"].with_columns(control=pl.Series([False, True]))
    assert sequenced_samples(tables, RULES).names == ["a"]
