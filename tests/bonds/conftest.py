"""Small worlds with known links, and without."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import ALIGNED, FACTORS
from nanoward.bonds import ComparedParticipant
from nanoward.maths.frames import frame_of

LENGTH = 4000
World = tuple[tuple[ComparedParticipant, ...], pl.DataFrame, pl.DataFrame]


def tree_of_hosts(rng: np.random.Generator, hosts: int, rate: float) -> list[set[int]]:
    """Mutated sites of each host under a neutral coalescent with infinitely many sites."""
    groups = [[host] for host in range(hosts)]
    sites: list[set[int]] = [set() for _ in range(hosts)]
    free = iter(rng.permutation(LENGTH).tolist())
    while len(groups) > 1:
        waiting = rng.exponential(2.0 / (len(groups) * (len(groups) - 1)))
        for group in groups:
            for _ in range(rng.poisson(rate * waiting)):
                site = next(free)
                for host in group:
                    sites[host].add(site)
        i, j = sorted(rng.choice(len(groups), 2, replace=False).tolist())
        groups[i] = groups[i] + groups.pop(j)
    return sites


def world_of(seed: int, households: int, *, linked: int, rate: float = 30.0) -> World:
    """Households of two on one neutral tree; in the first `linked`, one infects the other."""
    rng = np.random.default_rng(seed)
    hosts = 2 * households
    sites = tree_of_hosts(rng, hosts, rate)
    for pair in range(linked):
        fresh = rng.integers(0, LENGTH, rng.poisson(0.5)).tolist()
        sites[2 * pair + 1] = sites[2 * pair] ^ set(fresh)
    people = tuple(
        ComparedParticipant(
            participant=f"p{host:03d}",
            stratum="all",
            sample=f"s{host:03d}",
            taken=date(2026, 1, 1),
            apart=(f"h{host // 2}",),
        )
        for host in range(hosts)
    )
    aligned, factors = [], []
    for person, own in zip(people, sites, strict=True):
        letters = np.full(LENGTH, "A")
        letters[sorted(own)] = "G"
        aligned.append(
            {"sample": person.sample, "contig": "c", "sequence": "".join(letters.tolist())}
        )
        factors += [
            {
                "sample": person.sample,
                "contig": "c",
                "position": site + 1,
                "ref": "A",
                "alt": "G",
                "frequency": 1.0,
                "evidence": "consensus",
            }
            for site in sorted(own)
        ]
    return people, frame_of(ALIGNED, aligned), frame_of(FACTORS, factors)


@pytest.fixture
def world() -> Callable[..., World]:
    return world_of
