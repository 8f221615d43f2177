"""The registry's report: small cells are for the closed part, refusals are one number."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.pregnancies.ask_consent import ask_consent, refuse_consent
from nanoward.flows.pregnancies.keep_pregnancies import (
    ConceptionNews,
    OutcomeNews,
    PregnancyNews,
    date_pregnancy,
    open_pregnancy,
    record_outcome,
)
from nanoward.flows.pregnancies.report_pregnancies import (
    BadPregnanciesFileError,
    counted_words,
    incidence_of_file,
    report_pregnancies,
)
from nanoward.wiring import open_bench


def test_open_and_closed() -> None:
    made = bay()
    open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n")
    refuse_consent(made.desk.ports, ask_consent(made.desk, "partner", by="m"), by="m")
    open_part = report_pregnancies(made.desk.ports, TODAY)
    assert (open_part.counts[0]["count"], open_part.cases, open_part.refused) == (
        "under 5",
        (),
        1,
    )
    closed = report_pregnancies(made.desk.ports, TODAY, closed=True)
    assert (closed.counts[0]["count"], len(closed.cases)) == ("1", 1)
    assert "1 asked and said no" in counted_words(open_part)


HEAD = "entry_week,exit_week,cause\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("entry_week,exit_week\n1,2\n", "no column cause"),
        ("a\n1\n", "no column entry_week, exit_week, cause"),
        (HEAD + "6,soon,2\n", "is no number"),
        (HEAD + "6,5,2\n", "from week 6 to 5"),
        (HEAD + "6,40,4\n", "cause 4"),
    ],
)
def test_a_file_of_pregnancies_that_cannot_be_read_is_refused(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(BadPregnanciesFileError, match=told) as fault:
        incidence_of_file(open_bench(quiet=True), str(tmp_path / "p.csv"))
    assert fault.value.code == "PRG-153"


def test_weeks_of_a_file_become_incidences_by_group(tmp_path: Path) -> None:
    rows = "6,40,2\n7,39,2\n8,12,3\n9,11,1\n"
    (tmp_path / "p.csv").write_text(HEAD + rows)
    found = incidence_of_file(open_bench(quiet=True), str(tmp_path / "p.csv"))
    assert set(found) == {"all"}
    assert sum(one["events"] for one in found["all"]) == 4


def test_incidences_of_few_are_for_the_closed_part() -> None:
    made = bay()
    ports = made.desk.ports
    case = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n").case
    first = TODAY - timedelta(60)
    conceived = ConceptionNews(earliest=first, latest=first + timedelta(6), evidence="tests")
    date_pregnancy(ports, case, conceived, by="n")
    record_outcome(made.desk, case, OutcomeNews(outcome="ectopic", first=TODAY), by="n")
    closed = report_pregnancies(ports, TODAY, closed=True).incidences
    assert {one["events"] for one in closed} == {0, 1}
    assert report_pregnancies(ports, TODAY).incidences == ()
