import json
from pathlib import Path

from click.testing import CliRunner, Result

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.commands import group
from nanoward.testing.reads import random_genome


def run(*line: str) -> Result:
    return CliRunner().invoke(group, ["divergence", *line], standalone_mode=False)


def test_sequences_are_told_apart(tmp_path: Path) -> None:
    text = random_genome(600, 1)
    (tmp_path / "r.fasta").write_text(f">agent\n{text}\n")
    (tmp_path / "s.fasta").write_text(f">a\n{text}\n")
    line = [str(tmp_path / "s.fasta"), "--reference", str(tmp_path / "r.fasta")]
    told = run(*line, "--derived", "0.01", "--wild", "0.15", "--json")
    (row,) = json.loads(told.stdout)["sequences"]
    assert (row["nearest"], row["class"]) == ("agent", "agent-like")
    assert isinstance(run(*line).exception, UsageError)
    assert isinstance(run(*line, "--derived", "0.2", "--wild", "0.1").exception, UsageError)
