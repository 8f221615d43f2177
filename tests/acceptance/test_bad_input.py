"""Bad input to the real command: each gives its finding, with file and line, or its error."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli

pytestmark = pytest.mark.timeout(300)
Damage = Callable[[Path], None]


@pytest.fixture
def clean(ward: Path) -> Path:
    """The part of a ward that is typed and cleared; without doses it is held quickly."""
    (ward / "data" / "events.csv").unlink()
    return ward


def findings(ward: Path) -> list[dict[str, object]]:
    told = CliRunner().invoke(cli, ["round", str(ward), "--quiet", "--workers", "1"])
    assert told.exit_code in (0, 1, 8), (told.output, told.exception)
    (written,) = ward.glob("rounds/*/round.json")
    found: list[dict[str, object]] = json.loads(written.read_text())["findings"]
    return found


def edited(path: str, change: Callable[[bytes], bytes]) -> Damage:
    def damage(ward: Path) -> None:
        (file,) = ward.glob(path)
        packed = file.name.endswith(".gz")
        content = gzip.decompress(file.read_bytes()) if packed else file.read_bytes()
        changed = change(content)
        file.write_bytes(gzip.compress(changed, mtime=0) if packed else changed)

    return damage


def cut(path: str) -> Damage:
    def damage(ward: Path) -> None:
        (file,) = ward.glob(path)
        file.write_bytes(file.read_bytes()[:-2000])

    return damage


def appended(text: str) -> Callable[[bytes], bytes]:
    return lambda content: content + text.encode()


SAMPLES, GENOMES, VARIANTS = (
    "data/samples.csv",
    "data/consensus.fasta.gz",
    "data/variants.csv.gz",
)


@pytest.mark.parametrize(
    ("damage", "code", "file", "has_line"),
    [
        (edited(SAMPLES, lambda _: b""), "FMT-001", SAMPLES, False),
        (edited(GENOMES, lambda _: b""), "FMT-001", GENOMES, False),
        (edited(SAMPLES, lambda c: c.replace(b"taken", b"wann", 1)), "FMT-020", SAMPLES, True),
        (edited(SAMPLES, lambda c: c.replace(b"P002", b"P\xff02", 1)), "FMT", SAMPLES, False),
        (edited(SAMPLES, lambda c: c.decode().encode("utf-16")), "FMT", SAMPLES, False),
        (cut(GENOMES), "FMT", GENOMES, False),
        (cut(VARIANTS), "FMT", VARIANTS, False),
        (edited("data/sdtm/lb.xpt", lambda c: c[:5000]), "FMT", "data/sdtm/lb.xpt", False),
        (
            edited("data/sdtm/lb.xpt", lambda _: b"no transport"),
            "FMT",
            "data/sdtm/lb.xpt",
            False,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_file_is_told_and_the_rest_is_used(
    clean: Path, damage: Damage, code: str, file: str, has_line: bool
) -> None:
    before = {(one["code"], one["file"], one["line"]) for one in findings(clean)}
    damage(clean)
    fresh = [
        one
        for one in findings(clean)
        if one["file"] == file and (one["code"], one["file"], one["line"]) not in before
    ]
    matching = [one for one in fresh if str(one["code"]).startswith(code)]
    assert matching, fresh
    assert all(one["next_step"] for one in matching)
    if has_line:
        assert any(one["line"] for one in matching)


@pytest.mark.hazard("H-11")
def test_planted_faults_of_rows_are_told_with_file_and_line(clean: Path) -> None:
    told = {
        (str(one["code"]), str(one["file"])): one["line"]
        for one in findings(clean)
        if one["severity"] != "note"
    }
    expected = {
        ("FMT-029", SAMPLES): "duplicate sample",
        ("PRG-003", SAMPLES): "a date in the future",
        ("CLR-020", SAMPLES): "a sample of a person who never consented",
        ("FMT-027", SAMPLES): "a day that does not exist",
        ("FMT-027", VARIANTS): "a frequency above one",
        ("CAT-002", VARIANTS): "a contig that is not of the agent",
        ("CAT-008", VARIANTS): "another reference base",
        ("CLR-030", "data/sdtm/lb.xpt"): "an unknown unit",
        ("CLR-010", "data/sdtm/ae.xpt"): "serious by criterion, not by flag",
    }
    assert [what for key, what in expected.items() if not told.get(key)] == []


@pytest.mark.hazard("H-12")
def test_a_reference_that_does_not_match_is_named_and_people_are_cleared_all_the_same(
    clean: Path,
) -> None:
    (reference,) = clean.glob("agents/*/reference.fasta")
    reference.write_text(">another\n" + "ACGT" * 100 + "\n")
    (told,) = [one for one in findings(clean) if one["code"] == "CAT-010"]
    assert "another" in str(told["message"])
    (standings,) = clean.glob("rounds/*/tables/standings.parquet")
    assert pl.read_parquet(standings).height > 20
