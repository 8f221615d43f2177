from datetime import date

import polars as pl
import pytest

from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus, GenomeAnnotation
from nanoward.catalogue.evolution.kill_locus_integrity import (
    guarded_regions,
    guarded_table,
    kill_locus_findings,
    participants_with_altered_locus,
)

REGIONS = (
    AnnotatedLocus(name="off", role="kill", contig="c", first=3, last=6),
    AnnotatedLocus(name="fence", role="safety", contig="c", first=8, last=9),
    AnnotatedLocus(name="gene", role="cds", contig="c", first=1, last=9),
)
DAY = date(2026, 1, 1)


def told(sequence: str, *variants: tuple[int, str, str, float]) -> pl.DataFrame:
    profiles = pl.DataFrame(
        {"sample": ["s"], "participant": ["p"], "taken": [DAY], "typed_as": ["agent"]}
    )
    aligned = pl.DataFrame({"sample": ["s"], "contig": ["c"], "sequence": [sequence]})
    factors = pl.DataFrame(
        [("s", "c", *one) for one in variants],
        schema={"sample": pl.String, "contig": pl.String, "position": pl.Int64,
                "ref": pl.String, "alt": pl.String, "frequency": pl.Float64},
        orient="row",
    )  # fmt: skip
    design = GenomeAnnotation(regions=REGIONS, letters={"c": "ACGTACGTAC"})
    return guarded_table(design, profiles, aligned, factors, {"s": 0.02})


def test_only_kill_and_safety_loci_are_guarded() -> None:
    assert [one.name for one in guarded_regions(REGIONS)] == ["off", "fence"]
    assert told("ACGTACGTAC").select("locus", "state").rows() == [
        ("fence", "intact"),
        ("off", "intact"),
    ]


@pytest.mark.hazard("H-53")
@pytest.mark.parametrize("share", [0.003, 0.2, 1.0])
@pytest.mark.parametrize("position", [3, 6])
def test_a_variant_at_any_share_alters_a_locus(position: int, share: float) -> None:
    table = told("ACGTACGTAC", (position, "G", "A", share))
    row = table.filter(locus="off").row(0, named=True)
    assert (row["state"], row["highest"], row["detection_limit"]) == ("altered", share, 0.02)
    (finding,) = kill_locus_findings(table)
    assert (finding.code, finding.severity, finding.subject) == ("CAT-050", "error", "p")
    assert f"c:{position} G>A" in finding.message


def test_a_deletion_that_begins_before_a_locus_reaches_into_it() -> None:
    states = dict(told("ACGTACGTAC", (1, "ACG", "A", 0.1)).select("locus", "state").rows())
    assert states == {"off": "altered", "fence": "intact"}
    assert kill_locus_findings(told("ACGTACGTAC", (7, "G", "T", 1.0))) == ()


def test_what_was_not_read_is_not_intact() -> None:
    row = told("ACGNACGTAC").filter(locus="off").row(0, named=True)
    assert (row["state"], row["readable"], row["length"]) == ("unread", 3, 4)


def test_a_person_is_told_once_with_the_worst_sample_first() -> None:
    table = pl.concat(
        [
            told("ACGTACGTAC", (4, "T", "A", share)).with_columns(sample=pl.lit(name))
            for name, share in (("s1", 0.1), ("s2", 0.4))
        ]
    )
    (row,) = participants_with_altered_locus(table)
    assert row["told"] == "sample s2 (c:4 T>A 40.0%) and 1 more samples"
