"""What `nanoward catalogue type` says of reads: unkind, a relative's, in whatever order."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli.catalogue.commands import group
from nanoward.testing.reads import Library, packed, random_genome, simulated_pairs

GENOME = random_genome(30_000, 3)
SMALL = random_genome(6_000, 4)
Pair = tuple[bytes, bytes]


def run(folder: Path, files: dict[str, bytes], *more: str, genome: str = GENOME) -> Result:
    folder.mkdir(exist_ok=True)
    (folder / "r.fasta").write_text(f">c\n{genome}\n")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    paths = [str(folder / name) for name in files]
    line = ["type", *paths, "--reference", str(folder / "r.fasta"), "--json", *more]
    line += ["--out", str(folder / "out")]
    return CliRunner().invoke(group, line, standalone_mode=False)


def told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def pair(genome: str, depth: float, seed: int, name: str = "r") -> Pair:
    return simulated_pairs(genome, Library(depth=depth), seed, name)


def files(text: Pair, sample: str = "s") -> dict[str, bytes]:
    return {f"{sample}_1.fastq": text[0], f"{sample}_2.fastq": text[1]}


def relative(genome: str, share: float) -> str:
    hit = np.random.default_rng(8).random(len(genome)) < share
    turn = str.maketrans("ACGT", "CGTA")
    return "".join(
        one.translate(turn) if other else one for one, other in zip(genome, hit, strict=True)
    )


FIRST, SECOND = pair(SMALL, 15, 4)


@pytest.mark.hazard("H-54")
@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (packed(FIRST)[:-2000], packed(SECOND)[:-2000], "FMT-081"),
        (FIRST[:-100], SECOND[:-100], "FMT-081"),
        (b"", b"", "FMT-080"),
        (FIRST, pair(SMALL, 15, 5, "q")[1], "FMT-085"),
        (FIRST, SECOND[: len(SECOND) // 2], "FMT-085"),
        (b">c\nACGT\n", SECOND, "FMT-082"),
        (*pair(random_genome(6_000, 9), 15, 5), "CAT-021"),
    ],
    ids=["cut gzip", "cut", "empty", "other mates", "fewer mates", "no fastq",
         "none of ours"],
)  # fmt: skip
def test_unkind_files_end_in_a_finding_and_exit_code_1(
    tmp_path: Path, first: bytes, second: bytes, code: str
) -> None:
    result = run(tmp_path, files((first, second)), genome=SMALL)
    assert result.return_value == 1, result.output
    assert code in {one["code"] for one in told(result)["findings"]}
    assert told(result)["factors"] == []


def test_odd_letters_of_a_reference_are_read_through_the_command(tmp_path: Path) -> None:
    odd = SMALL[:100].lower() + "RYSWKMBDHVN" + SMALL[111:]
    result = run(tmp_path, files((FIRST, SECOND)), genome=odd)
    assert result.return_value == 0, result.output
    assert told(result)["samples"][0]["verdict"] == "ours"


@pytest.mark.hazard("H-54")
def test_a_relative_is_told_and_none_of_its_letters_is_called_the_agents(
    tmp_path: Path,
) -> None:
    result = run(tmp_path, files(pair(relative(GENOME, 0.03), 20, 6)))
    (row,) = told(result)["samples"]
    assert result.return_value == 1
    assert row["verdict"] == "relative"
    assert row["alike_low"] < 0.97 < row["alike_high"]
    assert {one["strain"] for one in told(result)["factors"]} == {"relative"}
    lines = (tmp_path / "out" / "s.vcf").read_text().splitlines()
    assert {line.split("\t")[6] for line in lines if line[0] != "#"} == {"relative"}
    assert "CAT-027" in {one["code"] for one in told(result)["findings"]}


def test_a_mixture_says_the_share_and_likeness_of_the_second_strain(tmp_path: Path) -> None:
    own, other = pair(GENOME, 60, 7, "a"), pair(relative(GENOME, 0.02), 20, 8, "b")
    result = run(tmp_path, files((own[0] + other[0], own[1] + other[1])))
    (row,) = told(result)["samples"]
    assert row["verdict"] == "mixture"
    assert row["second_share"] == pytest.approx(0.25, abs=0.04)
    assert row["second_alike"] == pytest.approx(0.98, abs=0.004)
    assert not [one for one in told(result)["factors"] if one["strain"] == "own"]


def test_of_a_handful_of_reads_nothing_is_told_but_a_question(tmp_path: Path) -> None:
    few = [b"".join(text.splitlines(keepends=True)[:12]) for text in pair(GENOME, 5, 9)]
    result = run(tmp_path, files((few[0], few[1])))
    (question,) = told(result)["undecided"]
    assert (question["subject"], result.return_value) == ("s", 1)
    assert told(result)["samples"][0]["verdict"] == "cannot tell"


def shuffled(text: Pair, seed: int) -> Pair:
    sides = [side.splitlines(keepends=True) for side in text]
    order = np.random.default_rng(seed).permutation(len(sides[0]) // 4)
    first, second = (b"".join(b"".join(s[4 * at : 4 * at + 4]) for at in order) for s in sides)
    return first, second


def bytes_of(folder: Path, sample: str = "s") -> list[bytes]:
    return [(folder / "out" / f"{sample}.{end}").read_bytes() for end in ("vcf", "fasta")]


@pytest.mark.parametrize(("depth", "more"), [(45, ("--amplicon",)), (8, ())])
def test_the_order_of_reads_other_samples_and_threads_do_not_change_a_byte(
    tmp_path: Path, depth: int, more: tuple[str, ...]
) -> None:
    changed = GENOME[:9_000] + "ACGTT" + GENOME[9_000:20_000] + GENOME[20_030:]
    own = pair(changed, depth, 10, "a")
    minor = pair(relative(changed, 0.002), depth / 4, 11, "b")
    text = own[0] + minor[0], own[1] + minor[1]
    plain = run(tmp_path / "plain", files(text), *more)
    row, factors = told(plain)["samples"][0], told(plain)["factors"]
    assert len(factors) > (20 if more else 1)
    assert row["duplicates"] == 0  # of copies the first in the file is counted
    others = files(pair(relative(GENOME, 0.01), 20, 12, "x"), "a") | files(text)
    others |= files(pair(GENOME, 5, 13, "y"), "z")
    runs = {
        "order": run(tmp_path / "order", files(shuffled(text, 1)), *more),
        "cohort": run(tmp_path / "cohort", others, *more),
        "two": run(tmp_path / "two", files(text), "--threads", "2", *more),
        "four": run(tmp_path / "four", files(shuffled(text, 2)), "--threads", "4", *more),
    }
    for name, result in runs.items():
        assert bytes_of(tmp_path / name) == bytes_of(tmp_path / "plain"), name
        of_s = [one for one in told(result)["samples"] if one["sample"] == "s"]
        assert of_s == [row], name
        assert [one for one in told(result)["factors"] if one["sample"] == "s"] == factors
