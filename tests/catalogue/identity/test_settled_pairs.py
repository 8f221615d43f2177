"""Runs held week by week say what all of them say at once, and few pairs are asked again."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.identity.test_contamination import world
from tests.catalogue.identity.test_contamination_screen import Tables, varied
from tests.oracles.contamination_all_pairs import contamination_result as in_full

from nanoward.catalogue.identity import settled_pairs
from nanoward.catalogue.identity.contamination import contamination_result
from nanoward.catalogue.identity.contamination_kernel import RunAlleles, RunCounts
from nanoward.catalogue.identity.settled_pairs import (
    BAND,
    SLACK,
    SettledRun,
    SettledRuns,
    moves_beyond,
    touched_pairs,
)


def weeks(tables: Tables, sizes: tuple[int, ...]) -> Iterator[Tables]:
    """The same programme as it was known after so many samples."""
    names = tables[0]["sample"].to_list()
    for size in sizes:
        known = pl.col("sample").is_in(names[:size])
        yield tuple(table.filter(known) for table in tables)


def readings(tables: Tables) -> dict[str, str]:
    return dict.fromkeys(tables[0]["sample"].to_list(), "as read")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs were weighed, call by call."""
    counts: list[int] = []
    weigh = settled_pairs.pair_verdicts

    def counted(run: RunAlleles, *rest: object) -> object:
        counts.append(int(run.asked.sum()))
        return weigh(run, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(settled_pairs, "pair_verdicts", counted)
    return counts


@pytest.mark.hazard("H-430")
@pytest.mark.parametrize("seed", range(4))
def test_week_by_week_every_row_is_that_of_all_asked_at_once(seed: int) -> None:
    """Runs come one after the other, and late samples of people who stand in old ones."""
    whole = varied(seed, runs=4, size=8)
    kept: Mapping[str, SettledRun] = {}
    for known in weeks(whole, (8, 16, 20, 24, 32)):
        before = SettledRuns(readings=readings(known), runs=kept)
        people = sorted(set(known[0]["participant"]))
        met = [(people[0], people[1])]
        found = contamination_result(*known, met, before=before)
        anew = in_full(*known, met)
        assert found.table.equals(anew.table)
        assert found.runs == anew.runs
        kept = found.settled


def sworn(rng: np.random.Generator, runs: int, size: int) -> Tables:
    """A world in which the least share that is told stays the same from week to week."""
    profiles, samples, factors, aligned = world(rng, 0.05, runs=runs, size=size)
    low = pl.DataFrame(
        {"sample": profiles["sample"], "contig": "c", "position": factors["position"].max(),
         "ref": "C", "alt": "T", "frequency": 0.02, "depth": 400}
    )  # fmt: skip
    factors = pl.concat([factors.filter(pl.col("frequency") > 0.02), low.cast(factors.schema)])
    return profiles, samples, factors, aligned


@pytest.mark.hazard("H-430")
def test_old_runs_are_hardly_asked_again_and_say_the_same(asked: list[int]) -> None:
    whole = sworn(np.random.default_rng(5), runs=9, size=16)
    kept: Mapping[str, SettledRun] = {}
    first = again = 0
    for known in weeks(whole, (112, 128, 144)):
        asked.clear()
        before = SettledRuns(readings=readings(known), runs=kept)
        found = contamination_result(*known, before=before)
        assert found.table.equals(contamination_result(*known).table)
        first, again = first or sum(asked), sum(asked)
        kept = found.settled
    assert again < 0.5 * first  # of these, the new run is asked whole


@pytest.mark.hazard("H-430")
def test_another_reading_of_any_sample_is_asked_anew(asked: list[int]) -> None:
    known = sworn(np.random.default_rng(2), runs=4, size=10)
    told = readings(known)
    kept = contamination_result(*known, before=SettledRuns(readings=told, runs={})).settled
    asked.clear()
    contamination_result(*known, before=SettledRuns(readings=told, runs=kept))
    still = sum(asked)
    asked.clear()
    other = {**told, "s0-03": "read again"}
    contamination_result(*known, before=SettledRuns(readings=other, runs=kept))
    assert sum(asked) >= still + 4 * 100  # every run holds the counts of all others


@pytest.mark.hazard("H-430")
def test_touched_pairs_are_weighed_again(
    asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = sworn(np.random.default_rng(2), runs=2, size=10)
    before = SettledRuns(readings=readings(known), runs={})
    kept = replace(before, runs=contamination_result(*known, before=before).settled)
    asked.clear()
    contamination_result(*known, before=kept)
    still, some = sum(asked), np.zeros((10, 10), bool)
    some[3, 4:8] = True
    monkeypatch.setattr(settled_pairs, "touched_pairs", lambda *_: some)
    asked.clear()
    contamination_result(*known, before=kept)
    assert still + 4 <= sum(asked) <= still + 8  # of two runs; some were open before


PEOPLE, ALLELES = 4, 3
COUNTS = st.lists(
    st.lists(st.integers(0, 6), min_size=ALLELES, max_size=ALLELES),
    min_size=2 * 2 * (PEOPLE + 1),
    max_size=2 * 2 * (PEOPLE + 1),
)


def counted(told: np.ndarray, prior: np.ndarray) -> RunCounts:
    """Counts of people and of everybody else; those asked are those seen and those not."""
    parts = told.reshape(2, 2, PEOPLE + 1, ALLELES).astype(float)
    both = np.stack([parts[:, 0], parts[:, 0] + parts[:, 1]], axis=1)
    return RunCounts(
        beside=both.sum(axis=2),
        of_person=np.ascontiguousarray(both[:, :, :PEOPLE]),
        prior=prior,
        row=np.arange(PEOPLE),
        band=np.zeros(2),
        slack=0.0,
    )


def log_odds(counts: RunCounts, pair: tuple[int, int]) -> np.ndarray:
    left = counts.beside - counts.of_person[:, :, pair[0]] - counts.of_person[:, :, pair[1]]
    seen, asked = (
        left[:, 0] + counts.prior[:, :1],
        left[:, 1] + counts.prior.sum(axis=1)[:, None],
    )
    chance = seen / asked
    return np.asarray(np.log(chance / (1.0 - chance)))


@pytest.mark.hazard("H-430")
@settings(max_examples=60, deadline=None)
@given(
    before=COUNTS,
    more=COUNTS,
    priors=st.lists(st.floats(0.02, 20.0), min_size=8, max_size=8),
)
def test_no_chance_of_any_pair_moves_further_than_the_bound(
    before: list[list[int]], more: list[list[int]], priors: list[float]
) -> None:
    a, b = (np.array(priors[at : at + 4]).reshape(2, 2) for at in (0, 4))
    old, new = counted(np.array(before), a), counted(np.array(before) + np.array(more), b)
    known = settled_pairs.settled_run(
        "m", np.zeros(0, np.uint64), np.zeros((PEOPLE, PEOPLE), np.uint8), alleles(), old
    )
    limit = moves_beyond(known, new) + np.array(BAND)[:, None] + 1e-9
    for one in range(PEOPLE):
        for other in range(one):
            assert (
                abs(log_odds(new, (one, other)) - log_odds(old, (one, other))) <= limit
            ).all()


def test_counts_that_fell_are_beyond_every_band() -> None:
    prior = np.full((2, 2), 0.5)
    told = np.full((2 * 2 * (PEOPLE + 1), ALLELES), 3)
    old, new = counted(told, prior), counted(told - 1, prior)
    known = settled_pairs.settled_run(
        "m", np.zeros(0, np.uint64), np.zeros((PEOPLE, PEOPLE), np.uint8), alleles(), old
    )
    assert np.isinf(moves_beyond(known, new)).all()


def alleles(share: np.ndarray | None = None) -> RunAlleles:
    """Four samples of four people; the first shows an allele that the others want."""
    held = np.zeros((PEOPLE, ALLELES)) if share is None else share
    size = len(held)
    return RunAlleles(
        share=held,
        depth=np.full(held.shape, 100.0),
        told=np.ones(held.shape, np.uint8),
        wanted=(held < 0.5).astype(np.uint8),
        person=np.arange(size),
        place=np.arange(held.shape[1]),
        floor=np.full(size, 0.02),
        usual=np.full(size, 100.0),
        error=np.full(size, 0.001),
        kind=np.zeros(size, np.int64),
        shown=np.nonzero(held >= 0.25)[1],
        own=np.nonzero(held >= 0.9)[1],
        starts=np.array(
            [
                np.searchsorted(np.nonzero(held >= least)[0], np.arange(size + 1))
                for least in (0.25, 0.9)
            ]
        ),
        needed=np.full((size, size), 10.0),
        asked=np.ones((size, size), np.uint8),
    )


def settled(share: np.ndarray, seen: int) -> tuple[SettledRun, RunAlleles, RunCounts]:
    """Settled where nobody else showed the first allele; then `seen` more of 20 did."""
    run, prior = alleles(share), np.array([[0.05, 5.0], [1.0, 20.0]])
    told = np.zeros((2, 2, PEOPLE + 1, ALLELES), int)
    told[:, 1, PEOPLE] = 40
    old = counted(told.reshape(-1, ALLELES), prior)
    told[0, 0, PEOPLE, 0] += seen
    new = counted(told.reshape(-1, ALLELES), prior)
    verdict = np.zeros((PEOPLE, PEOPLE), np.uint8)
    known = settled_pairs.settled_run("m", np.zeros(0, np.uint64), verdict, run, old)
    return known, run, new


def shares(*places: tuple[int, int, float]) -> np.ndarray:
    found = np.zeros((PEOPLE, ALLELES))
    for row, column, share in places:
        found[row, column] = share
    return found


def test_a_pair_is_touched_where_its_sample_holds_what_others_now_show() -> None:
    known, run, new = settled(shares((0, 0, 1.0), (1, 0, 0.05)), seen=9)
    assert np.argwhere(touched_pairs(known, run, new)).tolist() == [[1, 0]]
    assert not touched_pairs(*settled(shares((0, 0, 1.0), (1, 0, 0.05)), seen=0)).any()


def test_what_would_show_stands_while_chances_move_less_than_the_slack() -> None:
    known, run, new = settled(shares((0, 0, 1.0)), seen=9)
    beyond = moves_beyond(known, new)[0, 0]
    assert 0.0 < beyond < SLACK
    assert not touched_pairs(known, run, new).any()
    known, run, new = settled(shares((0, 0, 1.0)), seen=20_000)
    assert moves_beyond(known, new)[0, 0] >= SLACK
    assert np.argwhere(touched_pairs(known, run, new)).tolist() == [[1, 0], [2, 0], [3, 0]]


def test_a_pair_is_touched_where_its_sample_no_longer_wants_what_the_source_shows() -> None:
    known, run, new = settled(shares((0, 0, 1.0), (2, 1, 1.0)), seen=0)
    wanted = run.wanted.copy()
    wanted[3, 1] = 0
    touched = touched_pairs(known, run._replace(wanted=wanted), new)
    assert np.argwhere(touched).tolist() == [[3, 2]]


def test_an_own_allele_that_others_are_less_pure_at_touches_all_who_lack_it() -> None:
    known, run, new = settled(shares((0, 0, 1.0)), seen=0)
    known = replace(known, whole=known.whole.copy())
    counts = new.beside.copy()
    counts[1, :, 0] += 4_000.0  # as many seen and asked: mixed ones
    touched = touched_pairs(known, run, new._replace(beside=counts))
    assert np.argwhere(touched).tolist() == [[0, 1], [0, 2], [0, 3]]
