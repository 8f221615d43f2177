"""Cases of the programme: pregnancies, exposed people, urgent reports; nobody is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base import tables
from nanoward.base.tables import TableShape
from nanoward.base.tables.facts import UNKEPT
from nanoward.faces.report.drawing.figures import counted, day, number, percent
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """What the section shows; `shown` only where there is any case or pause."""

    shown: bool
    lead: str
    pregnancies: Table | None
    outcomes: Table | None
    exposed: Table | None
    urgent: Table | None


def cases(round_: Round) -> Cases:
    """The section of cases of a round."""
    facts = round_.facts.get("programme", {})
    term, pauses = str(facts.get("term", "")), int(facts.get("council pauses") or 0)
    tables_ = (_pregnancies(round_), _outcomes(round_), _exposed(round_), _urgent(round_))
    refused = int(facts.get("pregnancies without consent") or 0)
    parts = []
    if term:
        parts.append(f"Length of pregnancy: {term}.")
    if refused:
        parts.append(f"{counted(refused, 'person', 'people')} asked said no; no more is kept.")
    unkept = int(facts.get(UNKEPT) or 0)
    if unkept:
        parts.append(
            f"{counted(unkept, 'serious event')}: nobody here keeps the clocks of their reports"
            " (the plan states no [programme.urgent])."
        )
    if pauses:
        parts.append("The council has paused the programme: nobody is dosed or raised.")
    return Cases(
        shown=any(one is not None for one in tables_) or bool(parts),
        lead=" ".join(parts),
        pregnancies=tables_[0],
        outcomes=tables_[1],
        exposed=tables_[2],
        urgent=tables_[3],
    )


def _rows(round_: Round, shape: TableShape) -> Sequence[Mapping[str, Any]]:
    return found(round_, shape).to_dicts()


def _pregnancies(round_: Round) -> Table | None:
    rows = _rows(round_, tables.PREGNANCIES)
    if not rows:
        return None
    return Table(
        caption=f"Pregnancies: {counted(len(rows), 'case')}",
        headings=headings(
            "Case", "Whose", "@Reported", "#Days at least", "#Days at most", "State", "Outcome",
            "@Next contact",
        ),
        rows=[
            cells(
                row["case"],
                f"{row['relation']}, {row['reports']}",
                day(row["reported"]),
                number(row["days_least"]),
                number(row["days_most"]),
                row["state"],
                row["outcome"] or "–",
                Cell(text=day(row["next_contact"]), mark="alarm" if row["overdue"] else ""),
            )
            for row in rows[:_ROWS]
        ],
    )  # fmt: skip


def _outcomes(round_: Round) -> Table | None:
    rows = _rows(round_, tables.PREGNANCY_OUTCOMES)
    if not rows:
        return None
    return Table(
        caption="How dated pregnancies end; late entry and competing ends counted",
        headings=headings("End", "#Seen", "#Share", "#From", "#To", "#Crude share"),
        rows=[
            cells(
                row["cause"],
                number(row["events"]),
                *(percent(row[name]) for name in ("share", "low", "high", "crude")),
            )
            for row in rows
        ],
    )


def _exposed(round_: Round) -> Table | None:
    rows = _rows(round_, tables.EXPOSED)
    if not rows:
        return None
    return Table(
        caption=f"People who may carry the agent undosed: {counted(len(rows), 'case')}",
        headings=headings(
            "Case", "Relation", "Known by", "State", "#Clear tests", "Next", "@Due"
        ),
        rows=[
            cells(
                row["case"], row["relation"], row["source"], row["state"],
                number(row["clear_tests"]), row["next_step"], day(row["due"]),
            )
            for row in rows[:_ROWS]
        ],
    )  # fmt: skip


def _urgent(round_: Round) -> Table | None:
    rows = [row for row in _rows(round_, tables.URGENT_REPORTS) if row["state"] != "none"]
    if not rows:
        return None
    return Table(
        caption=f"Reports that an authority is owed: {counted(len(rows), 'event')}",
        headings=headings("Event", "Kind", "Verdict", "@Due", "State", "Why"),
        rows=[
            cells(
                row["event"],
                row["kind"],
                row["verdict"],
                day(row["due"]),
                Cell(text=row["state"], mark="alarm" if row["state"] == "overdue" else ""),
                row["why"],
            )
            for row in sorted(rows, key=lambda row: str(row["due"]))[:_ROWS]
        ],
    )
