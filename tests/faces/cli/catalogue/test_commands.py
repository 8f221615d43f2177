import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.commands import group
from nanoward.testing.reads import Library, long_reads, packed, random_genome, simulated_pairs

LETTERS = "ACGTTGCAAC" * 6


def written(folder: Path) -> tuple[str, str, str]:
    (folder / "ref.fasta").write_text(f">c\n{LETTERS}\n")
    (folder / "g.fasta").write_text(f">s1|c\n{LETTERS}\n>s2|c\nG{LETTERS[1:]}\n")
    (folder / "s.csv").write_text(
        "sample,participant,taken\ns1,p,2026-01-01\ns2,p,2026-02-01\n"
    )
    return str(folder / "g.fasta"), str(folder / "ref.fasta"), str(folder / "s.csv")


def test_samples_are_typed_and_told_as_a_table_and_as_json(tmp_path: Path) -> None:
    genomes, reference, samples = written(tmp_path)
    line = ["type", genomes, "--reference", reference, "--samples", samples, "--quiet"]
    shown = CliRunner().invoke(group, line, standalone_mode=False)
    assert shown.return_value == 0
    assert shown.stdout.splitlines()[0].split()[:2] == ["sample", "participant"]
    told = json.loads(CliRunner().invoke(group, [*line, "--json"]).stdout)
    assert [row["consensus_differences"] for row in told["profiles"]] == [0, 1]
    assert told["findings"] == []


def test_tables_are_written_where_asked_and_later_samples_wait(tmp_path: Path) -> None:
    genomes, reference, samples = written(tmp_path)
    out = tmp_path / "out"
    line = ["type", genomes, "--reference", reference, "--samples", samples, "--quiet"]
    line += ["--out", str(out), "--as-of", "2026-01-15", "--json"]
    told = json.loads(CliRunner().invoke(group, line).stdout)
    assert [row["sample"] for row in told["profiles"]] == ["s1"]
    assert sorted(path.name for path in out.iterdir()) == [
        "adaptation.csv",
        "aligned.csv",
        "factors.csv",
        "profiles.csv",
    ]


def test_a_doubt_is_told_by_the_exit_code(tmp_path: Path) -> None:
    genomes, reference, _ = written(tmp_path)
    (tmp_path / "s.csv").write_text("sample,participant,taken\ns1,p,2026-01-01\n")
    line = ["type", genomes, "--reference", reference, "--samples", str(tmp_path / "s.csv")]
    shown = CliRunner().invoke(group, line, standalone_mode=False)
    assert shown.return_value == 1
    assert "CAT-001" in shown.stderr


def test_reads_are_typed_to_a_vcf_and_a_consensus(tmp_path: Path) -> None:
    genome = random_genome(3000, 1)
    (tmp_path / "r.fasta").write_text(f">c\n{genome}\n")
    paths = []
    for mate, text in zip("12", simulated_pairs(genome, Library(), 1), strict=True):
        paths.append(str(tmp_path / f"s_{mate}.fastq.gz"))
        Path(paths[-1]).write_bytes(packed(text))
    line = ["type", *paths, "--reference", str(tmp_path / "r.fasta"), "--quiet", "--json"]
    line += ["--out", str(tmp_path / "out"), "--threads", "2"]
    told = json.loads(CliRunner().invoke(group, line).stdout)
    assert told["samples"][0]["consensus_variants"] == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "coverage.parquet",
        "factors.parquet",
        "limits.parquet",
        "s.fasta",
        "s.vcf",
    ]


def test_reads_need_a_reference_and_genomes_come_one_at_a_time(tmp_path: Path) -> None:
    for name in ("a.fastq", "b.fasta"):
        (tmp_path / name).write_text("")
    alone = CliRunner().invoke(group, ["type", str(tmp_path / "a.fastq")])
    assert isinstance(alone.exception, UsageError)
    both = CliRunner().invoke(
        group, ["type", *(str(tmp_path / n) for n in ("a.fastq", "b.fasta"))]
    )
    assert isinstance(both.exception, UsageError)


def test_long_reads_and_assemblies_are_typed_by_their_own_rules(tmp_path: Path) -> None:
    pytest.importorskip("mappy")
    genome = random_genome(20_000, 1)
    other = genome[:9_000] + "ACGTTCA" + genome[9_000:]
    (tmp_path / "r.fasta").write_text(f">c\n{genome}\n")
    (tmp_path / "a.fastq.gz").write_bytes(packed(long_reads(other, 15, 2)))
    (tmp_path / "b.fasta").write_text(f">NODE_1\n{other}\n")
    for name, technology in (("a.fastq.gz", "ont"), ("b.fasta", "assembly")):
        line = ["type", str(tmp_path / name), "--reference", str(tmp_path / "r.fasta")]
        line += ["--technology", technology, "--quiet", "--json"]
        told = json.loads(CliRunner().invoke(group, line).stdout)
        assert told["findings"] == []
        (factor,) = told["factors"]
        assert len(factor["alt"]) - len(factor["ref"]) == 7


