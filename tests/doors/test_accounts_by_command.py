"""The accounts of what files held, as the documented commands tell them.

One word that no reader knows stands in each input: the account holds it, or the reason why
nothing of the kind is read. What is done with it is one of used, ignored and told.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.doors.test_sequence_accounts import RECORD
from tests.faces.cli.test_agents import LETTERS, SPEC

from nanoward.adapters.formats.sequences.read_account import NOT_FASTQ_FIELD
from nanoward.faces.cli.agents import group as agents
from nanoward.faces.cli.catalogue.commands import group as catalogue
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(1_000, 3)
VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"

pytestmark = pytest.mark.hazard("H-269")


def account_of(group: Any, *line: str | Path) -> list[dict[str, Any]]:
    """What the command says of everything in its files; each row has one of three uses."""
    shown = CliRunner().invoke(group, [*map(str, line), "--json"], standalone_mode=False)
    account: list[dict[str, Any]] = json.loads(shown.stdout)["account"]
    assert account
    assert {one["use"] for one in account} <= {"used", "ignored", "told"}
    assert all(one["reason"] for one in account if one["use"] != "used")
    return account


def uses(account: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    return ((one["name"], one["use"]) for one in account)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    (tmp_path / "r.fasta").write_text(f">c\n{GENOME}\n")
    return tmp_path / "r.fasta"


def reads(folder: Path, genome: str, words: str) -> list[Path]:
    paths = []
    for mate, text in zip("12", simulated_pairs(genome, Library(depth=40), 1), strict=True):
        paths.append(folder / f"s_{mate}.fastq")
        first, rest = text.split(b"\n", 1)
        paths[-1].write_bytes(first + words.encode() + b"\n" + rest)
    return paths


def test_typing_consensus_and_variants_tells_words_and_fields(
    tmp_path: Path, reference: Path
) -> None:
    (tmp_path / "g.fasta").write_text(f">s|c qzword\n{GENOME}\n>t|c\nAC!T\n")
    told = account_of(catalogue, "type", tmp_path / "g.fasta", "--reference", reference)
    assert {("sequence", "used"), ("sequence", "told"), ("qzword", "ignored")} <= set(
        uses(told)
    )
    assert {one["role"] for one in told} == {"genomes", "reference"}
    alt = "A" if GENOME[99] != "A" else "C"
    row = f"c\t100\t.\t{GENOME[99]}\t{alt}\t.\tPASS\tQZWORD=1\tGT\t1\n"
    (tmp_path / "v.vcf").write_text(VCF + row)
    told = account_of(catalogue, "type", tmp_path / "v.vcf", "--reference", reference)
    assert {("FORMAT/GT", "used"), ("INFO/QZWORD", "ignored")} <= set(uses(told))


def test_typing_reads_tells_words_beside_names_and_a_read_cut_short(
    tmp_path: Path, reference: Path
) -> None:
    paths = reads(tmp_path, GENOME, " qzword")
    told = account_of(catalogue, "type", *paths, "--reference", reference)
    assert {("read", "used"), ("mate", "used")} <= set(uses(told))
    assert NOT_FASTQ_FIELD in {one["reason"] for one in told}
    alone = tmp_path / "alone.fastq"
    alone.write_bytes(paths[0].read_bytes() + b"@qzword\nACGT\n")
    told = account_of(catalogue, "type", alone, "--reference", reference)
    assert "FMT-081" in {one["reason"] for one in told if one["use"] == "told"}


def test_typing_alignments_tells_tags(tmp_path: Path, reference: Path) -> None:
    pytest.importorskip("pysam", reason="the extra [reads] is not installed")
    row = f"r\t0\tc\t1\t60\t100M\t*\t0\t0\t{GENOME[:100]}\t{'I' * 100}\tqz:Z:word\n"
    (tmp_path / "a.sam").write_text(f"@HD\tVN:1.6\n@SQ\tSN:c\tLN:1000\n{row}")
    told = account_of(catalogue, "type", tmp_path / "a.sam", "--reference", reference)
    assert {("read", "used"), ("other tags", "ignored")} <= set(uses(told))


def test_checking_a_design_tells_qualifiers_and_features(tmp_path: Path) -> None:
    pytest.importorskip("Bio", reason="the extra [designs] is not installed")
    rows = f'     CDS             1..9\n{" " * 21}/label="a"\n{" " * 21}/qzword="x"\n'
    rows += '     qzfeature       20^21\n                     /label="b"'
    (tmp_path / "x.gb").write_text(RECORD.format(rows))
    told = account_of(agents, "check", tmp_path / "x.gb")
    assert {("/qzword", "ignored"), ("/label", "used"), ("feature", "told")} <= set(uses(told))


def test_a_release_tells_what_became_of_the_lots_reads(tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "reference.fasta").write_text(f">c\n{LETTERS}\n")
    paths = reads(tmp_path, LETTERS, " qzword")
    told = account_of(agents, "release", "L1", *paths, "--spec", tmp_path / "spec.toml")
    assert {("read", "used"), ("mate", "used")} <= set(uses(told))
    assert NOT_FASTQ_FIELD in {one["reason"] for one in told}
