"""Changes between two rounds as rows of the table ROUND_CHANGES and as findings.

One finding for each cause and file: a file that is gone is told once, however many rows and
people it takes with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nanoward.base.findings import Finding, Severity
from nanoward.clearance.standing.standing_differences import StandingChange
from nanoward.flows.clearance.read_sdtm import DOMAINS
from nanoward.programme.continuity.material_differences import FileChange
from nanoward.programme.continuity.row_differences import value_changes

_CONFIRM = "Put the source right, or confirm: nanoward clearance confirm PROGRAMME"
_MOST = 3  # examples in a message
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRow:
    """A row that vanished or was corrected, and whether a standing rests on it.

    row     as it stood; became: the row that stands there now, None where it is gone
    """

    id: str
    domain: str
    participant: str
    row: Row
    became: Row | None
    seen: date
    open: bool

    @property
    def file(self) -> str:
        return str(self.row.get("file") or "")


def standing_rows_of(
    changes: Iterable[StandingChange], causes: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Rows of standings that began or ended.

    causes  by person: data, rules, software, confirmed; time where none is named
    """
    for one in changes:
        now, then = one.after, one.before
        yield {
            "kind": "standing",
            "participant": one.participant,
            "file": "",
            "item": "standing",
            "before": "" if then is None else then.standing,
            "after": "" if now is None else now.standing,
            "reason": "; ".join(now.reasons if now else then.reasons if then else ()),
            "cause": causes.get(one.participant, "time"),
            "open": False,
            "id": "",
        }


def lost_rows_of(lost: Iterable[LostRow]) -> Iterator[dict[str, Any]]:
    """Rows that are gone, and each value that was changed."""
    for one in lost:
        shared = {
            "participant": one.participant,
            "file": one.file,
            "line": one.row.get("line"),
            "cause": "data",
            "seen": one.seen,
            "open": one.open,
            "id": one.id,
        }
        if one.became is None:
            told = row_words(one.domain, one.row)
            yield {**shared, "kind": "row", "item": told, "before": told, "after": "gone",
                   "reason": ""}  # fmt: skip
            continue
        for change in value_changes(one.row, one.became):
            yield {
                **shared,
                "kind": "value",
                "item": change.column,
                "before": change.before or "",
                "after": change.after or "",
                "reason": row_words(one.domain, one.row),
            }


def file_rows_of(changes: Iterable[FileChange]) -> Iterator[dict[str, Any]]:
    """Files that are gone, renamed or shorter."""
    for one in changes:
        yield {
            "kind": "file",
            "participant": "",
            "file": one.path,
            "item": one.how,
            "before": f"{one.rows} rows",
            "after": one.now or f"{one.rows_now} rows",
            "reason": "",
            "cause": "data",
            "open": False,
            "id": "",
        }


def row_words(domain: str, row: Row) -> str:
    """A row of SDTM in a few words: domain, what it tells, and its day."""
    names = ("TESTCD", "DECOD", "TERM", "TRT", "STRESN", "SEV", "DOSE", "STDTC", "DTC")
    cells = [row.get(f"{domain}{name}") for name in names]
    told = [f"{one:g}" if isinstance(one, float) else str(one) for one in cells if one]
    return " ".join([domain, *dict.fromkeys(told)])


def lost_findings(
    lost: Sequence[LostRow], files: Iterable[FileChange], paths: Collection[str]
) -> Iterator[Finding]:
    """One finding for each file that is gone, each file that lost rows, each column changed.

    paths  files of this round
    """
    gone: dict[str, list[LostRow]] = defaultdict(list)
    changed: dict[tuple[str, str], list[tuple[LostRow, str]]] = defaultdict(list)
    for one in lost:
        if one.became is None:
            gone[one.file].append(one)
            continue
        for change in value_changes(one.row, one.became):
            words = f"{change.before or 'blank'} became {change.after or 'blank'}"
            changed[one.file, change.column].append((one, words))
    absent = {one.path: one for one in files if one.how == "gone"}
    for path in sorted(absent.keys() | {one for one in gone if one and one not in paths}):
        yield _absent(path, absent.get(path), gone.pop(path, []))
    for path, rows in sorted(gone.items()):
        yield _gone(path, rows)
    for (path, column), told in sorted(changed.items()):
        yield _changed(path, column, told)


def _absent(path: str, file: FileChange | None, rows: Sequence[LostRow]) -> Finding:
    """A file that is gone; where all its rows stand in other files, it has only moved."""
    if file is not None and file.rows and not rows and _is_compared(file.role):
        return Finding(
            code="PRG-022",
            severity="note",
            message=f"the file is gone; its {_many(file.rows)} stand elsewhere, or somebody"
            " confirmed that they may go",
            next_step="Nothing needs to be done.",
            file=path,
        )
    count = len(rows) if file is None else file.rows
    day = max((one.seen for one in rows), default=None)
    since = f"since the round of {day}" if day else "since the last round"
    return Finding(
        code="PRG-010",
        severity="error",
        message=f"the file with {_many(count)} is gone {since}{_rests(people_resting(rows))}",
        next_step="Put it back, or confirm: nanoward clearance confirm PROGRAMME",
        file=path,
    )


def _is_compared(role: str) -> bool:
    """Whether rounds compare the rows of files of a role, and not only their number."""
    return not role.startswith("sdtm.") or role[5:7] in DOMAINS


def _many(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _gone(path: str, rows: Sequence[LostRow]) -> Finding:
    resting = people_resting(rows)
    days = max(one.seen for one in rows)
    examples = "; ".join(
        f"{row_words(one.domain, one.row)} of {one.participant}"
        for one in sorted(rows, key=lambda one: not one.open)[:_MOST]
    )
    return Finding(
        code="PRG-011",
        severity=_severity(resting),
        message=f"{_many(len(rows))} gone since the round of {days} ({examples})"
        f"{_rests(resting)}",
        next_step=_CONFIRM,
        file=path,
        subject=rows[0].participant if len({one.participant for one in rows}) == 1 else "",
    )


def _changed(path: str, column: str, told: Sequence[tuple[LostRow, str]]) -> Finding:
    rows = [one for one, _ in told]
    resting = people_resting(rows)
    told_words = "1 value was" if len(told) == 1 else f"{len(told)} values were"
    blanked = len(told) > 1 and all(words.endswith("became blank") for _, words in told)
    ordered = sorted(told, key=lambda one: not one[0].open)
    examples = "; ".join(
        f"{words} in {row_words(one.domain, one.row)} of {one.participant}"
        for one, words in ordered[:_MOST]
    )
    return Finding(
        code="PRG-012",
        severity="error" if resting else "warning" if blanked else "note",
        message=f"{told_words} changed since the round of {max(one.seen for one in rows)}:"
        f" {examples}{_rests(resting)}",
        next_step=_CONFIRM if resting else "No standing rests on it. See that it was meant.",
        file=path,
        column=column,
        line=ordered[0][0].row.get("line") if len(told) == 1 else None,
        subject=rows[0].participant if len({one.participant for one in rows}) == 1 else "",
    )


def people_resting(rows: Iterable[LostRow]) -> list[str]:
    """People on whose standing any of the rows tells."""
    return sorted({one.participant for one in rows if one.open})


def _severity(resting: Sequence[str]) -> Severity:
    return "error" if resting else "warning"


def _rests(people: Sequence[str]) -> str:
    if not people:
        return ""
    few = ", ".join(people[:12]) + (f" and {len(people) - 12} more" if len(people) > 12 else "")
    return f"; the standing of {few} rests on it until a named person confirms"
