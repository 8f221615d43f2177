"""A crowd: copies of one person, each damaged alone, judged in one round.

What is said of one does not depend on the others, so that one round judges a thousand damages
of a value, a row, a letter or a byte (SDTM), or of an element (FHIR).
"""

import copy
import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from safety_fhir import Resource, bundle, resources
from safety_programme import Base, Bench, Files, Row, simulated_base

from nanoward.base.findings import Finding
from nanoward.clearance.sdtm.later_completions import is_completion
from nanoward.clearance.standing.standing_differences import severity
from nanoward.programme.continuity.row_differences import value_changes

JUNK = (
    *("", "N", "Y", "NA", ".", "-9", "999", "0", "1,5", "<5", "yes", "MILD", "2026", "2026-05"),
    *("14/05/2026", "2030-01-01", "NOT DONE", "RECOVERED/RESOLVED", "PROTOCOL MILESTONE"),
    *("é", "\u202e", "'; --", "1e999", "NaN", "+", "ALT", "U/L", "0.0", "P", "True", "null"),
)
KINDS = ("value", "value", "value", "row", "double", "letter", "byte", "byte")
_DAYS = {"LB": "LBDTC", "QS": "QSDTC", "VS": "VSDTC", "SV": "SVSTDTC"}
_HELD = 2  # every second one is held for a severe event before anything is damaged


@dataclass(frozen=True, kw_only=True)
class Damage:
    """What is done to one person: which row, which of its fields, and what is put there."""

    kind: str
    place: int
    column: int
    junk: str
    byte: int


WHO = "@@WHO@@"
Lines = list[tuple[str, bytes]]  # domain and a line of its file


@dataclass(frozen=True, kw_only=True)
class Template:
    """A row that everybody has: its cells, and its line with WHO where the name stands."""

    name: str
    row: Row
    line: bytes


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """People of one programme, held once.

    of  rows of the one whom all are copies of: of the cleared, and of the held
    """

    bench: Bench
    of: tuple[list[Template], list[Template]]


def lines_of(of: tuple[list[Template], list[Template]], number: int) -> Lines:
    """The lines of one person, undamaged."""
    who = name_of(number).encode()
    return [(one.name, one.line.replace(WHO.encode(), who)) for one in of[number % _HELD]]


def damaged_lines(
    of: tuple[list[Template], list[Template]], number: int, how: Damage
) -> tuple[Lines, bool]:
    """One person's lines with one damage; False where nothing changed or a row says more."""
    lines, own = lines_of(of, number), of[number % _HELD]
    at = how.place % len(lines)
    name, line = lines[at]
    if how.kind == "row":
        return lines[:at] + lines[at + 1 :], True
    if how.kind == "double":
        return [*lines, lines[at]], True
    row = {**own[at].row, "USUBJID": name_of(number)}
    if how.kind == "byte":
        bent = bent_line(line, how)
        lines[at] = (name, bent)
        return lines, byte_counts(name, row, bent)
    names = sorted(set(row) - {"USUBJID", "STUDYID"})
    chosen = names[how.column % len(names)]
    text = _text(row[chosen])
    after = {**row, chosen: how.junk if how.kind == "value" else text[:-1] + how.junk[:1]}
    lines[at] = (name, csv_line(list(after.values())))
    return lines, says_otherwise(name, row, after)


def name_of(number: int) -> str:
    """Names of which no two are near misses: each differs from every other in two places."""
    return f"C{number:04d}{number * 7 % 10}{number // 10 * 3 % 10}"


def damages_of(seed: int, people: int) -> list[Damage]:
    """As many damages, by chance."""
    chance = random.Random(seed)
    return [
        Damage(
            kind=chance.choice(KINDS),
            place=chance.randrange(10_000),
            column=chance.randrange(10_000),
            junk=chance.choice(JUNK) if chance.random() < 0.8 else _odd_text(chance),
            byte=chance.randrange(256),
        )
        for _ in range(people)
    ]


def _odd_text(chance: random.Random) -> str:
    letters = "abzAZ019 .,;:/-_<>=+%()[]{}°µéß中\u00a0"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(1, 8)))


@cache
def sdtm_crowd(people: int) -> Crowd:
    """Half are cleared, half held for a severe event; first and last day of each series."""
    base = simulated_base()
    rows = [
        (name, {**row, "USUBJID": WHO})
        for name, table in base.tables.items()
        for row in _few_days(table.filter(pl.col("USUBJID") == base.person), name)
    ]
    event = ("AE", {**_severe(base.tables["AE"].to_dicts()[0]), "USUBJID": WHO})
    of = ([_template(*one) for one in rows], [_template(*one) for one in (*rows, event)])
    files = written_crowd([lines_of(of, number) for number in range(people)], of)
    bench = Bench(base=_as_base(base), form="csv", files=files)
    return Crowd(bench=bench, of=of)


def _template(name: str, row: Row) -> Template:
    return Template(name=name, row=row, line=csv_line(list(row.values())))


def _as_base(base: Base) -> Base:
    return Base(name="crowd", person=name_of(0), other=name_of(1), as_of=base.as_of,
                rules=base.rules, tables={})  # fmt: skip


def _few_days(rows: pl.DataFrame, name: str) -> list[Row]:
    """The first day, which holds the baselines, and the last."""
    if name not in _DAYS:
        return rows.to_dicts()
    days = rows[_DAYS[name]].unique().sort().to_list()
    return rows.filter(pl.col(_DAYS[name]).is_in([days[0], days[-1]])).to_dicts()


def _severe(like: Row) -> Row:
    return {**like, "AESEV": "SEVERE", "AEENDTC": "", "AESTDTC": "2026-05-18",
            "AEOUT": "NOT RECOVERED/NOT RESOLVED"}  # fmt: skip


