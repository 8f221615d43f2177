"""The book folded from the ledger."""

from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import made, signed, typed
from tests.faces.cli.audit.test_partners import rows

from nanoward.flows.audit.claim_book import batch_of, read_book, text_sha256, texts_in
from nanoward.wiring import open_ports


def test_a_batch_keeps_every_text_to_the_letter() -> None:
    texts = ["{}", "a\nb", "\udcff \u00e9"]
    assert texts_in(batch_of(texts)) == {text_sha256(one): one for one in texts}


@pytest.mark.parametrize("again", [1, 2])
def test_the_book_holds_each_claim_once_and_what_was_refused(
    again: int, tmp_path: Path
) -> None:
    place = made(tmp_path)
    file = signed(tmp_path, rows(3))
    bad = tmp_path / "bad.jsonl"
    bad.write_text("nothing")
    for _ in range(again):
        typed("audit", "claim", str(place), str(file), str(bad))
    with open_ports(str(place), quiet=True) as ports:
        book = read_book(ports)
    assert [one.claim.item for one in book.of_partner("north")] == ["S000", "S001", "S002"]
    assert all(one.counts for one in book.claims)
    assert len(book.known().nonces) == 3
    codes = sorted(one["code"] for one in book.refused)
    assert codes == ["AUD-020"] + ["AUD-025"] * 3 * (again - 1)
