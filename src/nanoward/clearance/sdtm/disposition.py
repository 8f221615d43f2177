"""Numbers for the safety board: who came, what they were given, what happened, how they left.

People are counted by the arm that they were assigned to (DM.ARM), as the trial itself did.
"""

from collections.abc import Iterator

import polars as pl

from nanoward.clearance.sdtm.subject_domains import (
    Domains,
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
    size = _counts(drawn)
    rows = [
        {"measure": "screened", "arm": ALL, "people": everybody.height, "of": everybody.height},
        {
            "measure": "screen failure",
            "arm": ALL,
            "people": failed["participant"].n_unique(),
            "of": everybody.height,
        },
        *_rows("randomised", _counts(drawn), size),
        *_rows("dosed", _counts(dosed), size),
    ]
    told = everybody.join(events, on="participant")
    emergent = told.filter("emergent")
    rows += [
        *_rows("with emergent event", _counts(emergent), size),
        *_rows("emergent events", _counts(emergent, of_people=False), size),
        *_rows("with serious event", _counts(emergent.filter("serious")), size),
        *_rows("with event told as serious", _counts(emergent.filter("told_serious")), size),
        *_rows(
            "with severe event",
            _counts(
                emergent.filter(
                    pl.col("severity").is_in(["severe", "life-threatening", "fatal"])
                )
            ),
            size,
        ),
    ]
    for measure, codes in _ENDINGS.items():
        rows += _rows(measure, _counts(ended.filter(pl.col("event").is_in(codes))), size)
    schema = {"measure": pl.String, "arm": pl.String, "people": pl.Int64, "of": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _counts(rows: pl.DataFrame, *, of_people: bool = True) -> dict[str, int]:
    what = pl.col("participant").n_unique() if of_people else pl.len()
    by_arm = rows.drop_nulls("arm").group_by("arm").agg(n=what).sort("arm")
    total: int = rows.select(what).item()
    return {ALL: total, **dict(by_arm.iter_rows())}


def _rows(
    measure: str, counts: dict[str, int], size: dict[str, int]
) -> Iterator[dict[str, object]]:
    for arm, of in size.items():
        yield {"measure": measure, "arm": arm, "people": counts.get(arm, 0), "of": of}
