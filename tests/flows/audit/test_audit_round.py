"""Partners in the round and in the council's report."""

from pathlib import Path

from tests.faces.cli.audit.partner_folder import made, signed, typed
from tests.faces.cli.audit.test_partners import rows
from tests.flows.audit.test_answer_judgement import JUDGED

from nanoward.base.plan import Plan
from nanoward.flows.audit.audit_round import audit_round, partner_rows
from nanoward.flows.audit.claim_book import read_book
from nanoward.wiring import open_ports


def test_a_round_shows_each_partner_and_a_pattern_that_stands(tmp_path: Path) -> None:
    place = made(tmp_path)
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(3))))
    with open_ports(str(place), quiet=True) as ports:
        (row,) = partner_rows(read_book(ports))
        assert row["verdict"] == "not audited"
        ports.ledger.append([JUDGED], actor="audit", at=ports.clock.now())
        found = audit_round(ports, ports.folder.plan())
        assert found.tables["partner_claims"]["verdict"].to_list() == ["pattern"]
        assert [one.code for one in found.findings] == ["AUD-042"]
        assert found.facts["claims received"] == 3
        assert audit_round(ports, Plan(name="w", title="W", sha256="")).tables == {}
    held = typed("round", str(place))
    assert isinstance(held.exception, SystemExit), held.exception  # there is a finding
    (report,) = place.glob("rounds/*/report.html")
    assert 'id="partners"' in report.read_text()
    assert "6 of 60 differ" in report.read_text()
