"""Adaptation on plain files, from the command that a user types."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli.catalogue.commands import group

LETTERS = "ACGTTGCAAC" * 60
VCF = (
    "##fileformat=VCFv4.3\n##contig=<ID=c>\n"
    '##INFO=<ID=AF,Number=A,Type=Float,Description="share">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)


def changed(*places: int) -> str:
    letters = list(LETTERS)
    for place in places:
        letters[place - 1] = "G" if letters[place - 1] != "G" else "T"
    return "".join(letters)


def written(folder: Path) -> list[str]:
    """One person with two samples; the lot holds a variant at 11 that both samples have."""
    (folder / "ref.fasta").write_text(f">c\n{LETTERS}\n")
    (folder / "early.fasta").write_text(f">s1|c\n{changed(11)}\n")
    (folder / "late.fasta").write_text(f">s2|c\n{changed(11, 31)}\n")
    (folder / "s.csv").write_text(
        "sample,participant,taken,lot,dosed\n"
        "s1,p,2026-01-08,L1,2026-01-01\ns2,p,2026-03-01,L1,2026-01-01\n"
    )
    (folder / "lot.vcf").write_text(f"{VCF}c\t11\t.\tA\tG\t.\tPASS\tAF=1.0\n")
    return [
        "adapt", str(folder / "early.fasta"), str(folder / "late.fasta"),
        "--reference", str(folder / "ref.fasta"), "--samples", str(folder / "s.csv"),
        "--quiet",
    ]  # fmt: skip


def run(line: list[str]) -> Result:
    return CliRunner().invoke(group, line, standalone_mode=False)


def test_without_the_lot_people_are_compared_with_their_own_first_sample(
    tmp_path: Path,
) -> None:
    told = json.loads(run([*written(tmp_path), "--json"]).stdout)
    assert [row["start"] for row in told["departures"]] == ["first sample"] * 2
    assert [row["acquired"] for row in told["departures"]] == [0.0, 1.0]
    assert "never released here" in told["undecided"][0]["reason"]


def test_the_lots_own_variants_are_no_adaptation(tmp_path: Path) -> None:
    line = [*written(tmp_path), "--lot", f"L1={tmp_path / 'lot.vcf'}", "--json"]
    line += ["--out", str(tmp_path / "out")]
    told = json.loads(run(line).stdout)
    assert [row["start"] for row in told["departures"]] == ["lot"] * 2
    assert [row["days"] for row in told["departures"]] == [7, 59]
    assert [row["differences"] for row in told["departures"]] == [0.0, 1.0]
    assert told["facts"]["variants acquired in hosts"] == 1
    assert told["undecided"] == []
    acquired = pl.read_parquet(tmp_path / "out" / "acquired.parquet")
    assert acquired.select("position", "alt").rows() == [(31, changed(31)[30])]
    drawn = run(["plot", str(tmp_path / "out"), "--out", str(tmp_path / "pictures")])
    assert drawn.exception is None
    assert (tmp_path / "pictures" / "adaptation.svg").exists()


def test_it_is_told_in_words_too(tmp_path: Path) -> None:
    shown = run(written(tmp_path)).stdout
    assert shown.splitlines()[0].split()[:2] == ["participant", "sample"]
    assert "new alleles per site and year:" in shown
    assert "open: L1:" in shown


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--lot", "L1"], "--lot L1 names no file"),
        (["--lot", "L1=nothing.vcf"], "names no file"),
        (["--lot", "L1={folder}/s.csv"], "lot L1:"),
        (["--spec", "{folder}/ref.fasta"], "ref.fasta"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, more: list[str], told: str) -> None:
    line = written(tmp_path) + [one.format(folder=tmp_path) for one in more]
    assert told in str(run(line).exception)


def test_without_days_nothing_can_have_adapted(tmp_path: Path) -> None:
    line = [one for one in written(tmp_path) if "s.csv" not in one and one != "--samples"]
    assert "--samples" in run(line).exception.next_step  # type: ignore[union-attr]
