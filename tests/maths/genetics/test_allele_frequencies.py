import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics import allele_frequencies
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_frequencies import (
    consensus_only,
    jointly_readable,
    mixed_samples,
    rows_of,
    shared_factors,
    table_of_shares,
)
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


def test_joint_readability_is_counted_over_chunks() -> None:
    readable = np.random.default_rng(1).random((3, 70_000)) < 0.5
    np.testing.assert_array_equal(
        jointly_readable(readable), (readable[:, None] & readable[None]).sum(axis=2)
    )


def test_joint_readability_of_few_blanks_is_that_of_a_product() -> None:
    readable = np.random.default_rng(2).random((40, 3000)) > 0.001
    assert (~readable).sum() > 50
    both = readable.astype(int) @ readable.astype(int).T
    np.testing.assert_array_equal(jointly_readable(readable), both)


def test_rows_of_a_table_keep_their_sites_and_their_distances() -> None:
    table = allele_table(
        ["a", "b", "c"], aligned({"a": "AAAN", "b": "ACAA", "c": "ACTA"}), factors([])
    )
    kept = rows_of(table, [2, 0])
    assert kept.samples == ("c", "a")
    assert kept.sites == table.sites
    np.testing.assert_array_equal(kept.compared, table.compared[np.ix_([2, 0], [2, 0])])
    assert distances(kept)[0, 1] == distances(table)[2, 0] == 2


def random_shares(seed: int) -> dict[str, object]:
    """Usual alleles, others, mixtures, blanks; shares that add up to more or less than one."""
    chance = np.random.default_rng(seed)
    samples, sites = 9, 30
    shares = np.zeros((samples, sites, 5))
    usual = chance.integers(0, 4, sites)
    shares[:, np.arange(sites), usual] = 1.0
    odd = chance.random((samples, sites)) < 0.3
    part = np.round(chance.random((samples, sites, 5)) * 2**20) / 2**20
    shares[odd] = (part * (chance.random(part.shape) < 0.4))[odd]
    readable = chance.random((samples, sites)) < 0.9
    return {
        "samples": tuple(f"s{k}" for k in range(samples)),
        "sites": tuple(("c", at + 1, "") for at in range(sites)),
        "shares": shares,
        "readable": readable,
        "origin": np.where(chance.random(sites) < 0.7, usual, 0),
        "compared": jointly_readable(readable),
    }


@pytest.mark.parametrize("seed", range(8))
def test_what_is_asked_of_a_table_is_what_the_dense_way_says(seed: int) -> None:
    made = random_shares(seed)
    made["shares"] = np.where(made["readable"][:, :, None], made["shares"], 0.0)
    new, old = table_of_shares(**made), dense_alleles.AlleleTable(**made)
    np.testing.assert_array_equal(new.shares, old.shares)
    for least in (0.02, 0.5):
        np.testing.assert_array_equal(
            shared_factors(new, least), dense_alleles.shared_factors(old, least)
        )
        np.testing.assert_array_equal(
            mixed_samples(new, least), dense_alleles.mixed_samples(old, least)
        )
    rows = np.random.default_rng(seed).random(9) < 0.4
    pure, slow = consensus_only(new, rows), dense_alleles.consensus_only(old, rows)
    np.testing.assert_array_equal(pure.shares, slow.shares)
    np.testing.assert_array_equal(distances(pure), dense_alleles.distances(slow))
    kept = [7, 2, 5]
    np.testing.assert_array_equal(
        rows_of(pure, kept).shares, dense_alleles.rows_of(slow, kept).shares
    )


def test_what_many_carry_is_multiplied_densely_and_nothing_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = table_of_shares(**random_shares(3))
    found = shared_factors(table, 0.02)
    for often in (0, 10_000):
        monkeypatch.setattr(allele_frequencies, "OFTEN", often)
        np.testing.assert_array_equal(shared_factors(table, 0.02), found)
