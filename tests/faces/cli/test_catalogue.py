import json
from pathlib import Path

from click.testing import CliRunner

from nanoward.faces.cli.catalogue import group

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
