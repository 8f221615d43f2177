"""Reports between partners: signed, graded, taken in once."""

import json
from datetime import UTC, datetime

import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.base.plan import Plan
from nanoward.flows.watch import keep_incidents as flow
from nanoward.flows.watch.exchange_reports import (
    BadReportError,
    ReportNotSignedError,
    exported_report,
    import_report,
)
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGN = Ed25519Signatures()
THEIRS = SIGN.new_key()


class Silent:
    def give(self, incident: object, level: int, people: tuple[str, ...]) -> None:
        return

    def settle(self, incidents: object) -> None:
        return


def site() -> tuple[Ports, str]:
    sections = {"watch": {"rota": [["A"]], "partners": {"harbour": THEIRS.public}}}
    ports = memory_site(Plan(name="w", title="W", sha256="", sections=sections), {}, now=NOW)
    one = flow.open_incident(ports, Silent(), cause="c", title="seen", by="A", urgency="now")
    return ports, one.name


def report(text: str = "two ships", private: str = THEIRS.private) -> str:
    ports, name = site()
    return exported_report(
        ports, name, by="P", grade="believed", text=text, private=private, signatures=SIGN
    )


@pytest.mark.hazard("H-341")
def test_a_partners_report_is_a_claim_with_its_grade_taken_in_once() -> None:
    ports, name = site()
    for _ in range(2):
        entry = import_report(ports, name, report(), SIGN)
    assert (entry.side, entry.grade) == ("harbour", "believed")
    assert len(list(ports.ledger.records(kind="watch.SituationReported"))) == 1


@pytest.mark.hazard("H-341")
def test_what_was_changed_or_signed_by_another_is_refused() -> None:
    ports, name = site()
    changed = json.loads(report()) | {"grade": "measured"}
    for content in (json.dumps(changed), report(private=SIGN.new_key().private)):
        with pytest.raises(ReportNotSignedError):
            import_report(ports, name, content, SIGN)
    for content in ("{", "[]", json.dumps({"a": 1}), json.dumps(changed | {"tasks": 3})):
        with pytest.raises(BadReportError):
            import_report(ports, name, content, SIGN, file="r.json")
    assert not list(ports.ledger.records(kind="watch.SituationReported"))
