"""Who may carry the agent without ever having received it: by samples, and by bonds."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class UndosedCarrier:
    """Somebody who may carry it; evidence: the sample, or "bond"."""

    participant: str
    source: str
    evidence: str


def undosed_carriers(
    profiles: pl.DataFrame, receipts: Mapping[str, date | None], lots: Set[str] = frozenset()
) -> tuple[UndosedCarrier, ...]:
    """Everybody of whom a sample carries the agent and who had not received it by then.

    profiles  table PROFILES: sample, participant, taken, typed_as
    receipts  first day on which each received it; None: received, on no readable day
    lots      "participants" that are samples of a lot itself
    """
    rows = profiles.filter(pl.col("typed_as") == "agent", pl.col("participant").is_not_null())
    found: dict[str, UndosedCarrier] = {}
    ordered = rows.select("participant", "sample", "taken").sort(
        "participant", "taken", "sample", nulls_last=True
    )
    for who, sample, taken in ordered.iter_rows():
        first = receipts.get(who)
        received = who in receipts and (first is None or taken is None or taken >= first)
        if not received and who not in lots:
            found.setdefault(
                who, UndosedCarrier(participant=who, source="sample", evidence=sample)
            )
    return tuple(found.values())


def undosed_by_bonds(
    bonds: pl.DataFrame | None, dosed: Iterable[str]
) -> tuple[UndosedCarrier, ...]:
    """Everybody who is linked with somebody dosed and never was.

    bonds  table BONDS: a, b, linked
    """
    if bonds is None:
        return ()
    given = frozenset(dosed)
    found: dict[str, UndosedCarrier] = {}
    for a, b in bonds.filter(pl.col("linked")).select("a", "b").iter_rows():
        for who, other in ((a, b), (b, a)):
            if who not in given and other in given:
                found.setdefault(
                    who, UndosedCarrier(participant=who, source="bond", evidence="bond")
                )
    return tuple(found[one] for one in sorted(found))
