"""Everything that control needs from the world, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo

from nanoward.control.plan import ControlPlan
from nanoward.ports.clock import Clock
from nanoward.ports.driver import Driver
from nanoward.ports.ledger import Ledger
from nanoward.ports.notifier import Notifier
from nanoward.ports.signer import Signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that wiring picked for control.

    ledger  of the programme: orders
    lane    of the kill lane: stops and kill codes; in the lane's own process, `ledger` is the
            same object, because the lane knows nothing of the programme's ledger
    standing_lasts  how long a standing opens orders: the plan's assessment interval
    zone    of the programme's site, whose day is today
    spool   the exit's own ledger: see flows.consent.read_spool; None where there is none
    guesses guessed inputs behind a raise, as the plan states them
    """

    ledger: Ledger
    lane: Ledger
    clock: Clock
    drivers: Mapping[str, Driver]
    signatures: Signatures
    notifier: Notifier
    plan: ControlPlan
    plan_sha256: str
    standing_lasts: timedelta = timedelta(weeks=2)
    zone: tzinfo = UTC
    spool: Ledger | None = None
    guesses: tuple[str, ...] = ()

    def today(self) -> date:
        """The day at the programme's site."""
        return self.clock.now().astimezone(self.zone).date()
