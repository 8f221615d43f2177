"""What may be behind a link of two people of whom no contact is recorded?

Four causes: a contact that nobody declared, a change that the lot held, a carry-over in the
laboratory, and a sample that is not of the person whose name it bears. What the data tell for
or against each decides the order; a cause that they exclude is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import bdtrc

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.contacts.pair_places import places_of

SWAPPED = 0.5  # own samples further apart than this share of unrelated pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCause:
    """One cause with its evidence.

    weight  2 what the data point to, 1 what they allow
    """

    cause: str
    weight: int
    evidence: str

    def __str__(self) -> str:
        return f"{self.cause} ({self.evidence})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseEvidence:
    """What is known beside the links.

    drift      sample to the differences between it and a further sample of the same person:
               the least of them, where there are further samples
    sequenced  lots that were sequenced themselves: what they held was subtracted
    """

    drift: Mapping[str, float]
    sequenced: frozenset[str] = frozenset()


def candidate_causes(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    known: CauseEvidence,
    every: pl.DataFrame | None = None,
) -> dict[tuple[str, str, str], tuple[CandidateCause, ...]]:
    """(a, b, stratum) of each link without contact to its possible causes, likeliest first.

    every  all pairs that were compared, beside which links are seen; `bonds` if None
    """
    who = {(one.participant, one.stratum): one for one in people}
    bare = bonds.filter(pl.col("linked") & (pl.col("contact") == ""))
    if bare.is_empty():
        return {}
    beside = bonds if every is None else every
    others = beside.filter(~pl.col("linked") & (pl.col("contact") == "")).select(
        "a", "b", "stratum", "differing"
    )
    usual = {
        str(stratum[0]): float(np.quantile(group["differing"].drop_nulls(), SWAPPED))
        for stratum, group in others.group_by("stratum")
        if group["differing"].drop_nulls().len()
    }
    pairs = {
        (row["a"], row["b"], row["stratum"]): (
            who[row["a"], row["stratum"]], who[row["b"], row["stratum"]],
        )
        for row in bare.to_dicts()
    }  # fmt: skip
    common = {
        name: _in_excess(
            [_alike(a, b, name) for a, b in pairs.values()], _share(others, who, name)
        )
        for name in ("lot", "run")
    }
    return {
        key: tuple(
            sorted(
                (
                    *_swap(a, b, known, usual.get(key[2])),
                    *_undeclared(a, b),
                    *_lot(a, b, known, often=common["lot"]),
                    *_laboratory(a, b, often=common["run"]),
                ),
                key=lambda one: -one.weight,
            )
        )
        for key, (a, b) in pairs.items()
    }


def _swap(
    a: ComparedParticipant, b: ComparedParticipant, known: CauseEvidence, usual: float | None
) -> list[CandidateCause]:
    """A sample further from the same person's own than strangers usually are."""
    untold = 0
    for one in (a, b):
        apart = known.drift.get(one.sample)
        if apart is None:
            untold += 1
        elif usual is not None and apart > usual:
            told = (
                f"sample {one.sample} differs by {apart:.3g} from another of "
                f"{one.participant}, strangers by {usual:.3g}"
            )
            return [CandidateCause(cause="sample swap", weight=2, evidence=told)]
    if not untold:
        return []  # the further samples of both agree with the ones compared
    return [
        CandidateCause(
            cause="sample swap", weight=1, evidence="no further sample to compare with"
        )
    ]


def _undeclared(a: ComparedParticipant, b: ComparedParticipant) -> list[CandidateCause]:
    known = [(x, y) for x, y in zip(a.apart, b.apart, strict=True) if x and y]
    same = [x for x, y in known if x == y]
    if same:
        return [
            CandidateCause(cause="undeclared contact", weight=2, evidence=f"both at {same[0]}")
        ]
    told = "their places differ" if known else "their places are not told"
    return [CandidateCause(cause="undeclared contact", weight=1, evidence=told)]


def _lot(
    a: ComparedParticipant, b: ComparedParticipant, known: CauseEvidence, *, often: bool
) -> list[CandidateCause]:
    if (a.lot and b.lot and a.lot != b.lot) or (a.lot == b.lot and a.lot in known.sequenced):
        return []  # two lots, or what the one lot held was subtracted
    if not (a.lot and b.lot):
        return [CandidateCause(cause="lot", weight=1, evidence="a lot is not told")]
    told = f"both received {a.lot}, which was not sequenced itself"
    if often:
        told += "; links without contact are of one lot more often than other pairs"
    return [CandidateCause(cause="lot", weight=2 if often else 1, evidence=told)]


def _laboratory(
    a: ComparedParticipant, b: ComparedParticipant, *, often: bool
) -> list[CandidateCause]:
    if a.run and b.run and a.run != b.run:
        return []
    if not (a.run and b.run):
        return [CandidateCause(cause="laboratory", weight=1, evidence="a run is not told")]
    told = f"both were read in {a.run}"
    if often:
        told += "; links without contact are of one run more often than other pairs"
    return [CandidateCause(cause="laboratory", weight=2 if often else 1, evidence=told)]


def _alike(a: ComparedParticipant, b: ComparedParticipant, name: str) -> bool:
    return bool(getattr(a, name)) and getattr(a, name) == getattr(b, name)


def _share(
    others: pl.DataFrame, who: Mapping[tuple[str, str], ComparedParticipant], name: str
) -> float:
    """Share of the other pairs without contact that are alike in it."""
    alike = count = 0
    for (stratum,), group in others.group_by("stratum"):
        own = {one: getattr(who[one, of], name) for one, of in who if of == str(stratum)}
        kinds = np.unique(list(own.values()), return_inverse=True)[1]
        kind = np.where([bool(value) for value in own.values()], kinds, -1)
        a, b = (kind[places_of(group[side], own)] for side in ("a", "b"))
        alike += int(((a == b) & (a >= 0)).sum())
        count += group.height
    return alike / count if count else 1.0


def _in_excess(alike: Sequence[bool], usual: float) -> bool:
    """Whether more are alike than chance allows (one-sided binomial, p < 0.05)."""
    count = sum(alike)
    return bool(count and usual < 1 and bdtrc(count - 1, len(alike), usual) < 0.05)