def written_crowd(everybody: list[Lines], of: tuple[list[Template], list[Template]]) -> Files:
    """The lines of all as CSV files."""
    heads = {one.name: csv_line(list(one.row)) for side in of for one in side}
    lines: dict[str, list[bytes]] = {name: [head] for name, head in heads.items()}
    for own in everybody:
        for name, line in own:
            lines[name].append(line)
    return {
        f"data/sdtm/{name.lower()}.csv": b"\n".join(some) + b"\n"
        for name, some in lines.items()
    }


def csv_line(cells: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([_text(one) for one in cells])
    return out.getvalue().encode()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def bent_line(line: bytes, how: Damage) -> bytes:
    """One byte dropped, put in or replaced: by one that stays within the line."""
    at = how.place * 31 % len(line)
    new = bytes([how.byte]) if how.byte >= 32 and how.byte != ord('"') else b";"
    kind = how.column % 3
    if kind == 0:
        return line[:at] + line[at + 1 :]
    return line[:at] + new + line[at + (kind == 1) :]


def judged_sdtm(seed: int, people: int) -> Iterator[tuple[str, str, str, Damage]]:
    """Whom a damage lets on in silence, with standings and damage: there should be nobody."""
    crowd = sdtm_crowd(people)
    everybody: list[Lines] = []
    counted: dict[str, Damage] = {}
    for number, how in enumerate(damages_of(seed, people)):
        own, counts = damaged_lines(crowd.of, number, how)
        everybody.append(own)
        if counts:
            counted[name_of(number)] = how
    yield from let_on(crowd.bench, written_crowd(everybody, crowd.of), counted)


def let_on(
    bench: Bench, files: Files, counted: dict[str, Damage]
) -> Iterator[tuple[str, str, str, Damage]]:
    cleared, compared, findings = bench.held(files)
    after = dict(cleared.tables["standings"].select("participant", "standing").rows())
    changes = compared.tables["round_changes"].filter(pl.col("kind") != "standing")
    told = set(changes["participant"])
    said = {one.subject for one in findings if one.severity != "note"}
    for who, how in counted.items():
        before = "held" if int(who[1:5]) % _HELD else "cleared"  # a test sees that it is so
        now = after.get(who, "gone")
        if now != "gone" and severity(now) >= severity(before):
            continue
        if who not in told | said and not any(says(one, who) for one in findings):
            yield who, before, now, how


def says(finding: Finding, who: str) -> bool:
    return finding.severity != "note" and (finding.subject == who or who in finding.message)


def says_otherwise(name: str, before: Row, after: Row) -> bool:
    changes = {one.column: (one.before, one.after) for one in value_changes(before, after)}
    return bool(changes) and not is_completion(name, changes)


def byte_counts(name: str, row: Row, bent: bytes) -> bool:
    """Whether the bent line says something else than the row, or is no row any more."""
    cells = next(csv.reader([bent.decode("cp1252", errors="replace")]))
    if len(cells) != len(row):
        return True
    before = {one: _text(cell) for one, cell in row.items()}
    return says_otherwise(name, before, dict(zip(row, cells, strict=True)))


@cache
def fhir_crowd(people: int) -> tuple[Bench, list[Resource]]:
    """Everybody is cleared; the resources of the one whom all are copies of."""
    base = simulated_base()
    own = [one for one in resources(base) if base.person in json.dumps(one)]
    kept = [one for kind in ("Patient", "ResearchSubject", "Consent") for one in own
            if one["resourceType"] == kind]  # fmt: skip
    for kind, day in (("MedicationAdministration", "id"), ("Encounter", "id"),
                      ("Observation", "effectiveDateTime"),
                      ("QuestionnaireResponse", "authored")):  # fmt: skip
        some = [one for one in own if one["resourceType"] == kind]
        days = sorted({one[day] for one in some})
        kept += [one for one in some if one[day] in (days[0], *days[-2:])]
    everybody = [one for n in range(people) for one in _copied(kept, base.person, n)]
    return Bench(base=_as_base(base), form="fhir", files=bundle(everybody)), kept


def _copied(kept: list[Resource], person: str, number: int) -> list[Resource]:
    text = json.dumps(kept).replace(person, name_of(number))
    found: list[Resource] = json.loads(text)
    for one in found:
        if one["resourceType"] != "Patient":
            one["id"] = f"{one['id']}-{number}"
    return found


def judged_fhir(seed: int, people: int) -> Iterator[tuple[str, str, str, Damage]]:
    """As `judged_sdtm`, for one element of one resource of each person."""
    bench, kept = fhir_crowd(people)
    base = simulated_base()
    everybody: list[Resource] = []
    counted: dict[str, Damage] = {}
    for number, how in enumerate(damages_of(seed, people)):
        own = _copied(kept, base.person, number)
        before = copy.deepcopy(own)
        element_damaged(own, how)
        if own != before and number % _HELD == 0:  # nobody of them is held before
            counted[name_of(number)] = how
        elif number % _HELD:
            own = before
        everybody += own
    yield from let_on(bench, bundle(everybody), counted)


def element_damaged(own: list[Resource], how: Damage) -> None:
    """One element, however deep, is gone, doubled or something else."""
    holders = list(_holders(own[how.place % len(own)]))
    holder, key = holders[how.column % len(holders)]
    if how.kind == "row":
        del holder[key]
    elif how.kind == "double":
        holder[key] = [holder[key], holder[key]]
    elif how.kind == "letter":
        holder[key] = f"{holder[key]}"[:-1] + how.junk[:1]
    else:
        holder[key] = how.junk


def _holders(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key in sorted(value):
            yield value, key
            yield from _holders(value[key])
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield value, place
            yield from _holders(one)
