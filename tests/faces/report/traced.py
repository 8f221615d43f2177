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


def stopping(*, stop: bool = False) -> dict[str, pl.DataFrame]:
    """One rule over two arms; the second stops where asked for."""
    stairs = [{"rule": "severe", "people": people, "stops_at": 2 + people // 8}
              for people in range(1, 41)]  # fmt: skip
    states = [
        {"rule": "severe", "group": group, "events": events, "people": 30.5, "most": 40,
         "limit": 5, "stop": stop and group == "Low", "told": f"{events} of 30.5; limit 5"}
        for group, events in (("High", 3), ("Low", 9 if stop else 1))
    ]  # fmt: skip
    return {
        "stopping": frame(tables.STOPPING, states),
        "stairs": frame(tables.STAIRS, stairs),
    }


def changes() -> dict[str, pl.DataFrame]:
    """Three people over 26 weeks, of whom the first changed in week 15; one has a load."""
    rng = np.random.default_rng(7)
    start = date(2013, 12, 2)
    rows: list[dict[str, Any]] = []
    weeks: list[dict[str, Any]] = []
    for place, who in enumerate(("P1", "P2", "P3")):
        for week in range(26):
            up = 4 if not place and week >= 15 else 0
            scan = 15.0 if not place and week >= 17 else 3.0 + place
            told = {
                "GAD7TOT": 6 + float(rng.normal()) + up,
                "PHQ9TOT": 6 + float(rng.normal()) + up,
                "statistic": scan if week >= 6 else None,
                **({} if place else {"load": float(week)}),
            }
            day = start + timedelta(days=7 * week)
            weeks += [{"participant": who, "day": day, "what": what, "value": value}
                      for what, value in told.items()]  # fmt: skip
        rows.append({
            "participant": who, "weeks": 26, "changed": not place, "limit": 11.0,
            "seen": start + timedelta(days=7 * 17) if not place else None,
            "began": start + timedelta(days=7 * 15) if not place else None,
            "highest": 15.0 if not place else 3.0 + place, "could_see": 0.56,
            "load_p": None if place else 0.012,
            "told": "changed" if not place else "no change found",
        })  # fmt: skip
    return {"changes": frame(tables.CHANGES, rows), "courses": frame(tables.COURSES, weeks)}


def frontier(people: int = 3) -> pl.DataFrame:
    """Twelve settings each; up to 8 mA are allowed, 6 is recommended and 4 is the present."""
    rows = []
    for person in range(1, people + 1):
        for setting in range(12):
            place = {4: "present", 5: "lower", 6: "chosen", 7: "higher"}.get(setting, "")
            harm = 0.002 * setting**2
            rows.append({
                "participant": f"P{person}", "setting": float(setting), "unit": "mA",
                "benefit": setting / (setting + 3.0), "low": setting / (setting + 4.0),
                "high": setting / (setting + 2.0), "harm": harm, "harm_low": harm / 2,
                "harm_high": harm * 1.5, "utility": 0.1, "allowed": setting <= 8,
                "days": 30.0 - setting if setting <= 8 else None, "place": place,
                "reason": "" if setting <= 8 else f"the side effect would have {harm:.0%}",
            })  # fmt: skip
    return frame(tables.FRONTIER, rows)


def outlook(people: int = 2) -> pl.DataFrame:
    """Ten doses each, exposure proportional to the dose."""
    rows = [
        {"participant": f"Q{person}", "setting": float(dose), "unit": "mg",
         "expected": 0.3 * dose, "low": 0.25 * dose, "high": 0.36 * dose, "within": 0.8,
         "place": {4: "lower", 5: "chosen", 6: "higher"}.get(dose, "")}
        for person in range(1, people + 1)
        for dose in range(1, 11)
    ]  # fmt: skip
    return frame(tables.OUTLOOK, rows)


def kept() -> pl.DataFrame:
    """One row of all, one person who lost the benefit, one who cannot tell."""
    rows = [
        {"participant": who, "comparison": "before-after", "role": "side effect",
         "quantity": "tremor", "before": 2.0, "after": after, "measured_before": 8,
         "measured_after": 9, "change": after - 2.0, "low": after - 2.5, "high": after - 1.5,
         "detectable": 0.6, "verdict": verdict, "reason": "why"}
        for who, after, verdict in (("P2", 1.9, "cannot tell"), ("P1", 3.0, "worse"),
                                    ("", 0.4, "removed"))
    ]  # fmt: skip
    return frame(tables.COMPARISONS, rows)


def genome() -> dict[str, pl.DataFrame]:
    """Four samples on contigs of 60 and 40 letters; the last 20 of b are unread in three."""
    laid = [
        {"sample": f"S{at}", "contig": contig, "sequence": "A" * (40 if contig == "b" else 60)}
        for at in range(4)
        for contig in "ab"
    ]
    for row in laid[3::2]:
        row["sequence"] = "A" * 20 + "N" * 20
    factors = [
        {"sample": f"S{at}", "contig": contig, "position": place, "ref": "A", "alt": "G",
         "frequency": share, "evidence": evidence}
        for contig, place, evidence, share, samples in (
            ("a", 10, "consensus", 1.0, (0, 1, 2)), ("b", 5, "minor", 0.2, (3,)),
        )
        for at in samples
    ]  # fmt: skip
    return {"aligned": frame(tables.ALIGNED, laid), "factors": frame(tables.FACTORS, factors)}
