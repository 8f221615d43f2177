from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from nanoward.base.tables import ACQUIRED
from nanoward.catalogue.evolution.acquired_mutations import AnnotatedLocus, GenomeAnnotation
from nanoward.catalogue.evolution.baseline import FIRST, LOT, Baseline, Host, ObservedSample
from nanoward.catalogue.evolution.parallel_evolution import (
    CallableGroups,
    at_least,
    exposure,
    later_samples,
    origin_groups,
    recurrence_table,
    selection_table,
)
from nanoward.maths.frames import frame_of

LENGTH = 400
LOCI = tuple(
    AnnotatedLocus(
        name=f"g{at}", role="cds", contig="c", first=100 * at + 1, last=100 * at + 100
    )
    for at in range(4)
)
LAYOUT = GenomeAnnotation(regions=LOCI)


def acquired(rows: list[tuple[str, int, str]], effect: str | None = None) -> pl.DataFrame:
    return frame_of(
        ACQUIRED,
        (
            {"participant": who, "contig": "c", "position": at, "ref": "N", "alt": alt,
             "effect": effect}
            for who, at, alt in rows
        ),
    )  # fmt: skip


def exposed(people: int, length: int = LENGTH) -> CallableGroups:
    names = {f"p{at}": f"p{at}" for at in range(people)}
    return CallableGroups(groups=names, told={"c": np.full(length, float(people))})


def test_linked_people_are_one_origin() -> None:
    groups = origin_groups(["a", "b", "c", "d"], [("b", "c"), ("c", "d"), ("x", "a")])
    assert groups == {"a": "a", "b": "b", "c": "b", "d": "b"}
    one = CallableGroups(groups=groups, told={"c": np.full(LENGTH, 2.0)})
    table = recurrence_table(acquired([(who, 5, "A") for who in "abcd"]), LAYOUT, one)
    (site,) = table.filter(unit="site").to_dicts()
    assert (site["origins"], site["people"]) == (2, 4)


def test_a_locus_and_a_site_by_hand() -> None:
    rows = [("p0", 5, "A"), ("p1", 5, "A"), ("p2", 9, "C"), ("p3", 301, "T")]
    table = recurrence_table(acquired(rows), LAYOUT, exposed(10))
    first = table.filter(unit="g0").row(0, named=True)
    assert (first["origins"], first["people"], first["expected"]) == (3, 3, 1.0)
    assert first["p_value"] == pytest.approx(4 * 0.25**3 * 0.75 + 0.25**4)
    (site,) = table.filter(unit="site").to_dicts()  # those of a single origin are left out
    each = 4 / (3 * LENGTH * 10)
    assert site["p_value"] == pytest.approx(binom.sf(1, 10, each))
    assert site["q_value"] == pytest.approx(min(1.0, site["p_value"] * 3 * LENGTH))


def test_nothing_acquired_gives_no_rows() -> None:
    assert recurrence_table(acquired([]), LAYOUT, exposed(3)).is_empty()
    back = frame_of(ACQUIRED, [{"participant": "p0", "contig": "c", "position": 1,
                                "ref": "A", "alt": "A"}])  # fmt: skip
    assert recurrence_table(back, LAYOUT, exposed(3)).is_empty()


@given(st.integers(0, 20), st.integers(1, 40), st.floats(0, 1))
def test_the_tail_is_that_of_the_binomial(found: int, trials: int, share: float) -> None:
    if found <= trials:
        assert at_least(found, trials, share) == pytest.approx(
            float(binom.sf(found - 1, trials, share)), abs=1e-12
        )


def world(rng: np.random.Generator, hot: float) -> pl.DataFrame:
    """40 people with 12 changes each; with `hot`, a share of people has site 250 too."""
    rows = []
    for who in range(40):
        places = rng.choice(LENGTH, 12, replace=False).tolist()
        rows += [(f"p{who}", at + 1, "ACGT"[int(rng.integers(0, 4))]) for at in places]
        if rng.random() < hot:
            rows.append((f"p{who}", 250, "A"))
    return acquired(rows).unique(["participant", "position", "alt"])


def test_chance_alone_is_rarely_called_and_a_hot_site_is() -> None:
    rng = np.random.default_rng(3)
    calm = [recurrence_table(world(rng, 0.0), LAYOUT, exposed(40)) for _ in range(40)]
    assert sum(table["recurrent"].any() for table in calm) <= 4
    hot = [recurrence_table(world(rng, 0.25), LAYOUT, exposed(40)) for _ in range(20)]
    told = [set(t.filter(pl.col("recurrent") & (pl.col("alt") != ""))["first"]) for t in hot]
    assert sum(250 in one for one in told) >= 19
    assert sum(len(one - {250}) for one in told) <= 2


