from datetime import timedelta

from nanoward.flows.messages.message_board import UNSEEN, message_board
from nanoward.flows.messages.write_message import write_message
from nanoward.testing.messages import NOON, draft_of, introduce, message_bay


def test_an_empty_ledger_has_an_empty_board() -> None:
    bay = message_bay()
    board = message_board(bay.desk.ports.ledger, bay.desk.rules, NOON)
    assert (board.counts, board.sites, board.findings) == ({}, (), ())


def test_counts_sites_and_findings() -> None:
    bay = message_bay()
    introduce(bay, message_bay(site="ship"))
    write_message(bay.desk, draft_of(site="ship"))
    write_message(bay.desk, draft_of(urgency="week"))
    later = NOON + UNSEEN + timedelta(days=1)
    board = message_board(bay.desk.ports.ledger, bay.desk.rules, later)
    assert sum(board.counts.values()) == 2
    assert board.sites[0].unreceipted == 1
    codes = [one.code for one in board.findings]
    assert codes.count("MSG-001") == 2
    assert "MSG-004" in codes
