import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.catalogue.evolution.baseline import FIRST, Baseline, Host, ObservedSample, Place
from nanoward.catalogue.identity.sample_swap import (
    assignment_table,
    met_questions,
    sample_swap_findings,
)

sys.path.insert(0, str(Path(__file__).parents[2] / "oracles"))
import owner_scores as dense

SITES = 300
TOLD = {"c": np.ones(SITES, bool)}


def people(
    rng: np.random.Generator, count: int = 12, private: int = 6, samples: int = 4
) -> list[Host]:
    """Everybody has private factors of their own; each is found again with 0.9."""
    found = []
    for who in range(count):
        own = {("c", int(at) + 1): {"A": 0.9} for at in rng.choice(SITES, private, False)}
        course = [
            {place: alleles for place, alleles in own.items() if rng.random() < 0.9}
            for _ in range(samples)
        ]
        found.append(made(f"p{who:02d}", course))
    return found


def made(name: str, course: list[dict[Place, dict[str, float]]]) -> Host:
    samples = [
        ObservedSample(
            sample=f"{name}-{at}",
            taken=date(2026, 1, 1) + timedelta(7 * at),
            alleles=alleles,
            readable=TOLD,
        )
        for at, alleles in enumerate(course)
    ]
    begun = Baseline(kind=FIRST, day=samples[0].taken, lot=None, sample=samples[0])
    return Host(participant=name, baseline=begun, samples=samples)


def swapped(hosts: list[Host], a: tuple[int, int], b: tuple[int, int]) -> list[Host]:
    courses = [[dict(seen.alleles) for seen in host.samples] for host in hosts]
    courses[a[0]][a[1]], courses[b[0]][b[1]] = courses[b[0]][b[1]], courses[a[0]][a[1]]
    return [made(host.participant, course) for host, course in zip(hosts, courses, strict=True)]


def test_everybody_owns_their_samples_and_the_power_is_high() -> None:
    table = assignment_table(people(np.random.default_rng(1)))
    assert set(table["verdict"]) == {"own"}
    assert table["power"].min() > 0.95
    assert sample_swap_findings(table) == ()


@pytest.mark.hazard("H-55")
def test_a_swap_is_told_for_both_and_nobody_else() -> None:
    hosts = swapped(people(np.random.default_rng(2)), (3, 1), (7, 2))
    table = assignment_table(hosts)
    assert set(table.filter(verdict="swapped").select("sample", "fits").rows()) == {
        ("p03-1", "p07"),
        ("p07-2", "p03"),
    }
    assert [one.subject for one in sample_swap_findings(table)] == ["p03", "p07"]
    assert sample_swap_findings(table)[0].code == "CAT-051"


def test_people_who_met_may_have_passed_it_on_and_are_not_accused() -> None:
    hosts = swapped(people(np.random.default_rng(2)), (3, 1), (7, 2))
    table = assignment_table(hosts, [("p07", "p03")])
    assert "swapped" not in set(table["verdict"])
    assert dict(table.select("sample", "fits").rows())["p03-1"] == "p07"


def test_what_came_through_somebody_met_is_no_swap() -> None:
    """p09 has what p07 has, and met p03, whose sample fits p07 or p09."""
    hosts = swapped(people(np.random.default_rng(2)), (3, 1), (7, 2))
    courses = [[dict(seen.alleles) for seen in host.samples] for host in hosts]
    for at, course in enumerate(courses[7]):
        courses[9][at] = dict(course)
    alike = [made(host.participant, one) for host, one in zip(hosts, courses, strict=True)]
    told = assignment_table(alike)
    assert dict(told.select("sample", "verdict").rows())["p03-1"] == "swapped"
    asked = assignment_table(alike, [("p03", "p09")])
    assert dict(asked.select("sample", "verdict").rows())["p03-1"] == "met"
    assert sample_swap_findings(asked.filter(sample="p03-1")) == ()
    (question,) = met_questions(asked.filter(sample="p03-1"))
    assert "p03" in question.question
    assert "p07" in question.reason


def test_the_stated_power_is_the_share_of_swaps_that_are_seen() -> None:
    """Weak fingerprints: three private factors. Every swap of one sample is tried."""
    hosts = people(np.random.default_rng(3), count=8, private=3, samples=5)
    power = assignment_table(hosts)["power"].mean()
    seen, tried = 0, 0
    for a in range(8):
        for b in range(a + 1, 8):
            told = assignment_table(swapped(hosts, (a, 1), (b, 2))).filter(verdict="swapped")
            wrong = {f"p{a:02d}-1", f"p{b:02d}-2"}
            seen += len(wrong & set(told["sample"]))
            tried += 2
            assert set(told["sample"]) <= wrong
    assert isinstance(power, float)
    assert seen / tried == pytest.approx(power, abs=0.2)


def test_people_without_private_factors_stay_undecided() -> None:
    shared = [{("c", 5): {"A": 0.9}}] * 3
    table = assignment_table([made(f"p{at}", list(shared)) for at in range(6)])
    assert set(table["verdict"]) == {"undecided"}
    assert table["power"].max() == 0.0
    assert assignment_table([made("p", list(shared))]).is_empty()
    assert assignment_table([made("p", [{}, {}]), made("q", [{}, {}])]).is_empty()


def test_a_person_with_one_sample_is_compared_with_but_not_judged() -> None:
    hosts = people(np.random.default_rng(4), count=5)
    alone = made("z", [{("c", 1): {"A": 1.0}}])
    table = assignment_table([*hosts, alone])
    assert "z" not in set(table["participant"])


def test_the_order_of_people_changes_nothing() -> None:
    hosts = people(np.random.default_rng(5))
    assert assignment_table(hosts).equals(assignment_table(hosts[::-1]))


def test_the_sparse_way_is_the_dense_one() -> None:
    """Random people on two contigs, with stretches unread, against the slow oracle."""
    rng = np.random.default_rng(11)
    for _ in range(5):
        hosts = ragged(rng)
        met = [("p01", "p03"), ("p02", "p07")]
        found, slow = assignment_table(hosts, met), dense.assignment_table(hosts, met)
        words = pl.exclude("own_score", "other_score", "power")
        assert found.select(words).equals(slow.select(words))
        for name in ("own_score", "other_score", "power"):
            assert np.allclose(found[name].to_numpy(), slow[name].to_numpy(), atol=1e-9)


def ragged(rng: np.random.Generator) -> list[Host]:
    """People with one to five samples; some letters are nobody else's, one is of everybody."""
    found = []
    for who in range(int(rng.integers(6, 12))):
        own: list[tuple[Place, str]] = [
            (("cd"[rng.integers(2)], int(rng.integers(1, 90))), "ACG"[rng.integers(3)])
            for _ in range(6)
        ]
        own += [(("c", int(rng.integers(1, 6))), "T")]
        course = []
        for _ in range(int(rng.integers(1, 6))):
            seen: dict[Place, dict[str, float]] = {}
            for place, allele in own:
                if rng.random() < 0.8:
                    seen.setdefault(place, {})[allele] = float(rng.choice([0.03, 0.07, 0.3, 1]))
            course.append(seen)
        host = made(f"p{who:02d}", course)
        told = [rng.random((2, 80)) < 0.9 for _ in course]
        samples = [
            replace(one, readable={"c": some[0], "d": some[1]})
            for one, some in zip(host.samples, told, strict=True)
        ]
        found.append(replace(host, samples=samples))
    return found