def test_shuffling_positions_gives_the_same_p_of_a_locus() -> None:
    rng = np.random.default_rng(8)
    rows = [
        (f"p{at}", place, "A") for at, place in enumerate([3, 20, 44, 71, 90, 150, 220, 333])
    ]
    told = recurrence_table(acquired(rows), LAYOUT, exposed(8)).filter(unit="g0")
    drawn = rng.integers(0, LENGTH, (20_000, len(rows))) < 100
    assert told["p_value"][0] == pytest.approx((drawn.sum(axis=1) >= 5).mean(), abs=0.006)


def test_the_first_sample_is_not_where_changes_could_be_seen() -> None:
    first = ObservedSample(
        sample="a", taken=date(2026, 1, 1), alleles={}, readable={"c": np.ones(4, bool)}
    )
    dark = {"c": np.array([True, True, False, False])}
    later = ObservedSample(sample="b", taken=date(2026, 1, 9), alleles={}, readable=dark)
    begun = Baseline(kind=FIRST, day=first.taken, lot=None, sample=first)
    one = Host(participant="p", baseline=begun, samples=[first, later])
    other = Host(
        participant="q", baseline=Baseline(kind=LOT, day=None, lot="L"), samples=[first]
    )
    told = exposure(later_samples([one, other]), {"p": "p", "q": "q"})
    assert told.told["c"].tolist() == [2, 2, 1, 1]
    assert told.within("c", 2, 3) == 3
    assert (told.whole, told.within("d", 1, 1)) == (6, 0)


def test_dn_ds_of_a_frame_by_hand() -> None:
    frame = AnnotatedLocus(name="f", role="cds", contig="c", first=1, last=12, coding=True)
    layout = GenomeAnnotation(regions=(frame,), letters={"c": "ATGTTTGGGTAA"})
    rows = pl.concat([acquired([("p", 4, "G"), ("q", 4, "G"), ("r", 5, "C")], "missense"),
                      acquired([("p", 9, "A")], "synonymous")])  # fmt: skip
    table = selection_table(rows, layout, {"p": "p", "q": "q", "r": "q"})
    told = {row["locus"]: row for row in table.to_dicts()}
    assert set(told) == {"f", "*"}
    assert (told["f"]["missense"], told["f"]["synonymous"]) == (3, 1)
    assert told["f"]["synonymous_sites"] == pytest.approx(4 / 3)
    assert told["f"]["ratio"] == pytest.approx(3 / (9 - 4 / 3) / (1 / (4 / 3)))
    assert selection_table(rows, GenomeAnnotation(), {"p": "p"}).is_empty()


def test_dn_ds_of_changes_by_chance_is_one() -> None:
    """Uniform changes of a random frame: the interval holds 1 in about 95 of 100 worlds."""
    from nanoward.catalogue.evolution.acquired_mutations import effect_of

    rng = np.random.default_rng(12)
    codons = [c for c in _sense() for _ in range(3)]
    letters = "ATG" + "".join(rng.permutation(codons)) + "TAA"
    frame = AnnotatedLocus(
        name="f", role="cds", contig="c", first=1, last=len(letters), coding=True
    )
    layout = GenomeAnnotation(regions=(frame,), letters={"c": letters})
    held = 0
    for _ in range(100):
        rows = []
        for who in range(60):
            at = int(rng.integers(0, len(letters) - 3))
            alt = "ACGT".replace(letters[at], "")[int(rng.integers(0, 3))]
            row = {"position": at + 1, "ref": letters[at], "alt": alt}
            rows.append({"participant": f"p{who}", "contig": "c", **row,
                         "effect": effect_of(frame, layout.letters, row)})  # fmt: skip
        told = selection_table(
            frame_of(ACQUIRED, rows), layout, {f"p{who}": f"p{who}" for who in range(60)}
        ).filter(locus="f").row(0, named=True)  # fmt: skip
        held += told["low"] <= 1 <= (told["high"] or np.inf)
    assert 91 <= held <= 100


def _sense() -> list[str]:
    from nanoward.maths.genetics.codons import CODE

    return [codon for codon, acid in CODE.items() if acid != "*"]
