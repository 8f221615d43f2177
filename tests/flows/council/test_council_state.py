"""Tables of a round are held against the ledger; members against their keys."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.flows.council.council_programme import council_programme

from nanoward.base.entries.council import PackOpened
from nanoward.flows.council.council_state import (
    RoundTableChangedError,
    charter_now,
    member_of,
    round_record,
    round_tables_of,
    signed_bytes_of,
)
from nanoward.programme.council.charter import NotMemberError
from nanoward.wiring.council import open_council


@pytest.mark.hazard("H-356")
def test_a_changed_table_and_another_key_are_refused(tmp_path: Path) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        _, held = round_record(desk.ports, None)
        assert set(round_tables_of(desk.ports, held)) == {
            "standings", "adverse_events", "findings",
        }  # fmt: skip
        file = Path(ward.folder) / "rounds" / held.round / "tables" / "findings.parquet"
        file.write_bytes(file.read_bytes() + b" ")
        with pytest.raises(RoundTableChangedError):
            round_tables_of(desk.ports, held)
        charter = charter_now(desk.ports)
        assert member_of(desk, charter, "anna", ward.keys("anna")).name == "anna"
        with pytest.raises(NotMemberError):
            member_of(desk, charter, "anna", ward.keys("ben"))


def test_a_member_signs_all_but_the_signature_and_what_kind_of_entry_it_is() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    entry = PackOpened(pack="k-1", part="closed", member="anna", at=at, signature="s")
    text = signed_bytes_of(entry)
    assert text == signed_bytes_of(replace(entry, signature="another"))
    assert text != signed_bytes_of(replace(entry, member="ben"))
    head, _, body = text.partition(b"\n{")
    assert head.endswith(b"PackOpened")
    assert b"signature" not in body
