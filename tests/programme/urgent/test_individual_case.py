"""A report as ICH E2B(R3) writes it: whole, the same again, refused where anything lacks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from nanoward.programme.urgent.case_check import missing_elements
from nanoward.programme.urgent.individual_case import (
    CRITERION_CODES,
    CaseReport,
    UnreportableCaseError,
    case_report_xml,
    report_gaps,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
REPORT = CaseReport(
    number="DE-WARD-e1", sender="WARD", receiver="EVTEST", created=NOW,
    received=(NOW - timedelta(days=3), NOW - timedelta(days=1)), patient="P001",
    term="Hepatic necrosis", meddra=("27.1", "10019692"), criteria=frozenset({"death"}),
    outcome="fatal", product="Agent & lot <1>", causality={"investigator": "related",
    "sponsor": "not related"}, narrative="Fell ill on day 3.", study="W-1",
)  # fmt: skip


def test_the_file_holds_every_required_element_and_is_the_same_again() -> None:
    content = case_report_xml(REPORT)
    assert missing_elements(content) == ()
    assert content == case_report_xml(REPORT)
    text = content.decode()
    assert "Agent &amp; lot &lt;1&gt;" in text
    assert "20260302093000+0100" in text
    assert text.count("related</value>") == 2  # both words, none replaced


@pytest.mark.parametrize("criterion", sorted(CRITERION_CODES))
def test_each_criterion_is_told_and_the_others_are_not_denied(criterion: str) -> None:
    text = case_report_xml(replace(REPORT, criteria=frozenset({criterion}))).decode()
    assert text.count('value value="true"') == 2  # this one, and that it is expedited
    assert text.count('nullFlavor="NI"') == 6


@pytest.mark.hazard("H-354")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": "e1"}, "C.1.1"),
        ({"meddra": ("27.1", "123")}, "E.i.2.1b"),
        ({"meddra": ("latest", "10019692")}, "E.i.2.1a"),
        ({"criteria": frozenset()}, "no criterion"),
        ({"criteria": frozenset({"bad"})}, "E.i.3.2"),
        ({"outcome": "dead"}, "E.i.7"),
        ({"narrative": " "}, "H.1"),
        ({"created": datetime(2026, 3, 1, tzinfo=UTC)}, "C.1.2"),
    ],
)
def test_what_lacks_is_refused_and_never_invented(
    changed: dict[str, object], told: str
) -> None:
    wrong = replace(REPORT, **changed)  # type: ignore[arg-type]
    assert told in "; ".join(report_gaps(wrong))
    with pytest.raises(UnreportableCaseError):
        case_report_xml(wrong)
