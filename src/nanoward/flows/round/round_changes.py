"""The table ROUND_CHANGES, findings and figures of a round compared with the one before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.tables import ROUND_CHANGES
from nanoward.base.tables.facts import COMPARED_WITH, NO_ROUND_BEFORE
from nanoward.clearance.standing.standing_differences import (
    StandingChange,
    StandingRow,
    severity,
    standing_changes,
    standing_rows,
)
from nanoward.flows.round.change_rows import (
    LostRow,
    file_rows_of,
    lost_findings,
    lost_rows_of,
    standing_rows_of,
)
from nanoward.flows.round.decision_causes import DecisionCauses, plain_rules
from nanoward.flows.round.missing_rows import MissingRow
from nanoward.flows.round.retained_standings import Retained
from nanoward.flows.round.round_snapshot import ADJUSTED, RoundSnapshot
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.programme.continuity.material_differences import FileChange, file_changes
from nanoward.programme.continuity.row_differences import row_differences, row_identity

_ACTS = {"deviations": "dose while held", "carriers": "carrier", "serious": "serious event"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that a comparison found.

    base       the round before; None where there is none
    missing    rows of SDTM that vanished or were corrected and nobody confirmed
    touched    people of whom any row is new, gone or another
    renamed    old name to new name of people
    standings  of this round, with the consequences that were kept
    """

    base: RoundSnapshot | None
    now: RoundSnapshot
    missing: tuple[MissingRow, ...]
    touched: frozenset[str]
    renamed: Mapping[str, str]
    kept: Retained
    confirmed: Mapping[str, str]
    standings: tuple[StandingRow, ...]
    causes: DecisionCauses


def round_changes(found: Comparison) -> Outcome:
    """Table, findings and figures; without a round before there is only what is new."""
    lost = [*_lost(found), *_lost_of_roles(found)]
    files = _file_changes(found)
    changes = _standing_changes(found)
    rows = [
        *standing_rows_of(changes, _causes_of_people(found, changes)),
        *lost_rows_of(lost),
        *file_rows_of(files),
        *_people_rows(found),
        *_act_rows(found),
        *_cause_rows(found),
    ]
    table = frame_of(ROUND_CHANGES, rows).unique(maintain_order=True)
    return Outcome(
        tables={ROUND_CHANGES.name: table},
        findings=(
            *lost_findings(lost, files, {one.path for one in found.now.files}),
            *_findings(found, files),
        ),
        facts=_facts(found, table),
    )


def _facts(found: Comparison, table: pl.DataFrame) -> dict[str, Any]:
    if found.base is None and not (found.missing or found.kept.gone):
        return {COMPARED_WITH: NO_ROUND_BEFORE}
    return {
        COMPARED_WITH: f"the round of {found.base.as_of if found.base else found.now.as_of}",
        "changes": table.height,
        "changes to confirm": table.filter("open")["id"].n_unique(),
    }


def _lost(found: Comparison) -> Iterator[LostRow]:
    resting = {who: set(ids) for who, ids in found.kept.resting.items()}
    for one in found.missing:
        yield LostRow(
            id=one.id,
            domain=one.domain,
            participant=one.participant,
            row=one.row,
            became=one.became,
            seen=one.seen,
            open=one.id in resting.get(one.participant, ()),
        )


def _lost_of_roles(found: Comparison) -> Iterator[LostRow]:
    """Rows of samples, contacts, events ... that are gone; no standing rests on them."""
    if found.base is None:
        return
    shas = {one.sha256 for one in found.now.files}
    kept = {one.path for one in found.base.files if one.sha256 in shas}
    for name, before in sorted(found.base.tables.items()):
        if not name.startswith("role."):
            continue
        after = found.now.tables.get(name, before.clear())
        touched = before.filter(~pl.col("file").is_in(list(kept)))
        if touched.height == 0:
            continue
        for row in row_differences(touched, after).gone.iter_rows(named=True):
            yield LostRow(
                id=row_identity(name, row),
                domain=name.removeprefix("role."),
                participant=str(row.get("participant") or row.get("ID") or ""),
                row=row,
                became=None,
                seen=found.base.as_of,
                open=False,
            )


def _file_changes(found: Comparison) -> list[FileChange]:
    """Changes of files; one whose rows all stand in other files has only moved."""
    if found.base is None:
        return []
    return file_changes(found.base.files, found.now.files)


def _standing_changes(found: Comparison) -> list[StandingChange]:
    if found.base is None or ADJUSTED not in found.base.tables:
        return []
    before = standing_rows(found.base.tables[ADJUSTED].to_dicts())
    return standing_changes(before, found.standings)


def _causes_of_people(found: Comparison, changes: Iterable[StandingChange]) -> dict[str, str]:
    causes = dict.fromkeys(found.touched, "data") | found.causes.of_people()
    causes |= dict.fromkeys(found.kept.resting, "data")
    people = {one.participant for one in changes}
    return {who: cause for who, cause in causes.items() if who in people}


