"""A part of a council's pack as a document: what is owed first, then every number, graded."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nanoward.base.evidence import GUESSED, INFERRED
from nanoward.faces.document.typst_text import TypstDocument
from nanoward.faces.report.drawing.drawing import tag
from nanoward.faces.report.drawing.graded_views import MARKS
from nanoward.faces.report.drawing.palette import LIGHT

Row = Mapping[str, Any]
_PARTS = {"open": "open part", "closed": "closed part, by coded arm",
          "executive": "executive session, members alone"}  # fmt: skip
_TONES = ("accent", "arm2", "arm4", "arm1")
_MOST_BARS = 24  # rows of a picture; the table beside holds all
_WIDTH, _NAME, _BAR, _GAP = 520.0, 190.0, 9.0, 5.0


def pack_document(content: bytes, name: str) -> TypstDocument:
    """The document of a part as it was made: a function of its bytes and its name."""
    said: dict[str, Any] = json.loads(content)
    part = str(said["part"])
    day = date.fromisoformat(said["as_of"])
    title = f"{said['programme']}: council pack {name}, {_PARTS[part]}"
    made = TypstDocument(title, day, foot=f"{name}, {part}, as of {day}")
    made.paragraph(
        f"As of {day}. Made by nanoward {said['software']} from record {said['head_size']} of "
        f"the ledger, head {said['head']}, plan {said['plan']}. The same ledger, day and plan "
        "give the same bytes."
    )
    if part == "executive":
        _executive(made, said)
        return made
    numbers: Sequence[Row] = said["numbers"]
    made.paragraph(
        f"Of {len(numbers)} numbers {said['guessed_share']:.0%} rest on a guess "
        f"{MARKS[GUESSED]} and {said['inferred_share']:.0%} are inferred by a model "
        f"{MARKS[INFERRED]}; a number without a mark was measured."
    )
    if part == "open":
        _owed(made, said["actions"], int(said["pauses"]))
    made.heading("Numbers")
    for table in dict.fromkeys(one["table"] for one in numbers):
        _table(made, [one for one in numbers if one["table"] == table])
    return made


def _owed(made: TypstDocument, actions: Sequence[Row], pauses: int) -> None:
    made.heading("What is owed")
    made.paragraph(
        f"Pauses that stand: {pauses}. Nobody is dosed or raised under one." if pauses else ""
    )
    _actions(made, actions)


def _actions(made: TypstDocument, actions: Sequence[Row]) -> None:
    if not actions:
        made.paragraph("No action is open.")
        return
    rows = [
        (one["what"], one["who"], one["due"], "overdue" if one["overdue"] else "")
        for one in actions
    ]
    made.table("Actions that are not done", ("What", "Who", "Due", ""), rows)


def _table(made: TypstDocument, numbers: Sequence[Row]) -> None:
    """One table: a row for each label, a column for each arm, the grade with each number."""
    columns = list(dict.fromkeys(one["column"] for one in numbers))
    labels = list(dict.fromkeys(one["row"] for one in numbers))
    held = {(one["row"], one["column"]): one for one in numbers}
    title = str(numbers[0]["title"])
    made.heading(title, 2)
    rows = [(label, *(_number(held.get((label, one))) for one in columns)) for label in labels]
    made.table(
        f"{title}; made from {', '.join(numbers[0]['inputs'])}", ("", *columns), rows,
        numeric=(False, *(True for _ in columns)),
    )  # fmt: skip
    if len(labels) > 1:
        words = "; ".join(
            f"{row[0]}: "
            + ", ".join(f"{one} {cell}" for one, cell in zip(columns, row[1:], strict=True))
            for row in rows[:_MOST_BARS]
        )
        made.picture(bars(labels, columns, held), f"{title}, drawn", words=words, width="75%")


def _number(one: Row | None) -> str:
    return "" if one is None else f"{one['value']:g} {MARKS[one['grade']]}".strip()


def bars(
    labels: Sequence[str], columns: Sequence[str], held: Mapping[tuple[str, str], Row]
) -> str:
    """One bar for each label and column, each with its number; an SVG of its own."""
    shown = labels[:_MOST_BARS]
    most = max((float(one["value"]) for one in held.values()), default=0.0) or 1.0
    group = len(columns) * _BAR + _GAP
    drawn = []
    for place, label in enumerate(shown):
        top = place * group
        drawn.append(_text(_NAME - 6, top + group / 2, label, anchor="end"))
        for number, column in enumerate(columns):
            value = float(held[label, column]["value"]) if (label, column) in held else 0.0
            width = (_WIDTH - _NAME - 60) * value / most
            y = top + number * _BAR
            tone = LIGHT[_TONES[number % len(_TONES)]]
            drawn.append(tag("rect", x=_NAME, y=y, width=width, height=_BAR - 2, fill=tone))
            name = f"{value:g}" if len(columns) == 1 else f"{column} {value:g}"
            drawn.append(_text(_NAME + width + 4, y + _BAR - 2, name))
    height = len(shown) * group
    box = f"0 0 {_WIDTH:g} {height:g}"
    return str(
        tag("svg", *drawn, xmlns="http://www.w3.org/2000/svg", viewBox=box, width=_WIDTH,
            height=height)
    )  # fmt: skip


def _text(x: float, y: float, text: str, anchor: str = "start") -> Any:
    return tag("text", text, x=x, y=y, font_size=8.0, text_anchor=anchor, fill=LIGHT["ink"],
               font_family="Libertinus Serif")  # fmt: skip


def _executive(made: TypstDocument, said: Mapping[str, Any]) -> None:
    """What the members have before them when they are alone."""
    made.heading("Who decides")
    made.bullets(
        [
            f"members: {', '.join(said['members'])}; the quorum is {said['quorum']}",
            f"chair: {said['chair'] or 'nobody'}; advocate: {said['advocate'] or 'nobody'}",
        ]
    )
    made.heading("What is owed")
    made.bullets(
        [f"paused by {one['by']} ({one['role']}) at {one['at']}: {one['reason']}; the council "
         f"meets by {one['meets_by']}" for one in said["pauses"]]
    )  # fmt: skip
    _actions(made, said["actions"])
    made.heading("What was decided")
    if said["decisions"]:
        rows = [
            (one["pack"], one["at"], one["decision"], "; ".join(one["minority"]))
            for one in said["decisions"]
        ]
        made.table("Decisions so far", ("Pack", "At", "Decision", "Minority words"), rows)
    else:
        made.paragraph("Nothing was decided before this pack.")
    made.heading("What is asked")
    asked = [f"{one['by']} asks {one['to']}: {one['words']}" for one in said["asked"]]
    made.bullets(asked or ["nothing"])
    made.heading("Evidence and blinding")
    guessed = said["guessed"]
    made.paragraph(
        f"{len(guessed)} numbers of the open part rest on a guess; a raise may not rest on one "
        "unless each member who is for it signs that sentence."
    )
    made.bullets(guessed)
    made.bullets([f"{one['who']} knows the arm of {one['people']}" for one in said["informed"]])
