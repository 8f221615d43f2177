"""Section 4: laboratory grades over time, adverse events, and the safety board's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.charts.change_charts import change_figures, change_table
from nanoward.faces.report.charts.edish import edish_figure, edish_table, liver_people
from nanoward.faces.report.charts.safety_charts import event_chart, grade_chart
from nanoward.faces.report.charts.staircase import staircases, stopping_table
from nanoward.faces.report.drawing.figures import counted, day, number, percent
from nanoward.faces.report.drawing.views import (
    Cell,
    Figure,
    Table,
    absence,
    cells,
    found,
    headings,
)
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.faces.report.sections.weekly import consent_table, due_table, site_table
from nanoward.flows.round.round import Round

_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What the section shows."""

    absent: str
    board: Table | None
    grades: Figure | None
    ungraded: str
    severe: Table | None
    shift: Table | None
    events: Figure | None
    summary: Table | None
    due: Table | None
    consents: Table | None
    sites: Table | None
    stairs: Sequence[Figure]
    stopping: Table | None
    changes: Sequence[Figure]
    change_table: Table | None
    liver: Figure | None
    liver_table: Table | None
    facts: Sequence[tuple[str, str]]


def safety(round_: Round) -> Safety:
    """Grades, events and dispositions of a round."""
    every, graded = found(round_, tables.GRADES), graded_days(round_)
    events = found(round_, tables.ADVERSE_EVENTS)
    arms = people_by_arm(round_)
    return Safety(
        absent=absence(
            round_, tables.GRADES, tables.ADVERSE_EVENTS, tables.DISPOSITION, tables.LIVER
        ),
        board=_disposition(found(round_, tables.DISPOSITION)),
        grades=grade_chart(graded),
        ungraded=_ungraded(every),
        severe=_severe(every, _first_doses(round_)),
        shift=_shift(graded),
        events=event_chart(_in_arms(events, arms), arm_sizes(arms)),
        summary=_summary(_in_arms(events, arms), arm_sizes(arms)),
        due=due_table(round_),
        consents=consent_table(round_),
        sites=site_table(round_),
        stairs=staircases(round_),
        stopping=stopping_table(round_),
        changes=change_figures(round_),
        change_table=change_table(round_),
        liver=edish_figure(liver_people(round_)),
        liver_table=edish_table(liver_people(round_)),
        facts=room_facts(round_, "clearance"),
    )


def people_by_arm(round_: Round) -> pl.DataFrame:
    """participant, arm, first_dose of everybody who was given something."""
    table = found(round_, tables.STANDINGS).with_columns(pl.col("arm").fill_null(""))
    return table.filter(pl.col("arm") != "").select("participant", "arm", "first_dose")


def arm_sizes(people: pl.DataFrame) -> dict[str, int]:
    """How many people each arm has, arms in alphabetical order."""
    sizes = people.group_by("arm").len().sort("arm")
    return dict(zip(sizes["arm"], sizes["len"], strict=True))


def graded_days(round_: Round) -> pl.DataFrame:
    """What was graded, and `day`: days since the first dose, null before anybody knows one.

    returns  participant, term, direction, taken, sequence, grade, day
    """
    columns = ("participant", "term", "direction", "taken", "sequence", "grade")
    graded = found(round_, tables.GRADES).select(columns).filter(pl.col("grade").is_not_null())
    return _with_day(graded, _first_doses(round_)).drop("arm", "first_dose")


def _first_doses(round_: Round) -> pl.DataFrame:
    return found(round_, tables.STANDINGS).select("participant", "arm", "first_dose")


