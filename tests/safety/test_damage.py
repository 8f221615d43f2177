"""Arbitrary damage of one value, row, element or byte: nobody is let on without a word.

Many people of one programme are damaged at once, each alone: what is said of one does not
depend on the others, so that one round judges hundreds of damages.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from safety_fhir import bundle, resources
from safety_programme import Base, Bench, Row, Tables, encoded, simulated_base, written

from nanoward.adapters.formats import FileFormats
from nanoward.base.errors import NanowardError
from nanoward.base.findings import Finding
from nanoward.clearance.sdtm.later_completions import is_completion
from nanoward.clearance.standing.standing_differences import severity
from nanoward.faces.cli import cli
from nanoward.programme.continuity.row_differences import value_changes

PEOPLE = 250
JUNK = st.one_of(
    st.sampled_from(["", "N", "Y", "NA", ".", "-9", "999", "0", "1,5", "<5", "yes", "MILD",
                     "2026", "2026-05", "14/05/2026", "2030-01-01", "NOT DONE",
                     "RECOVERED/RESOLVED",
                     "PROTOCOL MILESTONE", "é", "\u202e", "'; --", "1e999", "NaN"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
)  # fmt: skip
DAMAGE = st.tuples(
    st.sampled_from(["value", "value", "value", "row", "double", "letter"]),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    JUNK,
)


@cache
def crowd() -> Bench:
    """Copies of the person, half of them held for a severe event; few rows of each."""
    base = simulated_base()
    late = {"LB": "LBDTC", "QS": "QSDTC", "VS": "VSDTC", "SV": "SVSTDTC"}
    own = {}
    for name, table in base.tables.items():
        rows = table.filter(pl.col("USUBJID") == base.person)
        own[name] = _few_days(rows, late[name]) if name in late else rows
    tables: Tables = {name: [] for name in own}
    for n in range(PEOPLE):
        for name, rows in own.items():
            tables[name] += [{**row, "USUBJID": f"C{n:03d}"} for row in rows.to_dicts()]
        if n % 2:
            tables["AE"].append(_severe(base.tables["AE"].to_dicts()[0], f"C{n:03d}"))
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    many = Base(name="crowd", person="C000", other="C001", as_of=base.as_of, rules=base.rules,
                tables=frames)  # fmt: skip
    return Bench(base=many, form="csv")


def _few_days(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The first day, which holds the baselines, and the last two."""
    days = rows[column].unique().sort().to_list()
    return rows.filter(pl.col(column).is_in([days[0], *days[-3:]]))


def _severe(like: Row, who: str) -> Row:
    return {**like, "USUBJID": who, "AESEV": "SEVERE", "AEENDTC": "", "AESTDTC": "2026-05-18",
            "AEOUT": "NOT RECOVERED/NOT RESOLVED"}  # fmt: skip


def damaged(tables: Tables, who: str, how: tuple[str, int, int, str]) -> bool:
    """Damage one thing of a person; False where nothing changed or a row only says more."""
    kind, place, column, junk = how
    own = [
        (name, row) for name, rows in tables.items() for row in rows if row["USUBJID"] == who
    ]
    name, row = own[place % len(own)]
    if kind == "row":
        tables[name].remove(row)
        return True
    if kind == "double":
        tables[name].append(dict(row))
        return True
    names = sorted(set(row) - {"USUBJID", "STUDYID"})
    chosen = names[column % len(names)]
    before = dict(row)
    text = str(row[chosen] or "")
    row[chosen] = junk if kind == "value" else text[:-1] + junk[:1]
    changes = {one.column: (one.before, one.after) for one in value_changes(before, row)}
    return bool(changes) and not is_completion(name, changes)


def says(finding: Finding, who: str) -> bool:
    return finding.severity != "note" and (finding.subject == who or who in finding.message)


def judge(damages: list[tuple[str, int, int, str]]) -> Iterator[tuple[str, str, str, Any]]:
    """People whom a damage lets on, with what was damaged: there should be none."""
    bench = crowd()
    tables, counted = bench.base.copy(), {}
    for n, how in enumerate(damages):
        who = f"C{n:03d}"
        if damaged(tables, who, how):
            counted[who] = how
    cleared, compared, findings = bench.held(written(tables, "csv"))
    after = dict(cleared.tables["standings"].select("participant", "standing").rows())
    changes = compared.tables["round_changes"].filter(pl.col("kind") != "standing")
    told = set(changes["participant"])
    for who, how in counted.items():
        before = "held" if int(who[1:]) % 2 else "cleared"  # a test below sees that it is so
        now = after.get(who, "gone")
        if now != "gone" and severity(now) >= severity(before):
            continue
        if who not in told and not any(says(one, who) for one in findings):
            yield who, before, now, how


@pytest.mark.hazard("H-154")
@settings(max_examples=2)  # 500 damages; 200,000 in the soak
@given(st.lists(DAMAGE, min_size=PEOPLE, max_size=PEOPLE))
def test_no_damage_lets_anybody_on_in_silence(damages: list[tuple[str, int, int, str]]) -> None:
    assert list(judge(damages)) == []