DATA = Path(__file__).parents[4] / ".." / "shared" / "data"
HIVE = ("--samples", "samples.csv", "--lineage-column", "subtype", "--variants",
        "minor_variants.csv.gz", "--variant-positions", "consensus")  # fmt: skip
HIVE_FINDINGS = {"FMT-021", "FMT-026", "CAT-003", "CAT-005", "CAT-007"}  # as seen
CONSENSUS_SETS = [
    # folder, sequences, options, samples, of them the agent, findings that the set itself earns
    ("outbreak_sim", "sequences.fasta.gz", (), 30, 30, {"FMT-042"}),
    ("kp_st258", "variable_sites.fasta.gz", (), 413, 413, {"FMT-042"}),
    ("sars2_families", "genomes.fasta.gz", (), 78, 78, {"FMT-042"}),
    ("opv_mexico", "opv1_aligned_vp1.fasta.gz", (), 50, 50, set()),
    ("opv_mexico", "opv2_aligned_vp1.fasta.gz", (), 137, 137, set()),
    ("hive_flu", "consensus.fasta.gz", HIVE, 161, 146, HIVE_FINDINGS),
]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "sequences", "options", "samples", "agent", "known"), CONSENSUS_SETS
)
def test_real_consensus_sequences_are_typed_without_error(
    folder: str,
    sequences: str,
    options: tuple[str, ...],
    samples: int,
    agent: int,
    known: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not (DATA / folder).exists():
        pytest.skip(f"needs ../shared/data/{folder}")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})  # no processes of its own
    own = [
        str(DATA / folder / one) if one.endswith((".csv", ".gz")) else one for one in options
    ]
    line = ["type", str(DATA / folder / sequences), *own, "--json", "--quiet"]
    told = json.loads(CliRunner().invoke(group, line).stdout)
    assert {one["code"] for one in told["findings"]} <= known
    assert len(told["profiles"]) == samples
    assert sum(one["typed_as"] == "agent" for one in told["profiles"]) == agent


def amplicons(folder: Path) -> list[str]:
    """Reads of two amplicons; a letter changed at 260 lies in the second one's left primer."""
    letters = random_genome(600, 9)
    changed = letters[:259] + "ACGT"[("ACGT".index(letters[259]) + 1) % 4] + letters[260:]
    turned = str.maketrans("ACGT", "TGCA")
    sides = ["", ""]
    for at, (first, last, own, copies) in enumerate(
        ((1, 300, changed, 90), (250, 549, letters, 60))
    ):
        piece = own[first - 1 : last]
        ends = piece[:150], piece[-150:].translate(turned)[::-1]
        for copy in range(copies):
            for side, text in enumerate(ends):
                sides[side] += f"@r{at}_{copy}\n{text}\n+\n{'I' * 150}\n"
    for side, text in enumerate(sides, 1):
        (folder / f"s_{side}.fastq").write_text(text)
    (folder / "ref.fa").write_text(f">c\n{letters}\n")
    rows = ((0, 22, "one_LEFT", "+"), (278, 300, "one_RIGHT", "-"), (249, 271, "two_LEFT", "+"),
            (527, 549, "two_RIGHT", "-"))  # fmt: skip
    bed = "".join(f"c\t{a}\t{b}\tamp_{name}\t1\t{way}\n" for a, b, name, way in rows)
    (folder / "p.bed").write_text(bed)
    reads = [str(folder / f"s_{side}.fastq") for side in (1, 2)]
    return ["type", *reads, "--reference", str(folder / "ref.fa"), "--amplicon", "--json"]


def shares(line: list[str]) -> dict[int, float]:
    told = json.loads(CliRunner().invoke(group, line).stdout)
    return {one["position"]: one["frequency"] for one in told["factors"]}


@pytest.mark.hazard("H-183")
def test_primers_of_a_bed_file_are_trimmed_by_the_command(tmp_path: Path) -> None:
    line = amplicons(tmp_path)
    assert shares(line)[260] == pytest.approx(0.6, abs=0.05)  # the primer's letters count
    assert shares([*line, "--primers", str(tmp_path / "p.bed")]) == {260: 1.0}


@pytest.mark.hazard("H-183")
def test_what_is_wrong_with_a_bed_file_is_told_by_the_command(tmp_path: Path) -> None:
    line = amplicons(tmp_path)
    bed = tmp_path / "q.bed"
    wrong = {"d\t1\t20\tp_LEFT\t1\t+\n": "CAT-057", "c\t1\t20\tp\n": "FMT-027",
             "": "FMT-001", "c\t590\t900\tp_LEFT\t1\t+\n": "CAT-057"}  # fmt: skip
    for text, code in wrong.items():
        bed.write_text(text)
        told = json.loads(CliRunner().invoke(group, [*line, "--primers", str(bed)]).stdout)
        assert code in {one["code"] for one in told["findings"]}, text