def _people_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for who, day in sorted(found.kept.gone.items()):
        ids = found.kept.resting.get(who, ("",))
        new = found.renamed.get(who, "")
        yield _row("person", who, item="person", before="in the records", after="gone",
                   reason=f"perhaps {new} now" if new else "", seen=day, open=True,
                   id=ids[-1])  # fmt: skip
    for who, ids in sorted(found.kept.resting.items()):
        known = {one.id for one in found.missing}
        for one in ids:
            if one not in known and who not in found.kept.gone:
                yield _row("person", who, item="standing", before="", after="held",
                           reason="; ".join(found.kept.standings[who].reasons[:1]), open=True,
                           id=one)  # fmt: skip


def _act_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    """Deviations, carriers and serious events that the round before did not have."""
    for name, kind in _ACTS.items():
        table = found.now.tables.get(f"acts.{name}")
        if table is None:
            continue
        before = found.base.tables.get(f"acts.{name}") if found.base else None
        if before is not None:
            table = table.join(before, on=table.columns, how="anti", nulls_equal=True)
        elif name == "serious":
            continue  # without a round before none of them is new
        for row in table.iter_rows(named=True):
            day = row.get("day") or row.get("taken") or row.get("started")
            yield _row(kind, row["participant"], item=_act_words(kind, row), before="",
                       after=str(day or "an unknown day"),
                       reason=row.get("reason") or "")  # fmt: skip


def _act_words(kind: str, row: Mapping[str, Any]) -> str:
    if kind == "carrier":
        return f"the agent in sample {row['sample']}"
    return "dose" if kind == "dose while held" else str(row["term"] or "unnamed")


def _cause_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    if found.base is None:
        return
    then, now = found.base.software, found.now.software
    if then["sources"] != now["sources"]:
        yield _row("software", "", item="nanoward", before=_version(then), after=_version(now),
                   reason=_difference(found.causes.software), cause="software")  # fmt: skip
    old, new = plain_rules(found.base.rules), plain_rules(found.now.rules)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield _row("rules", "", item=key, before=str(old.get(key, "default")),
                       after=str(new.get(key, "default")),
                       reason=_difference(found.causes.rules), cause="rules")  # fmt: skip
    for cause, changes in (("software", found.causes.software), ("rules", found.causes.rules)):
        for one in changes:
            before = one.before.standing if one.before else "not known"
            after = one.after.standing if one.after else "not known"
            why = one.after.reasons if one.after else ()
            yield _row(cause, one.participant, item="standing of then", before=before,
                       after=after, reason="; ".join(why), cause=cause)  # fmt: skip


def _version(software: Mapping[str, str]) -> str:
    return f"{software['nanoward']} (sources {software['sources'][:12]})"


def _difference(changes: tuple[StandingChange, ...]) -> str:
    return f"{len(changes)} standings of the round before come out otherwise"


def _row(
    kind: str, participant: str, *, item: str, before: str, after: str, **more: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "participant": participant,
        "file": "",
        "item": item,
        "before": before,
        "after": after,
        "reason": "",
        "cause": "data",
        "open": False,
        "id": "",
        **more,
    }


def _findings(found: Comparison, files: Iterable[FileChange]) -> Iterator[Finding]:
    for who, day in sorted(found.kept.gone.items()):
        yield _gone(who, day, found.renamed.get(who, ""))
    for old, new in sorted(found.renamed.items()):
        yield Finding(
            code="PRG-014",
            severity="warning",
            message=f"{new} has most of the records that {old} had in the round before",
            next_step="If it is one person, give the old name back; what stood against"
            f" {old} counts for {new} until somebody confirms.",
            subject=new,
        )
    for one in files:
        if one.how == "renamed":
            yield Finding(
                code="PRG-022",
                severity="note",
                message=f"the file is called {one.now} now",
                next_step="Nothing needs to be done.",
                file=one.path,
            )
    yield from _cause_findings(found)


def _gone(who: str, day: date, new: str) -> Finding:
    perhaps = f" (perhaps as {new})" if new else ""
    return Finding(
        code="PRG-013",
        severity="error",
        message=f"{who} is gone from the records since the round of {day}{perhaps} and is not"
        " cleared any more",
        next_step="Put the records back, or confirm: nanoward clearance confirm PROGRAMME",
        subject=who,
    )


def _cause_findings(found: Comparison) -> Iterator[Finding]:
    if found.base is None:
        return
    if found.causes.untold:
        yield _cause("PRG-018", "warning", found.causes.untold)
    then, now = _version(found.base.software), _version(found.now.software)
    software = f"the software of then, {then}, and of today, {now}"
    rules = "the rules of the round before and of today"
    parts = (
        ("PRG-017", software, found.causes.software),
        ("PRG-018", rules, found.causes.rules),
    )
    for code, what, changes in parts:
        if not changes:
            continue
        looser = [one.participant for one in changes if _is_looser(one)]
        few = ", ".join(one.participant for one in changes[:12])
        told = f"{len(changes)} standings differ between {what}: {few}"
        if looser:
            told += f"; less strict for {', '.join(looser[:12])}"
        yield _cause(code, "warning" if looser else "note", told)


def _is_looser(one: StandingChange) -> bool:
    if one.before is None or one.after is None:
        return one.after is None
    return severity(one.after.standing) < severity(one.before.standing)


def _cause(code: str, how: Any, told: str) -> Finding:
    return Finding(
        code=code,
        severity=how,
        message=told,
        next_step="Look at each of them before anybody goes on by the new answer.",
    )
