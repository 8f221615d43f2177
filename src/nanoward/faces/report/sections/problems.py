"""Sections 6 and 7: what is wrong in the data, and what could not be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, listed, number
from nanoward.faces.report.drawing.views import Table, cells, found, headings
from nanoward.flows.round.round import Round

_MOST_NEW = 40
_MOST = 200  # findings of one code that are listed
_MOST_OPEN = 400  # questions of one room
_ABOUT = 200  # people of one question
_RANK = {"error": 0, "warning": 1, "note": 2}
_USE = {
    "error": "could not be used",
    "warning": "used with a doubt",
    "note": "told only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All findings of one code."""

    code: str
    severity: str
    use: str
    count: str
    first: str
    steps: Sequence[str]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What one room could not decide."""

    room: str
    count: str
    table: Table


def finding_life(round_: Round) -> str:
    """How many findings are new, came back, stand, were answered or accepted."""
    states = found(round_, tables.FINDING_STATES)["state"].value_counts()
    count = dict(states.iter_rows())
    words = {"returned": "came back", "standing": "stood in the round before"}
    told = [
        f"{number(count[state])} {words.get(state, state)}"
        for state in ("new", "returned", "standing", "answered", "accepted")
        if count.get(state)
    ]
    return ", ".join(told)


def new_findings(round_: Round) -> Table | None:
    """Errors and warnings that are new or came back, one by one; None where there are none."""
    table = found(round_, tables.FINDING_STATES)
    fresh = table.filter(
        pl.col("state").is_in(["new", "returned"]), pl.col("severity") != "note"
    ).sort("severity", "code", "file", "line")
    if not fresh.height:
        return None
    rest = max(fresh.height - _MOST_NEW, 0)
    return Table(
        caption=f"New since the last round: {counted(fresh.height, 'finding')}",
        headings=headings("@finding", "@state", "@code", "where", "who or what", "problem"),
        rows=[
            cells(
                *(row["id"], row["state"], row["code"], place(row)),
                *(row["subject"] or "–", row["message"]),
            )
            for row in fresh.head(_MOST_NEW).iter_rows(named=True)
        ],
        more=f"{rest} further: tables/finding_states.parquet." if rest else "",
    )


def problems(round_: Round) -> list[Problem]:
    """Findings by code, errors first."""
    groups: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
    for row in found(round_, tables.FINDINGS).to_dicts():
        severity = row["severity"] or "note"
        key = (_RANK.get(severity, 3), row["code"], severity)
        groups.setdefault(key, []).append(row)
    return [_problem(code, severity, groups[rank, code, severity])
            for rank, code, severity in sorted(groups)]  # fmt: skip


def _problem(code: str, severity: str, rows: Sequence[Mapping[str, Any]]) -> Problem:
    rest = max(len(rows) - _MOST, 0)
    ordered = sorted(rows, key=lambda row: (row["file"] or "", row["line"] or 0))
    steps = list(dict.fromkeys(row["next_step"] for row in ordered if row["next_step"]))
    return Problem(
        code=code,
        severity=severity,
        use=_USE.get(severity, ""),
        count=counted(len(rows), "finding"),
        first=ordered[0]["message"] or "",
        steps=steps[:5],
        table=Table(
            caption=f"{code}: {counted(len(rows), severity)}",
            headings=headings("Where", "Field", "About", "What is wrong"),
            rows=[
                cells(place(row), row["column"] or "–", row["subject"] or "–", row["message"])
                for row in ordered[:_MOST]
            ],
            more=f"{counted(rest, 'further finding')}: tables/findings.parquet."
            if rest
            else "",
        ),
    )


def place(row: Mapping[str, Any]) -> str:
    """ "data/samples.csv:14", as far as it is known."""
    parts = [str(part) for part in (row["file"], row["line"]) if part not in ("", None)]
    return ":".join(parts) or "–"


def severities(round_: Round) -> str:
    """How many findings of each severity."""
    table = found(round_, tables.FINDINGS)
    told = [
        f"{counted(table.filter(pl.col('severity') == name).height, name)} ({use})"
        for name, use in _USE.items()
    ]
    return ", ".join(told)


def undecided(round_: Round) -> list[Open]:
    """Open questions by room."""
    table = found(round_, tables.UNDECIDED).sort("room", "question", "subject")
    rooms = table["room"].unique().sort().to_list()
    return [_open(room, table.filter(pl.col("room") == room).to_dicts()) for room in rooms]


def undecided_note(round_: Round, room: str) -> str:
    """What a room could not decide, told where its answers stand; empty where nothing is."""
    table = found(round_, tables.UNDECIDED).filter(pl.col("room") == room)
    if table.is_empty():
        return ""
    whole = table.filter(pl.col("subject").fill_null("") == "").sort("question").to_dicts()
    told = " ".join(
        f"{_said(row['question'])} Cannot tell: {row['reason']}." for row in whole[:3]
    )
    count = counted(table.height, "question")
    return f"{count} of this section could not be decided (listed further down). {told}".strip()


def _said(question: str | None) -> str:
    text = (question or "").rstrip("?")
    return f"{text[:1].upper()}{text[1:]}?"


def _open(room: str, rows: Sequence[Mapping[str, Any]]) -> Open:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        key = (row["code"] or "", row["question"] or "", row["reason"] or "")
        groups.setdefault(key, []).append(row["subject"] or "the whole programme")
    rest = max(len(groups) - _MOST_OPEN, 0)
    return Open(
        room=room,
        count=counted(len(rows), "question"),
        table=Table(
            caption=f"{room}: {counted(len(rows), 'question')} without an answer",
            folded=f"{room}: {counted(len(rows), 'question')}" if len(groups) > 12 else "",
            headings=headings("@code", "Question", "Why there is no answer", "#Asked", "About"),
            rows=[
                cells(code, question, reason, number(len(about)), listed(about, _ABOUT))
                for (code, question, reason), about in islice(groups.items(), _MOST_OPEN)
            ],
            more=f"{counted(rest, 'further question')}: tables/undecided.parquet."
            if rest
            else "",
        ),
    )
