import numpy as np
import polars as pl
import pytest

from nanoward.flows.bonds.near_genomes import (
    NotAlignedError,
    aligned_masks,
    near_genomes,
    told_by_both,
)

TEXTS = {"s1": "ACGTACGTAC", "s2": "ACGTACGTAT", "s3": "NNNNNNGTAT", "s4": "TTTTTTTTTT"}


def table(texts: dict[str, str], contig: str = "c") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sample": list(texts),
            "contig": [contig] * len(texts),
            "sequence": list(texts.values()),
        }
    )


def by_letters(texts: dict[str, str], a: str, b: str) -> tuple[int, int]:
    told = [(x, y) for x, y in zip(texts[a], texts[b], strict=True) if "N" not in x + y]
    return sum(x != y for x, y in told), len(told)


def test_every_pair_is_counted_and_the_near_ones_are_told_nearest_first() -> None:
    found = near_genomes(table(TEXTS), 1)
    near, counts = found.tables["near"], found.tables["distances"]
    assert near.rows() == [("s2", "s3", 0, 4), ("s1", "s2", 1, 10), ("s1", "s3", 1, 4)]
    assert counts["pairs"].sum() == found.facts["pairs compared"] == 6
    expected = sorted(
        by_letters(TEXTS, a, b)[0] for k, a in enumerate(TEXTS) for b in list(TEXTS)[k + 1 :]
    )
    told = [far for far, pairs in counts.rows() for _ in range(pairs)]
    assert told == expected


@pytest.mark.hazard("H-428")
def test_genomes_that_tell_hardly_anything_together_are_pointed_out() -> None:
    (finding,) = near_genomes(table(TEXTS), 1).findings
    assert (finding.code, finding.severity) == ("BND-005", "warning")
    assert finding.message.startswith("2 of the pairs at most 1 apart")
    whole = {name: text for name, text in TEXTS.items() if name != "s3"}
    assert not near_genomes(table(whole), 1).findings


@pytest.mark.hazard("H-428")
def test_genomes_of_two_lengths_are_refused() -> None:
    with pytest.raises(NotAlignedError, match="contig c of 3 and of 10 letters") as refused:
        near_genomes(table({**TEXTS, "s5": "ACG"}), 1)
    assert "Align" in refused.value.next_step


def test_contigs_stand_end_to_end_and_one_that_is_lacking_is_untold() -> None:
    whole = pl.concat([table({"b": "AC", "a": "GG"}, "c2"), table({"b": "TTT"}, "c1")])
    names, masks = aligned_masks(whole)
    assert names == ["a", "b"]
    np.testing.assert_array_equal(masks, [[0, 0, 0, 4, 4], [8, 8, 8, 1, 2]])


def test_the_order_of_the_file_changes_nothing() -> None:
    first = near_genomes(table(TEXTS), 9).tables
    other = near_genomes(table(TEXTS)[::-1], 9).tables
    assert all(first[name].equals(other[name]) for name in first)


def test_a_column_that_neither_tells_is_left_out_once() -> None:
    texts = {"a": "NNNAC", "b": "NNCAC", "c": "ACGTA"}
    names, masks = aligned_masks(table(texts))
    told = told_by_both(masks, np.array([0, 0, 1]), np.array([1, 2, 2]))
    wanted = [by_letters(texts, names[i], names[j])[1] for i, j in ((0, 1), (0, 2), (1, 2))]
    assert told.tolist() == wanted == [2, 2, 3]
