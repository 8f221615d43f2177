import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.accounts.stop_codes import BITS, SqliteStopCodes, hash_of, read, written

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)


@given(st.integers(0, 2**BITS - 1))
def test_a_code_is_read_however_it_is_typed(number: int) -> None:
    code = written(number)
    assert len(read(code)) == 26
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read(spoken) == read(code)


@pytest.mark.hazard("H-416")
def test_asvs_6_5_a_code_is_its_persons_alone_and_kept_by_its_hash(tmp_path: Path) -> None:
    codes = SqliteStopCodes(tmp_path / "codes.db")
    first, second = codes.draw("P1", "card", NOW), codes.draw("P2", "card", NOW)
    assert (codes.participant_of(first), codes.participant_of(second)) == ("P1", "P2")
    assert codes.participant_of("") is None
    assert codes.participant_of(first[:-1]) is None
    codes.close()
    content = (tmp_path / "codes.db").read_bytes() + (tmp_path / "codes.db").read_bytes()
    assert read(first).encode() not in content
    assert first.encode() not in content
    assert hash_of(first) != hash_of(second)


def test_a_new_card_ends_the_old_one_and_no_phone(tmp_path: Path) -> None:
    codes = SqliteStopCodes(tmp_path / "codes.db")
    phone, old = codes.draw("P1", "phone", NOW), codes.draw("P1", "card", NOW)
    new = codes.draw("P1", "card", NOW)
    assert codes.participant_of(old) is None
    assert codes.participant_of(new) == codes.participant_of(phone) == "P1"
    assert codes.end("P1") == 2
    assert codes.participant_of(phone) is None
    codes.close()


@pytest.mark.hazard("H-416")
def test_the_code_of_a_printed_card_counts_too(tmp_path: Path) -> None:
    """As the accounts keep it: SHA-256 of bare base32; a broken file stops nobody else."""
    cards = tmp_path / "accounts.db"
    with closing(sqlite3.connect(cards)) as file:
        columns = "secret TEXT, card TEXT, participant TEXT, until TEXT"
        file.execute(f"CREATE TABLE stop_code ({columns})")
        secret = hashlib.sha256(b"ABCD2345EFGH").hexdigest()
        file.execute("INSERT INTO stop_code VALUES (?, 'c', 'P7', '2020-01-01')", (secret,))
        file.commit()
    codes = SqliteStopCodes(tmp_path / "codes.db", cards=cards)
    assert codes.participant_of("abcd-2345 efgh") == "P7"
    assert codes.participant_of("abcd-2345 efgi") is None
    own = codes.draw("P1", "card", NOW)
    cards.write_bytes(b"no database" * 999)
    assert codes.participant_of("abcd-2345-efgh") is None
    assert codes.participant_of(own) == "P1"
    codes.close()
