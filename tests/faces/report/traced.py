"""Tables behind the pictures of a round, in realistic sizes, made with a fixed seed."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from nanoward.base import tables

_TYPES: dict[str, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


def frame(shape: tables.TableShape, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows in the shape; columns that a row lacks are null."""
    schema = {column.name: _TYPES[column.kind] for column in shape.columns}
    return pl.DataFrame(rows, schema=schema)


def timeline(people: pl.DataFrame) -> pl.DataFrame:
    """A consent, two intervals of doses, weekly visits, some samples, and how they left."""
    rows: list[dict[str, Any]] = []
    for place, row in enumerate(people.to_dicts()):
        who, start = row["participant"], row["first_dose"]
        if start is None:
            continue
        end = row["last_dose"] or start
        middle = start + (end - start) / 2
        rows.append(_step(who, start - timedelta(days=14), "consent", "signed"))
        rows.append(_step(who, start, "dose", "XANOMELINE 54 mg", middle))
        rows.append(_step(who, middle + timedelta(days=1), "dose", "XANOMELINE 81 mg", end))
        rows += [
            _step(who, start + timedelta(days=7 * week), "assessment", "medical")
            for week in range((end - start).days // 7)
        ]
        if place % 3 == 0:
            rows += [
                _step(who, start + timedelta(days=30 * at), "sample", f"S{place}-{at}")
                for at in range(3)
            ]
        if row["standing"] in ("withdrawn", "completed", "died"):
            rows.append(_step(who, end, "left", row["standing"]))
    return frame(tables.TIMELINE, rows)


def _step(
    who: str, day: date, kind: str, what: str, until: date | None = None
) -> dict[str, Any]:
    return {"participant": who, "day": day, "until": until, "kind": kind, "what": what}


def liver(people: pl.DataFrame, seed: int = 7) -> pl.DataFrame:
    """Peaks about 0.8 of the upper limit; one person in each corner, one half measured."""
    rng = np.random.default_rng(seed)
    names = people["participant"].to_list()
    rows = []
    for place, who in enumerate(names):
        corner = {0: (4.0, 5.9), 1: (3.7, 0.6), 2: (0.75, 2.5)}.get(place)
        cells, bile = corner or (
            float(rng.lognormal(-0.2, 0.3)),
            float(rng.lognormal(-0.6, 0.3)),
        )
        half = place == 3
        rows.append({
            "participant": who, "transaminase": cells, "bilirubin": None if half else bile,
            "phosphatase": 0.7, "peak": date(2014, 1, 29), "ratio": cells / 0.7,
            "quadrant": None if half else _quadrant(cells, bile),
            "fda": None if half else False, "pilot": None if half else place == 0,
        })  # fmt: skip
    return frame(tables.LIVER, rows)


def _quadrant(cells: float, bile: float) -> str:
    high, yellow = cells >= 3, bile >= 2
    return ("hy" if yellow else "temple") if high else "cholestasis" if yellow else "normal"


def control() -> dict[str, pl.DataFrame]:
    """Three kill codes with nine flushes, four drills, and forty orders."""
    fired = date(2014, 5, 20)
    outcomes = ("cleared", "cleared", "verifying", "verifying", "verifying", "escaped",
                "unanswered", "cleared", "verifying")  # fmt: skip
    flushes = [
        {
            "order": f"k{at % 3}", "participant": f"01-701-{1001 + at}",
            "mechanism": "rimiducid", "outcome": outcome,
            "fired": None if outcome == "unanswered" else fired + timedelta(days=at % 3),
            "response": "yes" if at % 2 else "unknown", "residual": 0.5 / (1 + at),
            "samples": at, "earliest": None if outcome in ("escaped", "unanswered")
            else fired + timedelta(days=9 + at), "latest": None
            if outcome in ("escaped", "unanswered") else fired + timedelta(days=16 + 2 * at),
            "reasons": ["positive after the window"] if outcome == "escaped"
            else [] if outcome == "cleared" else ["negatives on one route only"],
        }
        for at, outcome in enumerate(outcomes)
    ]  # fmt: skip
    kills = [
        {
            "order": f"k{at}", "asked": fired + timedelta(days=at), "lot": "L1",
            "mechanism": "rimiducid", "reason": "grade 4 fever", "requested_by": "dr-one",
            "signed": ["dr-one as physician", "so-two as safety_officer"][: 2 - (at == 2)],
            "status": ("escaped", "verifying", "cleared")[at], "break_glass": at == 2,
            "reviewed": False, "people": 3, "answered": 3, "cleared": at,
            "escaped": int(at == 0), "expected_escapees": 0.03 * (at + 1),
        }
        for at in range(3)
    ]  # fmt: skip
    drills = [
        {"drill": f"d{at}", "held": fired - timedelta(days=7 * at), "mechanism": "rimiducid",
         "tries": 50, "failures": int(at == 3), "upper": 0.058 if at != 3 else 0.092}
        for at in range(4)
    ]  # fmt: skip
    orders = [
        {"order": f"o{at}", "participant": f"01-701-{1001 + at}",
         "kind": ("set", "less", "stop")[at % 3],
         "setting": "*" if at % 3 == 2 else "amplitude", "value": 2.0, "unit": "mA",
         "status": "unanswered" if at == 5 else "done",
         "reasons": ["the person's own limit is 2 mA"] if at == 7 else []}
        for at in range(40)
    ]  # fmt: skip
    return {
        "flushes": frame(tables.FLUSHES, flushes),
        "kills": frame(tables.KILLS, kills),
        "drills": frame(tables.DRILLS, drills),
        "orders": frame(tables.ORDERS, orders),
    }
