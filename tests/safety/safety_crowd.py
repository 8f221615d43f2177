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


@dataclass(kw_only=True)
class Crowd:
    """People of one programme, held once.

    of  rows of the one whom all are copies of: domain and row, for the cleared and the held
    """

    bench: Bench
    of: tuple[list[tuple[str, Row]], list[tuple[str, Row]]]

    def own(self, number: int) -> list[tuple[str, Row]]:
        """The rows of one person, to be changed."""
        return _own(self.of, number)


def _own(
    of: tuple[list[tuple[str, Row]], list[tuple[str, Row]]], number: int
) -> list[tuple[str, Row]]:
    who = name_of(number)
    return [(name, {**row, "USUBJID": who}) for name, row in of[number % _HELD]]


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
        (name, row)
        for name, table in base.tables.items()
        for row in _few_days(table.filter(pl.col("USUBJID") == base.person), name)
    ]
    held = [*rows, ("AE", _severe(base.tables["AE"].to_dicts()[0]))]
    whole = [_own((rows, held), number) for number in range(people)]
    bench = Bench(base=_as_base(base), form="csv", files=written_crowd(whole))
    return Crowd(bench=bench, of=(rows, held))


def _as_base(base: Base) -> Base:
    return Base(name="crowd", person=name_of(0), other=name_of(1), as_of=base.as_of,
                rules=base.rules, tables={})  # fmt: skip


def _few_days(rows: pl.DataFrame, name: str) -> list[Row]:
    """The first day, which holds the baselines, and the last two."""
    if name not in _DAYS:
        return rows.to_dicts()
    days = rows[_DAYS[name]].unique().sort().to_list()
    return rows.filter(pl.col(_DAYS[name]).is_in([days[0], *days[-2:]])).to_dicts()


def _severe(like: Row) -> Row:
    return {**like, "AESEV": "SEVERE", "AEENDTC": "", "AESTDTC": "2026-05-18",
            "AEOUT": "NOT RECOVERED/NOT RESOLVED"}  # fmt: skip


def written_crowd(
    everybody: list[list[tuple[str, Row]]], bent: dict[tuple[int, int], Damage] | None = None
) -> Files:
    """The rows of all as CSV; `bent` damages a byte of a person's row, by both numbers."""
    lines: dict[str, list[bytes]] = {}
    heads: dict[str, list[str]] = {}
    for number, own in enumerate(everybody):
        for place, (name, row) in enumerate(own):
            head = heads.setdefault(name, list(row))
            line = csv_line([row.get(one) for one in head])
            how = (bent or {}).get((number, place))
            lines.setdefault(name, []).append(line if how is None else bent_line(line, how))
    return {
        f"data/sdtm/{name.lower()}.csv": b"\n".join([csv_line(heads[name]), *some]) + b"\n"
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
    everybody: list[list[tuple[str, Row]]] = []
    counted: dict[str, Damage] = {}
    bent: dict[tuple[int, int], Damage] = {}
    for number, how in enumerate(damages_of(seed, people)):
        own = crowd.own(number)
        everybody.append(own)
        if how.kind == "byte":
            place = how.place % len(own)
            bent[number, place] = how
            if byte_counts(own[place], how):
                counted[name_of(number)] = how
        elif damaged(own, how):
            counted[name_of(number)] = how
    yield from let_on(crowd.bench, written_crowd(everybody, bent), counted)


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


def damaged(own: list[tuple[str, Row]], how: Damage) -> bool:
    """Damage one thing of a person; False where nothing changed or a row only says more."""
    at = how.place % len(own)
    name, row = own[at]
    if how.kind == "row":
        own.pop(at)
        return True
    if how.kind == "double":
        own.append((name, dict(row)))
        return True
    names = sorted(set(row) - {"USUBJID", "STUDYID"})
    chosen = names[how.column % len(names)]
    before = dict(row)
    text = _text(row[chosen])
    row[chosen] = how.junk if how.kind == "value" else text[:-1] + how.junk[:1]
    return says_otherwise(name, before, row)


def says_otherwise(name: str, before: Row, after: Row) -> bool:
    changes = {one.column: (one.before, one.after) for one in value_changes(before, after)}
    return bool(changes) and not is_completion(name, changes)


def byte_counts(found: tuple[str, Row], how: Damage) -> bool:
    """Whether the bent line says something else than the row, or is no row any more."""
    name, row = found
    bent = bent_line(csv_line(list(row.values())), how).decode("cp1252", errors="replace")
    cells = next(csv.reader([bent]))
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
