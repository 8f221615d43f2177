"""The book folded from the ledger."""

from dataclasses import fields
from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import drawn, made, measured, signed, typed
from tests.faces.cli.audit.test_partners import rows

from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.audit.claims.claim_types import audit_plan
from nanoward.audit.leaves import ABOUT, LISTS
from nanoward.base.entries.audit import CLAIM_ENTRIES, AuditPlanned
from nanoward.flows.audit.claim_book import (
    batch_of,
    folded,
    read_book,
    text_sha256,
    texts_in,
)
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


def test_no_entry_of_claims_names_a_person_so_that_the_index_has_all_of_them_by_kind() -> None:
    named = {one.name for entry in CLAIM_ENTRIES for one in fields(entry)}
    assert not named & {*ABOUT, *LISTS}


def test_typed_commands_read_what_they_need_by_the_index_and_never_the_whole_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole(self: TreeLedger, **given: object) -> None:
        raise AssertionError("the whole ledger is read")

    place = made(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(TreeLedger, "records", whole)
        claims = signed(tmp_path, rows(12))
        typed("audit", "claim", str(place), str(claims))
        drawn(tmp_path, place, 6)
        ours = measured(tmp_path, rows(12))
        for words in (
            ("reveal", str(place), "north/2026", str(ours)),
            ("compare", str(place), "north/2026"),
            ("answer", str(place), "north/2026/iron", "--by", "north", "--text", "so"),
            ("expect", str(place)),
            ("verdicts", str(place)),
        ):
            told = typed("audit", *words)
            assert told.exception is None, told.exception
    with open_ports(str(place), quiet=True) as ports:
        plan = ports.folder.plan()
        rules = audit_plan(plan.section("audit"))
        all_of_it = folded(ports.ledger.records(), ports.blobs, rules, plan.name)
        assert read_book(ports) == all_of_it
        some = read_book(ports, AuditPlanned)
        assert some.plans == all_of_it.plans
        assert not some.claims
