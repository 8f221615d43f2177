"""Comparisons by the registered rules; judging twice writes once."""

from pathlib import Path

from tests.faces.cli.audit.partner_folder import drawn, made, measured, signed, typed
from tests.faces.cli.audit.test_partners import rows

from nanoward.flows.audit.claim_book import read_book
from nanoward.flows.audit.judge_partner import compare_partner, contradiction_proofs
from nanoward.wiring import open_ports


def test_judging_again_without_news_writes_nothing(tmp_path: Path) -> None:
    place = made(tmp_path)
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(12))))
    drawn(tmp_path, place, 6)
    typed("audit", "reveal", str(place), "north/2026", str(measured(tmp_path, rows(12))))
    with open_ports(str(place), quiet=True) as ports:
        (shown,) = ports.ledger.records(kind="audit.MeasurementsRevealed")
        assert shown.body["committed"] is False  # nobody was bound to them before the draw
        before = ports.ledger.head().size
        compare_partner(ports, "north/2026", record=False)
        assert ports.ledger.head().size == before
        judged = compare_partner(ports, "north/2026")
        once = ports.ledger.head().size
        compare_partner(ports, "north/2026")
        assert ports.ledger.head().size == once > before
        assert contradiction_proofs(read_book(ports)) == {}
    by_type = {one.type: one for one in judged.verdicts}
    assert by_type["iron"].audited == 6
    assert judged.fits == {}  # equal values draw no line
    assert by_type["tube"].verdict == "cannot tell"
