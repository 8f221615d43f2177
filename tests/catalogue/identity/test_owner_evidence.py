from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from nanoward.catalogue.evolution.baseline import FIRST, Baseline, Host, ObservedSample
from nanoward.catalogue.identity.owner_evidence import (
    KeptFactors,
    OwnerEvidence,
    host_fingerprints,
    retention_rates,
)

ALL = np.ones(20, bool)


def host(name: str, place: int, told: list[np.ndarray]) -> Host:
    samples = [
        ObservedSample(
            sample=f"{name}-{at}",
            taken=date(2026, 1, 1),
            alleles={("c", place): {"A": 1.0}},
            readable={"c": one},
        )
        for at, one in enumerate(told)
    ]
    begun = Baseline(kind=FIRST, day=samples[0].taken, lot=None, sample=samples[0])
    return Host(participant=name, baseline=begun, samples=samples)


def kept(own: list[float], share: list[float]) -> KeptFactors:
    count = len(own)
    return KeptFactors(
        sample=np.arange(count),
        factor=np.zeros(count, np.int64),
        share=np.array(share),
        told=np.ones(count, bool),
        own=np.array(own),
        sole=np.zeros(count, bool),
        common=np.full(count, 0.1),
    )


def test_what_a_host_keeps_is_learnt_from_pairs_of_samples() -> None:
    chances = retention_rates(kept([1.0, 1.0, 0.06], [1.0, 1.0, 0.0]))
    assert chances[-1] == pytest.approx(3 / 4)  # found 2 of 2
    assert chances[0] == pytest.approx(1 / 3)  # 0 of 1
    assert np.all(np.diff(chances) >= 0)


def test_a_factor_where_nothing_was_read_is_not_held() -> None:
    prints = host_fingerprints([host("p", 7, [ALL, np.arange(20) != 6])])
    assert prints.shares.toarray().tolist() == [[1.0], [0.0]]
    assert prints.untold.toarray().tolist() == [[0.0], [1.0]]


def test_a_block_of_samples_scores_as_all_do() -> None:
    people = [host(f"p{at}", at + 1, [ALL] * 3) for at in range(5)]
    evidence = OwnerEvidence(host_fingerprints(people))
    whole = evidence.scores(slice(0, 15))
    parts = np.concatenate([evidence.scores(slice(at, at + 4)) for at in range(0, 15, 4)])
    assert np.array_equal(whole, parts)
    assert (whole.argmax(axis=1) == np.repeat(np.arange(5), 3)).all()


def test_private_factors_are_those_that_few_others_have() -> None:
    """Ten people: a factor of one alone is private, one that three of them have is not."""

    def carrying(name: str, *places: int) -> Host:
        one = host(name, 1, [ALL] * 3)
        alleles = {("c", at): {"A": 1.0} for at in places}
        samples = [replace(sample, alleles=alleles) for sample in one.samples]
        return replace(one, samples=samples, baseline=replace(one.baseline, sample=samples[0]))

    people = [carrying("p0", 3, 9), carrying("p1", 4, 9), carrying("p2", 5, 9)]
    people += [carrying(f"q{at}", 10 + at) for at in range(9)]
    evidence = OwnerEvidence(host_fingerprints(people))
    assert evidence.private.tolist() == [1] * 36
