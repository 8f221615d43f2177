import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_tables import allele_table

sys.path.insert(0, str(Path(__file__).parents[2] / "oracles"))
import dense_alleles


def aligned(texts: dict[str, str]) -> pl.DataFrame:
    return frame_of(
        ALIGNED,
        ({"sample": name, "contig": "c", "sequence": text} for name, text in texts.items()),
    )


def factors(rows: list[tuple[str, int, str, str, float]]) -> pl.DataFrame:
    names = ("sample", "position", "ref", "alt", "frequency")
    return frame_of(
        FACTORS,
        ({"contig": "c", **dict(zip(names, row, strict=True))} for row in rows),
    )


def test_an_insertion_is_a_site_of_its_own() -> None:
    texts = {"x": "ACGT", "y": "ACGT"}
    table = allele_table(("x", "y"), aligned(texts), factors([("y", 2, "C", "CAA", 1.0)]))
    assert table.sites == (("c", 2, "C>CAA"),)
    assert distances(table)[0, 1] == 1.0


def test_a_contig_that_a_sample_lacks_is_unreadable_in_it() -> None:
    rows = [{"sample": "x", "contig": c, "sequence": "ACGT"} for c in "ab"]
    rows.append({"sample": "y", "contig": "a", "sequence": "ACGA"})
    table = allele_table(("x", "y"), frame_of(ALIGNED, rows), factors([]))
    assert table.compared[0, 1] == 4
    assert distances(table)[0, 1] == 1.0


@pytest.mark.parametrize("seed", range(6))
def test_tables_are_those_of_the_dense_way_to_the_last_bit(seed: int) -> None:
    """Codes, blanks, deletions, minor factors, indels of one place, shares of nothing."""
    chance = np.random.default_rng(seed)
    names = [f"s{k:02d}" for k in range(12)]
    texts, rows = {}, []
    for name in names:
        letters = np.array(list("ACGT" * 15))
        for place in chance.choice(60, 20, replace=False).tolist():
            letters[place] = chance.choice(list("ACGTRYSWKMBDHVN-"))
        texts[name] = "".join(letters)
        for place in chance.choice(60, 8, replace=False).tolist():
            ref = "ACGT"[place % 4]
            for alt in chance.choice([a for a in "ACGT-" if a != ref], 2, replace=False):
                share = float(chance.choice([0.0, 1e-8, 0.01, 0.3, 0.5, 1.0]))
                rows.append((name, place + 1, ref, str(alt), share))
        longer = chance.choice(["CAA", "CAAA", "CG", "CTT", "CCC"], 2, replace=False)
        rows += [(name, int(chance.choice([2, 6])), "C", str(alt), 0.4) for alt in longer]
        rows.append((name, 30, "CGT", "C", float(chance.random())))
    told = aligned(texts), factors(rows)
    new, old = (way(names, *told) for way in (allele_table, dense_alleles.allele_table))
    assert new.sites == old.sites
    for part in ("shares", "readable", "origin", "compared"):
        np.testing.assert_array_equal(getattr(new, part), getattr(old, part), part)
    np.testing.assert_array_equal(distances(new), dense_alleles.distances(old))