def _with_day(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    days = (pl.col("taken") - pl.col("first_dose")).dt.total_days()
    return rows.join(people, on="participant", how="left").with_columns(day=days)


def _in_arms(events: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Treatment-emergent events with the arm of the person."""
    emergent = events.filter(pl.col("emergent").fill_null(value=False))
    return emergent.join(people.select("participant", "arm"), on="participant", how="inner")


def _disposition(table: pl.DataFrame) -> Table | None:
    if table.is_empty():
        return None
    arms = sorted(table["arm"].unique(), key=lambda arm: (arm == "all", arm))
    held = {(row["measure"], row["arm"]): row for row in table.to_dicts()}
    measures = table["measure"].unique(maintain_order=True).to_list()
    return Table(
        caption="Numbers for the safety board: people, and their share of the arm",
        headings=headings("Measure", *(f"#{'All' if arm == 'all' else arm}" for arm in arms)),
        rows=[
            cells(measure, *_people([held.get((measure, arm)) for arm in arms]))
            for measure in measures
        ],
    )


def _people(rows: Sequence[dict[str, Any] | None]) -> list[Cell]:
    """Counts with their shares; a measure that counts more than people has no share."""
    known = [row for row in rows if row is not None and row["people"] is not None]
    shared = all(row["of"] and row["people"] <= row["of"] for row in known)
    if not shared:
        return [Cell(text=number(row["people"] if row else None)) for row in rows]
    return [_share(row) if row in known and row else Cell(text="–") for row in rows]


def _share(row: dict[str, Any]) -> Cell:
    if row["of"] == row["people"]:
        return Cell(text=number(row["people"]))
    share = percent(row["people"], row["of"])
    return Cell(text=f"{number(row['people'])} ({share})", hint=f"of {number(row['of'])}")


def _ungraded(grades: pl.DataFrame) -> str:
    if grades.is_empty():
        return ""
    ungraded = number(grades["grade"].null_count())
    return (
        f"{counted(grades.height, 'result')} and direction graded or tried; {ungraded} could "
        "not be graded (no limit of normal, unit or baseline, or no criterion for the test): "
        "the reason of each stands in tables/grades.parquet."
    )


def _severe(grades: pl.DataFrame, people: pl.DataFrame) -> Table | None:
    if grades.is_empty():
        return None
    severe = _with_day(grades.filter(pl.col("grade") >= 3), people).sort(
        ["grade", "taken", "participant", "term"], descending=[True, True, False, False]
    )
    rest = max(severe.height - _ROWS, 0)
    return Table(
        caption=f"Results of grade 3 or 4: {number(severe.height)}, in "
        f"{counted(severe['participant'].n_unique(), 'person', 'people')}",
        headings=headings(
            "@Participant",
            "Arm",
            "Term",
            "#Grade",
            "@Taken",
            "#Study day",
            "#Value",
            "Unit",
            "#Normal range",
            "Why",
        ),
        rows=[
            cells(
                row["participant"],
                row["arm"] or "–",
                row["term"],
                Cell(text=str(row["grade"]), tone=f"grade{row['grade']}"),
                day(row["taken"]),
                number(_study_day(row["day"])),
                number(row["value"]),
                row["unit"] or "–",
                f"{number(row['low'])} to {number(row['high'])}",
                row["reason"] or "–",
            )
            for row in severe.head(_ROWS).to_dicts()
        ],
        more=f"{counted(rest, 'further result')}: tables/grades.parquet." if rest else "",
        folded=""
        if severe.height <= 12
        else f"{counted(severe.height, 'result')} of grade 3 or 4",
    )


def _study_day(days: int | None) -> int | None:
    """The first dose is day 1, the day before it is -1 (CDISC SDTMIG 3.2, 4.1.4.4)."""
    return days if days is None or days < 0 else days + 1


def _shift(grades: pl.DataFrame) -> Table | None:
    """Worst grade under treatment against the worst at or before the first dose."""
    graded = grades.filter(pl.col("day").is_not_null())
    key = ["participant", "term"]
    before = graded.filter(pl.col("day") <= 0).sort("taken", "sequence")
    first = before.group_by(key, maintain_order=True).agg(pl.col("grade").last().alias("first"))
    worst = graded.filter(pl.col("day") > 0).group_by(key).agg(pl.col("grade").max())
    both = first.join(worst, on=key)
    if both.is_empty():
        return None
    counts = {
        (row["first"], row["grade"]): row["len"]
        for row in both.group_by("first", "grade").len().to_dicts()
    }
    return Table(
        caption=f"Shift: last grade up to the first dose (rows) against the worst after it "
        f"(columns), over {counted(both.height, 'pair')} of person and term",
        headings=headings("Before", *(f"#Grade {grade}" for grade in range(5))),
        rows=[
            cells(
                f"Grade {row}",
                *(_shifted(counts.get((row, to), 0), row, to) for to in range(5)),
            )
            for row in range(5)
        ],
    )


def _shifted(count: int, before: int, after: int) -> Cell:
    worse = count and after > before
    return Cell(text=number(count) if count else "·", tone=f"grade{after}" if worse else "")


def _summary(events: pl.DataFrame, sizes: dict[str, int]) -> Table | None:
    if events.is_empty():
        return None
    kinds: list[tuple[str, pl.Expr]] = [
        ("any emergent event", pl.lit(value=True)),
        ("a serious event", pl.col("serious")),
        *(
            (f"worst event {severity}", pl.col("rank") == place)
            for place, severity in enumerate(_SEVERITIES)
        ),
    ]
    ranked = events.with_columns(
        pl.col("severity").replace_strict(
            {name: place for place, name in enumerate(_SEVERITIES)}, default=None,
            return_dtype=pl.Int64,
        ).max().over("participant").alias("rank")
    )  # fmt: skip
    rows = []
    for name, which in kinds:
        part = ranked.filter(which)
        people = {
            arm: part.filter(pl.col("arm") == arm)["participant"].n_unique() for arm in sizes
        }
        if any(people.values()):
            rows.append(cells(f"People with {name}", *(
                f"{number(people[arm])} ({percent(people[arm], size)})"
                for arm, size in sizes.items()
            )))  # fmt: skip
    return Table(
        caption="Treatment-emergent adverse events: people by arm",
        headings=headings("", *(f"#{arm} (n = {size})" for arm, size in sizes.items())),
        rows=rows,
    )


_SEVERITIES = ("mild", "moderate", "severe", "life-threatening", "fatal")
