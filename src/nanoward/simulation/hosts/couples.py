"""Couples of whom one gave it to the other, several genomes of each: for testing direction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTH = 1500
GENOMES = (8, 25)  # sequenced per person
RATE = 0.005  # substitutions per site and year, of the order of HIV-1 env
GROWTH = 100.0  # effective lineages per year carried, of generations of 1.5 days
GENERATION = 1.5 / 365.25
Masks = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """Genomes of both as bit masks, and who gave it: "a to b" or "b to a"."""

    a: Masks
    b: Masks
    truth: str


def simulated_couple(seed: int) -> Couple:
    """The giver has carried it for 0.1 to 8 years, both are sampled up to 3 years later.

    Within a person, lineages meet at rate 1 / (Ne g), Ne growing with the time carried
    (Kingman 1982; Romero-Severson et al. 2016); one to three lineages are passed on.
    """
    chance = np.random.default_rng((seed, 71))
    carried = float(np.exp(chance.uniform(np.log(0.1), np.log(8))))
    waits = np.exp(chance.uniform(np.log(0.05), np.log(3), 2))
    counts = chance.integers(*GENOMES, 2).tolist()
    founders = int(chance.choice([1, 1, 1, 2, 3]))
    nodes = _Lineages(chance)
    inner = [nodes.leaf(float(waits[1])) for _ in range(counts[1])]
    passed = nodes.back(inner, float(waits[1]), 0.0, began=0.0, most=founders)
    outer = [nodes.leaf(float(waits[0])) for _ in range(counts[0])]
    outer = nodes.back(outer, float(waits[0]), 0.0, began=-carried)
    nodes.back([*outer, *passed], 0.0, -carried, began=-carried, most=1)
    first, second = nodes.genomes(counts[1])
    if chance.random() < 0.5:
        return Couple(a=second, b=first, truth="a to b")
    return Couple(a=first, b=second, truth="b to a")


class _Lineages:
    """A tree grown backwards in time; each node holds the leaves below it."""

    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        self.leaves = 0
        self.below: list[list[int]] = []
        self.top: list[float] = []
        self.branches: list[tuple[list[int], float]] = []

    def leaf(self, at: float) -> int:
        self.below.append([self.leaves])
        self.top.append(at)
        self.leaves += 1
        return len(self.below) - 1

    def back(
        self, lines: list[int], start: float, end: float, *, began: float, most: int = 10**6
    ) -> list[int]:
        """Follow lineages back to `end`, in a host carrying it since `began`."""
        lines, now = list(lines), start
        while len(lines) > 1:
            pairs = len(lines) * (len(lines) - 1) / 2
            size = max(GROWTH * (now - began) * 10, 2.0)
            now -= float(self.chance.exponential(size * GENERATION / pairs))
            if now <= end:
                break
            lines = self._joined(lines, now)
        while len(lines) > most:  # no more can have come through
            lines = self._joined(lines, end)
        return lines

    def _joined(self, lines: list[int], at: float) -> list[int]:
        i, j = sorted(self.chance.choice(len(lines), 2, replace=False).tolist())
        for line in (lines[i], lines[j]):
            self.branches.append((self.below[line], self.top[line] - at))
        self.below.append([*self.below[lines[i]], *self.below[lines[j]]])
        self.top.append(at)
        return [line for k, line in enumerate(lines) if k not in (i, j)] + [len(self.below) - 1]

    def genomes(self, split: int) -> tuple[Masks, Masks]:
        """All leaves as masks, those of the first `split` and the others."""
        found = np.ones((self.leaves, LENGTH), np.uint8)
        for leaves, years in self.branches:
            for place in self.chance.integers(
                0, LENGTH, self.chance.poisson(RATE * max(years, 0.0) * LENGTH)
            ):
                found[leaves, place] = self.chance.choice([2, 4, 8])
        return found[:split], found[split:]
