"""Urgent reports from the command line, to the file that an authority takes."""

from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, typed

U = ("programme", "urgent")
BY = ("--by", "Dr A")
PLAN = """
[programme.urgent]
reference = "IB 4"
sender = "WARD"
receiver = "EVTEST"
number = "DE-WARD"
expected = { Headache = "severe" }
"""


@pytest.mark.hazard("H-353")
def test_know_assess_report_tell_register_check(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", more=PLAN)
    known = said(*U, "know", folder, "P1", "Uveitis", *BY)
    assert (known["verdict"], known["days"]) == ("needs a person", 15)
    event = known["event"]
    words = ("--criterion", "disability", "--severity", "severe")
    state = said(*U, "assess", folder, event, "investigator", "related", *words, *BY)
    assert state["verdict"] == "urgent"
    story, out = tmp_path / "n.txt", tmp_path / "r.xml"
    story.write_text("Saw badly from day 3 on.")
    report = (
        *U,
        "report",
        folder,
        event,
        "--product",
        "Agent",
        "--narrative",
        story,
        "--out",
        out,
    )
    refused = typed(*report, "--meddra", "27.1:12", *BY)
    assert "E.i.2.1b" in str(refused.exception)
    assert not out.exists()
    said(*report, "--meddra", "27.1:10046851", *BY)
    assert said(*U, "check", out) == {"missing": []}
    twice = typed(*report, "--meddra", "27.1:10046851", *BY)
    assert "nothing was known since" in str(twice.exception)
    said(*U, "tell", folder, event, "ethics board", story, *BY)
    register = said(*U, "register", folder)
    assert register["events"][0]["state"] == "reported"
    assert [one["to"] for one in register["told"]] == ["authority", "ethics board"]
    out.write_text(out.read_text().replace("Saw badly from day 3 on.", ""))
    assert said(*U, "check", out, code=1)["missing"] == ["H.1"]


@pytest.mark.hazard("H-352")
def test_unexpectedness_without_reference_information_needs_a_person(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    event = said(*U, "know", folder, "P1", "Uveitis", *BY)["event"]
    words = ("--criterion", "disability")
    state = said(*U, "assess", folder, event, "sponsor", "related", *words, *BY)
    assert "no reference" in state["why"]
    decided = said(*U, "decide", folder, event, "not urgent", "--reason", "had it before", *BY)
    assert decided["state"] == "none"
    assert "1" in typed(*U, "register", folder).stdout
