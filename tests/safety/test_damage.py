"""Arbitrary damage of one value, row, element or byte: nobody is let on without a word."""

import json
from functools import cache
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from safety_crowd import (
    JUNK,
    Damage,
    damaged_lines,
    fhir_crowd,
    judged_fhir,
    judged_sdtm,
    let_on,
    lines_of,
    name_of,
    sdtm_crowd,
    written_crowd,
)
from safety_fhir import bundle, resources
from safety_programme import Bench, encoded, simulated_base

from nanoward.adapters.formats import FileFormats
from nanoward.base.errors import NanowardError
from nanoward.faces.cli import cli

PEOPLE = 900
IN_BUNDLES = 250  # of whom every second is damaged
SEEDS = st.integers(0, 2**32)
pytestmark = pytest.mark.timeout(3600)  # each test judges hundreds of damages at once


@pytest.mark.hazard("H-154")
@settings(max_examples=5)
@given(SEEDS)
def test_no_damage_lets_anybody_on_in_silence(seed: int) -> None:
    """4,500 damages of values, rows, letters and bytes."""
    assert list(judged_sdtm(seed, PEOPLE)) == []


@pytest.mark.hazard("H-154")
@settings(max_examples=4)
@given(SEEDS)
def test_no_damage_of_an_element_does(seed: int) -> None:
    """500 damages of elements of FHIR resources."""
    assert list(judged_fhir(seed, IN_BUNDLES)) == []


@pytest.mark.soak
@settings(max_examples=200)
@given(SEEDS)
def test_no_damage_of_180_000_does(seed: int) -> None:
    assert list(judged_sdtm(seed, PEOPLE)) == []


@pytest.mark.soak
@settings(max_examples=160)
@given(SEEDS)
def test_no_damage_of_20_000_elements_does(seed: int) -> None:
    assert list(judged_fhir(seed, IN_BUNDLES)) == []


def test_the_damages_are_seen_by_the_law() -> None:
    crowd = sdtm_crowd(PEOPLE)
    found = dict(crowd.bench.held(crowd.bench.files)[0].tables["standings"].select(
        "participant", "standing").rows())  # fmt: skip
    for number in range(PEOPLE):
        assert found[name_of(number)] == ("held" if number % 2 else "cleared")
    bench, _ = fhir_crowd(IN_BUNDLES)
    table = bench.held(bench.files)[0].tables["standings"]
    assert set(table["standing"]) == {"cleared"}


def test_the_law_finds_whoever_is_let_on() -> None:
    """Where the round before did not have the event either, nothing tells that it is gone."""
    crowd = sdtm_crowd(PEOPLE)
    how = Damage(kind="row", place=len(crowd.of[1]) - 1, column=0, junk="", byte=0)
    people = [
        damaged_lines(crowd.of, n, how)[0] if n % 2 else lines_of(crowd.of, n)
        for n in range(PEOPLE)
    ]
    counted = {name_of(n): how for n in range(1, PEOPLE, 2)}
    files = written_crowd(people, crowd.of)
    forgetful = Bench(base=crowd.bench.base, form="csv", files=files)
    assert {one[0] for one in let_on(forgetful, files, counted)} == set(counted)
    assert list(let_on(crowd.bench, files, counted)) == []


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
        return content[:at] + bytes([byte % 256]) + content[at:]
    return content[:at] + bytes([content[at] ^ (byte % 256 or 1)]) + content[at + 1 :]


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
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(JUNK))
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
