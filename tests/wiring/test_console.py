from pathlib import Path

from nanoward.wiring import open_folder
from nanoward.wiring.console import formats_of, open_drafts
from nanoward.wiring.service import pseudonym_key


def test_the_key_of_pseudonyms_is_made_once_and_nobody_else_reads_it(ward: Path) -> None:
    first = pseudonym_key(str(ward))
    assert pseudonym_key(str(ward)) == first
    assert len(first) == 32
    assert (ward / ".nanoward/pseudonyms.key").stat().st_mode & 0o077 == 0
    open_drafts(str(ward)).close()


def test_columns_told_now_stand_beside_those_of_the_plan(ward: Path) -> None:
    formats = formats_of(open_folder(str(ward)).plan(), "contacts", {"a": "one", "b": "two"})
    content = b"one,two,kind,first\nP1,P2,household,2026-04-01\n"
    assert formats.read("contacts", "data/contacts.csv", content).table.height == 1
