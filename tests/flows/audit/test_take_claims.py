"""Claims taken in: nothing is lost, and nothing counts twice."""

from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import made, signed
from tests.faces.cli.audit.test_partners import rows

from nanoward.flows.audit.take_claims import (
    AlreadyBoundError,
    commit,
    envelopes_in,
    take_claims,
)
from nanoward.wiring import open_ports


def test_files_hold_one_envelope_or_one_a_line() -> None:
    assert envelopes_in('{"a":\n1}') == ['{"a":\n1}']
    assert envelopes_in('{"a":1}\n\n{"b":2}\n') == ['{"a":1}', '{"b":2}']
    assert envelopes_in("nonsense") == ["nonsense"]


def test_within_one_call_too_a_claim_counts_once(tmp_path: Path) -> None:
    place = made(tmp_path)
    lines = signed(tmp_path, rows(2)).read_text().splitlines()
    with open_ports(str(place), quiet=True) as ports:
        taken = take_claims(ports, [("f", one) for one in [*lines, *lines, "odd"]])
        assert sum(one.counts for one in taken.taken) == 2
        assert [one.code for one in taken.findings] == ["AUD-025", "AUD-025", "AUD-020"]
        assert len(taken.records) == 2


def test_a_commitment_binds_once(tmp_path: Path) -> None:
    with open_ports(str(made(tmp_path)), quiet=True) as ports:
        commit(ports, "north", "nonce x", "ab" * 32)
        commit(ports, "north", "nonce x", "ab" * 32)
        commit(ports, "own", "nonce x", "cd" * 32)
        with pytest.raises(AlreadyBoundError):
            commit(ports, "north", "nonce x", "cd" * 32)


def test_what_is_no_claim_is_refused_on_the_ledger_once(tmp_path: Path) -> None:
    with open_ports(str(made(tmp_path)), quiet=True) as ports:
        take_claims(ports, [("f", "odd")])
        size = ports.ledger.head().size
        again = take_claims(ports, [("f", "odd"), ("g", "odd")])
        assert ports.ledger.head().size == size
        assert [one.code for one in again.findings] == ["AUD-020", "AUD-020"]
