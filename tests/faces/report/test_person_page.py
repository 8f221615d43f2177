"""One person's page: their own rows, nobody else's, and nothing asked from outside."""

from dataclasses import replace

import pytest
from rounds import full_round

from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.faces.report.person_page import UnknownPersonError, render_person
from nanoward.flows.steps.evidence_rows import evidence_rows

WHO = "01-706-1006"


def test_the_page_tells_of_the_person_and_of_nobody_else() -> None:
    round_ = full_round(80)
    text = render_person(round_, WHO).decode()
    assert text.count("<h1>") == 1
    assert WHO in text
    others = set(round_.tables["standings"]["participant"]) - {WHO}
    assert not [one for one in others if one in text]
    assert "default-src 'none'" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert len(text) < 120_000


def test_the_same_round_gives_the_same_bytes() -> None:
    assert render_person(full_round(20), WHO) == render_person(full_round(20), WHO)


def test_somebody_whom_the_round_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownPersonError, match="nobody"):
        render_person(full_round(20), "nobody")


@pytest.mark.hazard("H-246")
def test_what_rests_on_a_guess_bears_its_mark_here_too() -> None:
    round_ = full_round(20)
    rows = evidence_rows(round_.tables, lineage_of_tables({"sdtm.AE": "guessed"}))
    told = replace(round_, tables={**round_.tables, "evidence": rows})
    text = render_person(told, WHO).decode().split("</style>")[1]
    assert text.count("(?)") == 2  # the legend, and what is said of the person
    assert "(?)" not in render_person(round_, WHO).decode().split("</style>")[1]
