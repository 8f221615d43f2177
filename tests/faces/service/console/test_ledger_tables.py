from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.service_world import NOON

from nanoward.faces.service.console.ledger_tables import MOST_ROWS, ledger_table, some
from nanoward.faces.service.console.looking import Looking
from nanoward.faces.service.console.redacted_round import Reach
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Right, Role, Scope
from nanoward.wiring.service import to_read

COLUMNS = {"participant": "@Who", "reason": "Why", "day": "@Day"}
ROWS = [{"participant": "P001", "reason": "fever", "day": NOON.date()}]


def looking(ports: Any, scope: Scope) -> Looking:
    account = Account(account="a", shown="a", roles=(Role.NURSE,))
    reach = Reach(right=Right.READ_CLINICAL, scope=scope)
    return Looking(ports=ports, path="", account=account, reach=reach, kept=None, now=NOON,
                   key=b"k" * 32)  # fmt: skip


@pytest.mark.hazard("H-405")
def test_rows_of_the_ledger_are_redacted_before_they_are_drawn(held: Path) -> None:
    with to_read(str(held)) as ports:
        named = ledger_table(looking(ports, Scope.ALL), "t", COLUMNS, ROWS)
        coded = ledger_table(looking(ports, Scope.PSEUDONYMS), "t", COLUMNS, ROWS)
    assert named is not None
    assert coded is not None
    assert [one.text for one in named.rows[0]] == ["P001", "fever", "2026-06-29"]
    who, why, _ = (one.text for one in coded.rows[0])
    assert who.startswith("p-")
    assert why == "withheld"


def test_a_long_table_says_how_many_it_leaves_out(held: Path) -> None:
    with to_read(str(held)) as ports:
        table = ledger_table(looking(ports, Scope.ALL), "t", COLUMNS, ROWS * (MOST_ROWS + 3))
        empty = ledger_table(looking(ports, Scope.ALL), "t", COLUMNS, [])
    assert table is not None
    assert table.more.startswith("3 more")
    assert some(table, empty) == [table]
