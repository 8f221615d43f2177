from pathlib import Path

from click.testing import CliRunner

from nanoward.base.errors import IntegrityError
from nanoward.faces.cli import cli


def test_a_whole_record_verifies_and_a_changed_one_does_not(ward: Path) -> None:
    CliRunner().invoke(cli, ["round", str(ward), "--quiet"])
    told = CliRunner().invoke(cli, ["verify", str(ward), "--quiet"])
    assert told.exit_code == 0, told.output
    assert "0 files differ" in told.stdout

    (report,) = ward.glob("rounds/*/report.html")
    report.write_bytes(report.read_bytes().replace(b"withdrawn", b"cleared"))
    assert CliRunner().invoke(cli, ["verify", str(ward), "--quiet"]).exit_code == 1

    blob = next((ward / ".nanoward" / "blobs").glob("??/*"))
    blob.write_bytes(blob.read_bytes() + b" ")
    told = CliRunner().invoke(cli, ["verify", str(ward), "--quiet"])
    assert isinstance(told.exception, IntegrityError)
