import numpy as np
import polars as pl
import pytest

from nanoward.base.errors import NotInDataError
from nanoward.bonds.relatedness.allele_sharing import (
    closeness,
    excess_sharing,
    minor_likelihood,
)
from nanoward.flows.bonds.sharing_beyond import sharing_of_pairs, sharing_of_variants


def pairs(column: str, **more: object) -> pl.DataFrame:
    rng = np.random.default_rng(2)
    names = [f"p{k}" for k in range(8)]
    rows = [
        {"a": b, "b": a, column: float(rng.uniform(1, 9)), "block": "V" if k < 4 else "W"}
        for k, a in enumerate(names)
        for b in names[k + 1 :]
        if (k < 4) == (int(b[1]) < 4)
    ]
    return pl.DataFrame(rows).with_columns(**more)


def square(table: pl.DataFrame, column: str, names: list[str]) -> np.ndarray:
    found = np.full((len(names), len(names)), np.nan)
    for a, b, value in table.select("a", "b", column).rows():
        if a in names and b in names:
            i, j = names.index(a), names.index(b)
            found[i, j] = found[j, i] = value
    return found


def test_rates_are_judged_within_their_block_and_come_largest_first() -> None:
    table = pairs("rate")
    found = sharing_of_pairs(table)
    rows = found.tables["sharing"]
    assert found.facts == {"people": 8, "pairs": 12, "blocks": 2}
    assert rows["score"].is_sorted(descending=True)
    own = ["p0", "p1", "p2", "p3"]
    expected = excess_sharing(square(table, "rate", own), np.zeros(4, int))
    got = dict(zip(rows.select("a", "b").rows(), rows["score"], strict=True))
    assert got["p0", "p3"] == pytest.approx(expected[0, 3])
    assert set(rows.filter(pl.col("a") == "p0")["block"]) == {"V"}


def test_distances_are_judged_beside_the_nearest_and_the_days() -> None:
    table = pairs("distance").drop("block").filter(pl.col("a") < "p4")
    own = ["p0", "p1", "p2", "p3"]
    plain = sharing_of_pairs(table).tables["sharing"]
    expected = closeness(square(table, "distance", own))
    assert plain["block"].unique().to_list() == ["all"]
    got = dict(zip(plain.select("a", "b").rows(), plain["score"], strict=True))
    assert got["p1", "p2"] == pytest.approx(expected[1, 2])
    later = sharing_of_pairs(table.with_columns(days=pl.lit(250.0))).tables["sharing"]
    shift = dict(zip(later.select("a", "b").rows(), later["score"], strict=True))
    assert got["p1", "p2"] - shift["p1", "p2"] == pytest.approx(1.0)


def test_a_table_that_says_not_which_or_both_is_refused() -> None:
    with pytest.raises(NotInDataError, match="rate or distance"):
        sharing_of_pairs(pairs("rate").with_columns(distance=pl.lit(1.0)))
    with pytest.raises(NotInDataError, match="rate or distance"):
        sharing_of_pairs(pairs("other"))
    with pytest.raises(NotInDataError, match="'b'"):
        sharing_of_pairs(pairs("rate").drop("b"))


def test_minor_variants_are_compared_within_strata_and_common_ones_are_left_out() -> None:
    rows = [("s0", 5, 0.1), ("s1", 5, 0.2), ("s2", 9, 0.3), ("s3", 9, 0.3), ("s0", 7, 0.9),
            ("s1", 7, 0.9)]  # fmt: skip
    variants = pl.DataFrame(
        [{"sample": s, "contig": "c", "position": p, "alt": "G", "frequency": f}
         for s, p, f in rows]
    )  # fmt: skip
    samples = pl.DataFrame(
        {"sample": [f"s{k}" for k in range(6)], "participant": [f"p{k}" for k in range(6)],
         "season": ["A"] * 4 + ["B"] * 2}
    )  # fmt: skip
    found = sharing_of_variants(variants, samples, ["season"]).tables["sharing"]
    shares = np.zeros((6, 2))
    shares[:2, 0], shares[2:4, 1] = (0.1, 0.2), 0.3
    expected = minor_likelihood(shares, np.array([0, 0, 0, 0, 1, 1]))
    got = dict(zip(found.select("a", "b").rows(), found["score"], strict=True))
    assert got["p0", "p1"] == pytest.approx(expected[0, 1])
    assert got["p0", "p2"] == 0
    assert ("p0", "p4") not in got
    with pytest.raises(NotInDataError, match="ward"):
        sharing_of_variants(variants, samples, ["ward"])
