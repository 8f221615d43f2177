"""Exposed people from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed

X = ("programme", "exposed")
BY = ("--by", "nurse")


@pytest.mark.hazard("H-351")
def test_open_tell_consent_test_flush_close_list(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    case = said(*X, "open", folder, "Q1", "--relation", "household", *BY)["case"]
    late = said(*X, "list", folder, "--as-of", day + timedelta(days=3), code=1)
    assert late["cases"][0]["next_step"] == "tell the person"
    words = tmp_path / "words.txt"
    words.write_text("P1 carries something.")
    refused = typed(*X, "tell", folder, case, "--words", words, *BY)
    assert refused.exception is not None
    assert "names P1" in str(refused.exception)
    said(*X, "tell", folder, case, *BY)
    paper = tmp_path / "c.txt"
    paper.write_text("I agree")
    said(*X, "consent", folder, case, paper, "--use", "test", "--use", "flush", "--by", "Q1")
    said(*X, "flush", folder, case, day, *BY)
    assert said(*X, "test", folder, case, day, "clear", *BY)["clear_tests"] == 1
    early = typed(*X, "close", folder, case, "clear", *BY)
    assert "1 clear tests" in str(early.exception)
    said(*X, "refuse", folder, case, "--by", "Q1")
    said(*X, "close", folder, case, "declined", *BY)
    assert said(*X, "list", folder)["late"] == 0
    assert "closed" in typed(*X, "list", folder).stdout
