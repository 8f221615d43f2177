"""Junctions as they are typed: whose sample it is must be said; more in test_unknown."""

from pathlib import Path

from click.testing import CliRunner

from nanoward.base.errors import UsageError
from nanoward.faces.cli import cli


def test_what_is_raised_belongs_to_somebody_and_a_day(tmp_path: Path) -> None:
    for name in ("s.fastq", "a.fasta"):
        (tmp_path / name).write_text("")
    words = [
        "watch",
        "junctions",
        str(tmp_path / "s.fastq"),
        "--agent",
        str(tmp_path / "a.fasta"),
    ]
    told = CliRunner().invoke(
        cli, [*words, "--programme", str(tmp_path)], standalone_mode=False
    )
    assert isinstance(told.exception, UsageError)
    assert "--subject" in str(told.exception)
