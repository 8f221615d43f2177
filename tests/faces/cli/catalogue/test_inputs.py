"""What the commands of nanoward catalogue share."""

from pathlib import Path

import polars as pl

from nanoward.faces.cli.catalogue.inputs import contents, write_tables
from nanoward.flows.steps.step_outcome import Outcome


def test_files_are_handed_over_with_their_paths(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    assert contents({"samples": tmp_path / "a.csv"}) == {
        "samples": (str(tmp_path / "a.csv"), b"x")
    }


def test_tables_are_written_as_csv_and_nowhere_without_a_folder(tmp_path: Path) -> None:
    outcome = Outcome(tables={"profiles": pl.DataFrame({"a": [1]})})
    write_tables(outcome, ("profiles",), None)
    write_tables(outcome, ("profiles",), tmp_path / "out")
    assert (tmp_path / "out" / "profiles.csv").read_text() == "a\n1\n"
