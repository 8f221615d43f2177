from dataclasses import replace
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, PAPER, make_home

from nanoward.clearance.consent.consent_state import signature_holds
from nanoward.flows.consent.issue_consent import Terms, issue_document
from nanoward.flows.consent.sign_consent import ConsentRefusedError
from nanoward.flows.participant.sign_own_consent import (
    OwnSignature,
    SignAtClinicError,
    read_own_papers,
    sign_own_consent,
)
from nanoward.wiring import open_ports

GIVEN = OwnSignature(
    document_sha256="", uses=["take part"], refused=["share samples"], printed_name="Ada",
    explained_by="Dr Ro", witnessed_by="Kim", read_s=90,
)  # fmt: skip


def test_a_paper_is_read_as_it_was_written_and_signed_with_a_receipt(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home", signed=False)), quiet=True) as ports:
        papers = read_own_papers(ports, ME)
        assert (papers.text, papers.due, papers.status) == (PAPER, True, "none")
        assert papers.document is not None
        given = replace(GIVEN, document_sha256=papers.document.document_sha256)
        bound, _ = sign_own_consent(ports, ME, given)
        assert signature_holds(bound)
        assert (bound.identified_by, bound.read_s) == ("passkey and printed name", 90)
        after = read_own_papers(ports, ME)
        assert (after.status, after.due) == ("active", False)


@pytest.mark.parametrize(
    "change",
    [
        {"document_sha256": "other"},
        {"uses": [], "refused": ["take part", "share samples"]},
        {"refused": []},
        {"printed_name": " "},
        {"witnessed_by": "Dr Ro"},
        {"witnessed_by": ME},
    ],
    ids=str,
)
def test_it_is_refused_as_everywhere_else(tmp_path: Path, change: dict[str, object]) -> None:
    with open_ports(str(make_home(tmp_path / "home", signed=False)), quiet=True) as ports:
        document = read_own_papers(ports, ME).document
        assert document is not None
        given = replace(GIVEN, document_sha256=document.document_sha256)
        size = ports.ledger.head().size
        with pytest.raises(ConsentRefusedError):
            sign_own_consent(ports, ME, replace(given, **change))  # type: ignore[arg-type]
        assert ports.ledger.head().size == size


def test_where_questions_are_asked_nobody_marks_their_own(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home", signed=False)), quiet=True) as ports:
        terms = Terms(version="2", needed=("take part",), questions=5, pass_mark=4)
        name, _ = issue_document(ports, b"other", terms, by="council")
        with pytest.raises(SignAtClinicError):
            sign_own_consent(ports, ME, replace(GIVEN, document_sha256=name, refused=()))
