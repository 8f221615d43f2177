"""Answers and appeals: what is refused."""

from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import made

from nanoward.base.entries.audit import AppealDecided, JudgementAppealed, PartnerJudged
from nanoward.base.errors import UsageError
from nanoward.flows.audit.answer_judgement import (
    AppealRefusedError,
    UnknownJudgementError,
    answer_judgement,
    appeal_judgement,
    decide_appeal,
    standing_verdict,
)
from nanoward.flows.audit.claim_book import read_book
from nanoward.wiring import open_ports

NAME = "north/2026/iron"
JUDGED = PartnerJudged(
    judgement=NAME, plan="north/2026", partner="north", type="iron", verdict="pattern",
    e_value=4000.0, threshold=900.0, audited=60, differing=6, missing=0, direction="partner",
    seen_from=0.08, told="6 of 60 differ",
)  # fmt: skip


@pytest.mark.parametrize("outcome", ["upheld", "overturned", "cannot tell"])
def test_an_appeal_is_heard_once_and_its_outcome_stands(outcome: str, tmp_path: Path) -> None:
    with open_ports(str(made(tmp_path)), quiet=True) as ports:
        ports.ledger.append([JUDGED], actor="audit", at=ports.clock.now())
        answer_judgement(ports, NAME, by="north", words="no", referee="south")
        with pytest.raises(AppealRefusedError):
            decide_appeal(ports, NAME, by="referee", outcome=outcome, reason="early")
        appeal_judgement(ports, NAME, by="north", reason="measure again")
        with pytest.raises(AppealRefusedError):
            appeal_judgement(ports, NAME, by="north", reason="once more")
        with pytest.raises(UsageError):
            decide_appeal(ports, NAME, by="referee", outcome="maybe", reason="x")
        decide_appeal(ports, NAME, by="referee", outcome=outcome, reason="measured")
        with pytest.raises(AppealRefusedError):
            decide_appeal(ports, NAME, by="another", outcome="upheld", reason="again")
        expected = "pattern" if outcome == "upheld" else outcome
        assert standing_verdict(read_book(ports), NAME) == expected
        with pytest.raises(UnknownJudgementError):
            answer_judgement(ports, "north/2026/odd", by="north", words="no")
        kinds = [one.kind for one in ports.ledger.records()]
    assert kinds.count(f"audit.{JudgementAppealed.__name__}") == 1
    assert kinds.count(f"audit.{AppealDecided.__name__}") == 1
