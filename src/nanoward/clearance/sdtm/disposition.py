"""Numbers for the safety board: who came, what they were given, what happened, how they left.

People are counted by the arm that they were assigned to (DM.ARM), as the trial itself did.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import (
    dispositions,
    doses,
    participants,
    randomised,
)

ALL = "all"
_ENDINGS = {
    "discontinued for event": ("ADVERSE EVENT",),
    "completed": ("COMPLETED",),
    "withdrew": ("WITHDRAWAL BY SUBJECT", "CONSENT WITHDRAWN", "WITHDRAWAL OF CONSENT"),
    "died": ("DEATH",),
    "lost to follow-up": ("LOST TO FOLLOW-UP",),
    "left for lack of effect": ("LACK OF EFFICACY",),
}


def safety_numbers(domains: Domains, events: pl.DataFrame) -> pl.DataFrame:
    """One row per measure and arm, in the shape DISPOSITION; the arm "all" is everybody.

    domains  SDTM by two letters, as known by the day
    events   of `understood_events`

    `of` is the number randomised in the arm (screened, for the measures of screening).
    Randomised are those with a milestone in DS, else those who were dosed. The measure
    "emergent events" counts events, every other one people.
    """
    everybody = participants(domains)
    dosed = everybody.join(doses(domains.get("EX")), on="participant")
    drawn = everybody.join(randomised(domains), on="participant")
    if drawn.is_empty():
        drawn = dosed
    ended = everybody.join(
        dispositions(domains).unique(["participant", "event"]), on="participant"
    )
    failed = ended.filter(pl.col("event") == "SCREEN FAILURE")
    told = everybody.join(events, on="participant")
    emergent = told.filter("emergent")
    severe = pl.col("severity").is_in(["severe", "life-threatening", "fatal"])
    groups = {
        "randomised": drawn,
        "dosed": dosed,
        "with emergent event": emergent,
        "with serious event": emergent.filter("serious"),
        "with event told as serious": emergent.filter("told_serious"),
        "with severe event": emergent.filter(severe),
        **{name: ended.filter(pl.col("event").is_in(of)) for name, of in _ENDINGS.items()},
    }
    counted = _counts(groups)
    size = counted["randomised"].people
    numbers = [(name, one.people) for name, one in counted.items()]
    numbers.insert(3, ("emergent events", counted["with emergent event"].rows))
    rows = [
        {"measure": "screened", "arm": ALL, "people": everybody.height, "of": everybody.height},
        {
            "measure": "screen failure",
            "arm": ALL,
            "people": failed["participant"].n_unique(),
            "of": everybody.height,
        },
        *(row for name, counts in numbers for row in _rows(name, counts, size)),
    ]
    schema = {"measure": pl.String, "arm": pl.String, "people": pl.Int64, "of": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """People, and rows of them, by arm; ALL is everybody, also those without an arm."""

    people: dict[str, int]
    rows: dict[str, int]


def _counts(groups: dict[str, pl.DataFrame]) -> dict[str, _Counted]:
    """Each group's numbers by arm."""
    named = [
        rows.select(pl.lit(name).alias("group"), "participant", "arm")
        for name, rows in groups.items()
    ]
    every = pl.concat(named)
    numbers = (pl.col("participant").n_unique().alias("people"), pl.len().alias("rows"))
    whole = every.group_by("group").agg(numbers).with_columns(arm=pl.lit(ALL))
    by_arm = every.drop_nulls("arm").group_by("group", "arm").agg(numbers).sort("arm")
    found = {name: _Counted(people={ALL: 0}, rows={ALL: 0}) for name in groups}
    for table in (whole, by_arm):
        for name, arm, people, rows in table.select(
            "group", "arm", "people", "rows"
        ).iter_rows():
            found[name].people[arm], found[name].rows[arm] = people, rows
    return found


def _rows(
    measure: str, counts: dict[str, int], size: dict[str, int]
) -> Iterator[dict[str, object]]:
    for arm, of in size.items():
        yield {"measure": measure, "arm": arm, "people": counts.get(arm, 0), "of": of}
