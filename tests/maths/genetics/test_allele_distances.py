import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics import allele_distances
from nanoward.maths.genetics.allele_distances import distances, pairs_within
from nanoward.maths.genetics.allele_frequencies import shared_factors, table_of_shares
from nanoward.maths.genetics.allele_tables import allele_table

REFERENCE = "ACGTACGTAC"


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


def slow_distance(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(abs(a.get(one, 0) - b.get(one, 0)) for one in "ACGT-") / 2


def test_a_pair_by_hand_one_base_one_mixture_and_one_unreadable_position() -> None:
    texts = {"x": "ACGTACGTAC", "y": "TCGTACGTAN", "z": "NCGTACGTAC"}
    rows = [("y", 1, "A", "T", 1.0), ("y", 3, "G", "A", 0.3), ("z", 3, "G", "A", 0.1)]
    table = allele_table(("x", "y", "z"), aligned(texts), factors(rows))
    apart = distances(table)
    assert apart[0, 1] == pytest.approx(1.3, abs=1e-5)
    assert apart[1, 2] == pytest.approx(0.2, abs=1e-5)
    assert apart[0, 2] == pytest.approx(0.1, abs=1e-5)
    np.testing.assert_array_equal(table.compared, [[10, 9, 9], [9, 9, 8], [9, 8, 9]])
    assert shared_factors(table, 0.02)[1, 2] == 1


def test_distances_agree_with_a_slow_count_and_ignore_the_order_of_samples() -> None:
    rng = np.random.default_rng(5)
    names = [f"s{k}" for k in range(6)]
    texts, rows, shares = {}, [], {}
    for name in names:
        letters, own = [], []
        for place, ref in enumerate(REFERENCE):
            alt = "ACGT"[("ACGT".index(ref) + 1) % 4]
            kind = rng.integers(0, 4)
            if kind == 0:
                letters.append("N")
                own.append(None)
            elif kind == 1:
                letters.append(alt)
                own.append({alt: 1.0})
                rows.append((name, place + 1, ref, alt, 1.0))
            else:
                share = float(rng.random() * 0.4)
                letters.append(ref)
                own.append({ref: 1 - share, alt: share})
                rows.append((name, place + 1, ref, alt, share))
        texts[name], shares[name] = "".join(letters), own
    whole = distances(allele_table(names, aligned(texts), factors(rows)))
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            slow = sum(
                slow_distance(x, y)
                for x, y in zip(shares[a], shares[b], strict=True)
                if x is not None and y is not None
            )
            assert whole[i, j] == pytest.approx(slow, abs=1e-4)
    order = [3, 0, 5, 1, 4, 2]
    mixed = [names[k] for k in order]
    turned = distances(allele_table(mixed, aligned(texts), factors(rows)))
    np.testing.assert_array_equal(turned, whole[np.ix_(order, order)])
    fewer = distances(allele_table(names[:3], aligned(texts), factors(rows)))
    np.testing.assert_array_equal(fewer, whole[:3, :3])


def test_distances_are_the_sums_over_sites_that_both_tell_to_the_last_bit() -> None:
    """Codes, mixtures, deletions, blanks, shares of more than all: against the plain sum."""
    rng = np.random.default_rng(8)
    for samples, sites in ((1, 3), (4, 1), (12, 40), (30, 80)):
        shares = np.zeros((samples, sites, 5))
        drawn = rng.integers(0, 5, (samples, sites))
        pure = np.where(rng.random((samples, sites)) < 0.7, 0, drawn)
        np.put_along_axis(shares, pure[:, :, None], 1.0, axis=2)
        mixed = rng.random((samples, sites)) < 0.2
        part = np.round(rng.random((samples, sites)) * 2**20) / 2**20
        shares[mixed] = 0.0
        shares[mixed, 1], shares[mixed, 2] = part[mixed], 1 - part[mixed]
        shares[0, 0] = [1.25, 0.5, 0, 0, 0]
        readable = rng.random((samples, sites)) < 0.9
        weights = np.round(rng.random(sites) * 128) / 64
        table = table_of_shares(
            samples=tuple(map(str, range(samples))),
            sites=tuple(("c", at + 1, "") for at in range(sites)),
            shares=shares,
            readable=readable,
            origin=np.zeros(sites, np.int64),
            compared=np.zeros((samples, samples), np.int64),
        )
        both = readable[:, None] & readable[None]
        apart = np.abs(shares[:, None] - shares[None]).sum(axis=3) / 2 * both
        assert np.array_equal(distances(table), apart.sum(axis=2))
        assert np.array_equal(distances(table, weights), (apart * weights).sum(axis=2))


def test_pairs_of_one_group_come_in_the_order_of_groups_however_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = np.array([0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 4, 5])
    want = [(i, j) for i in range(12) for j in range(i + 1, 12) if group[i] == group[j]]
    for most in (1, 5, 1000):
        monkeypatch.setattr(allele_distances, "AT_ONCE", most)
        found = [
            (int(i), int(j))
            for left, right in pairs_within(group)
            for i, j in zip(left, right, strict=True)
        ]
        assert found == want
