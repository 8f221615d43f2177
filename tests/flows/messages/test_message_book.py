import pytest

from nanoward.flows.messages.message_book import MessageBook, UnknownMessageError
from nanoward.flows.messages.write_message import write_message
from nanoward.testing.messages import draft_of, introduce, message_bay


def test_a_book_grows_with_its_ledger_and_begins_anew_where_that_went_back() -> None:
    bay = message_bay()
    book = MessageBook("centre")
    for count in (1, 2):
        write_message(bay.desk, draft_of())
        assert len(book.refresh(bay.desk.ports.ledger).box.threads) == count
    other = message_bay()
    assert book.refresh(other.desk.ports.ledger).box.threads == {}


def test_a_message_is_named_by_its_beginning() -> None:
    bay = message_bay()
    names = [write_message(bay.desk, draft_of()).message for _ in range(2)]
    book = MessageBook("centre").refresh(bay.desk.ports.ledger)
    assert book.named(names[0]).message == names[0]
    assert book.written(names[0]).body == "look"
    for wrong in ("ffff", names[0][:3], "63656e"):
        with pytest.raises(UnknownMessageError):
            book.named(wrong)
    assert book.named(names[0][:16]).message == names[0]


def test_sites_are_known_by_their_keys() -> None:
    centre, ship = message_bay(), message_bay(site="ship")
    introduce(centre, ship)
    book = MessageBook("centre").refresh(centre.desk.ports.ledger)
    assert ship.desk.keys is not None
    assert book.sites() == {"ship": ship.desk.keys.sealing_key}
