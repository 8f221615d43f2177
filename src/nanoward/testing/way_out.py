"""A way out on real ledgers, with a lane, staff and a programme that can be taken away."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.row_store import LedgerUnavailableError
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.errors import OutsideError
from nanoward.ports.exit import ExitPorts
from nanoward.ports.ledger import Ledger
from nanoward.testing.desks import RecordingNotifier
from nanoward.testing.fakes import SteppedClock

START = datetime(2026, 11, 30, 9, tzinfo=UTC)


class WayOut:
    """Parts for tests: `down` names those that are out of reach: lane, ledger.

    asked  what the lane was asked, in order
    """

    def __init__(self, folder: Path) -> None:
        self.down: set[str] = set()
        self.asked: list[Mapping[str, Any]] = []
        self.clock = SteppedClock(START)
        self.spool = open_spool(folder / ".nanoward")
        self.programme = SqliteLedger(folder / ".nanoward" / "ledger.db")
        self.staff, self.advocate = RecordingNotifier(), RecordingNotifier()
        self.outcome = "done"

    @property
    def ports(self) -> ExitPorts:
        """What a flow is given."""
        return ExitPorts(
            spool=self.spool,
            clock=self.clock,
            ledger=self._opened,
            lane=self._lane,
            staff=self.staff,
            advocate=self.advocate,
        )

    def close(self) -> None:
        """Let go of both ledgers."""
        self.spool.close()
        self.programme.close()

    @contextmanager
    def _opened(self) -> Iterator[Ledger]:
        if "ledger" in self.down:
            raise LedgerUnavailableError("the programme's ledger is down")
        yield self.programme

    def _lane(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        if "lane" in self.down:
            raise OutsideError("the lane is down")
        self.asked.append(asked)
        who = asked["participant"]
        return {"stopped": [{"participant": who, "order": "s", "outcome": self.outcome}]}