@pytest.mark.soak
@settings(max_examples=800)
@given(st.lists(DAMAGE, min_size=PEOPLE, max_size=PEOPLE))
def test_no_damage_of_200_000_does(damages: list[tuple[str, int, int, str]]) -> None:
    assert list(judge(damages)) == []


def test_the_damages_are_seen_by_the_law() -> None:
    bench = crowd()
    found = dict(bench.held(bench.files)[0].tables["standings"].select(
        "participant", "standing").rows())  # fmt: skip
    words = {found[f"C{n:03d}"] for n in range(0, PEOPLE, 2)}
    assert (words, found["C001"]) == ({"cleared"}, "held")
    tables = bench.base.copy()
    for row in tables["AE"]:
        row["AESEV"] = "MILD"
    plain = Bench(base=bench.base, form="csv", files=written(tables, "csv"))
    after = plain.held(plain.files)[0].tables["standings"]
    assert set(after["standing"]) == {"cleared"}  # without a round before, nothing is kept


@cache
def small_files() -> dict[str, bytes]:
    base = simulated_base()
    files = {name: encoded(name, table.to_dicts()[:6], form)
             for name, table in base.tables.items() for form in ("csv",)}  # fmt: skip
    return files | {"LBX": encoded("LB", base.tables["LB"].to_dicts()[:6], "xpt"),
                    "LBP": encoded("LB", base.tables["LB"].to_dicts()[:6], "parquet"),
                    "FHIR": bundle(resources(base)[:12])["data/fhir/ward.json"]}  # fmt: skip


def read_damaged(name: str, content: bytes) -> None:
    formats = FileFormats()
    if name == "FHIR":
        formats.bundle("data/fhir/ward.json", content)
        return
    form = {"LBX": "xpt", "LBP": "parquet"}.get(name, "csv")
    formats.read(f"sdtm.{name[:2]}", f"data/sdtm/{name[:2].lower()}.{form}", content)


BYTES = st.tuples(
    st.sampled_from(["DM", "DS", "EX", "AE", "LB", "QS", "SV", "VS", "LBX", "LBP", "FHIR"]),
    st.sampled_from(["flip", "cut", "drop", "insert"]),
    st.integers(0, 100_000),
    st.integers(0, 255),
)


def bent(content: bytes, how: str, place: int, byte: int) -> bytes:
    at = place % max(len(content), 1)
    if how == "cut":
        return content[:at]
    if how == "drop":
        return content[:at] + content[at + 1 + byte % 7 :]
    if how == "insert":
        return content[:at] + bytes([byte]) + content[at:]
    return content[:at] + bytes([content[at] ^ (byte or 1)]) + content[at + 1 :]


@settings(max_examples=200)
@given(BYTES)
def test_no_byte_makes_a_reader_fall_over(how: tuple[str, str, int, int]) -> None:
    name, kind, place, byte = how
    read_damaged(name, bent(small_files()[name], kind, place, byte))


@pytest.mark.soak
@settings(max_examples=20_000)
@given(BYTES)
def test_no_byte_of_20_000_does(how: tuple[str, str, int, int]) -> None:
    name, kind, place, byte = how
    read_damaged(name, bent(small_files()[name], kind, place, byte))


@pytest.mark.soak
@settings(max_examples=4_000)
@given(st.integers(0, 10_000), st.integers(0, 10_000), JUNK)
def test_no_element_of_a_bundle_does(place: int, field: int, junk: str) -> None:
    told = json.loads(small_files()["FHIR"])
    entries = told["entry"]
    one = entries[place % len(entries)]["resource"]
    name = sorted(one)[field % len(one)]
    one[name] = junk if field % 2 else [junk]
    read_damaged("FHIR", json.dumps(told).encode())


def through_the_command(folder: Any, turn: int) -> int:
    """A round by the command on files of which one byte was damaged."""
    name = sorted(small_files())[turn % 8]
    (folder / "data" / "sdtm").mkdir(parents=True)
    (folder / "programme.toml").write_text('name = "w"\ntitle = "W"\nas_of = 2026-05-25\n')
    for other, content in small_files().items():
        if len(other) == 2:
            kind = ("flip", "cut", "drop", "insert")[turn % 4]
            changed = bent(content, kind, turn * 7919, turn) if other == name else content
            (folder / "data" / "sdtm" / f"{other.lower()}.csv").write_bytes(changed)
    found = CliRunner().invoke(cli, ["round", str(folder), "--quiet"])
    if isinstance(found.exception, NanowardError):
        return found.exception.exit_code
    left = found.exception is None or isinstance(found.exception, SystemExit)
    return found.exit_code if left else 70


@pytest.mark.parametrize(
    "turn", [pytest.param(n, marks=[pytest.mark.soak] if n % 150 else []) for n in range(300)]
)
def test_a_damaged_file_through_the_command_never_ends_in_70(turn: int, tmp_path: Any) -> None:
    assert through_the_command(tmp_path, turn) in (0, 1, 3, 4, 5, 8)
