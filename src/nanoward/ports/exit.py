"""Everything that the way out needs from the world: no plan, no blob, no data."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from nanoward.ports.clock import Clock
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.notifier import Notifier

AskLane = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitPorts:
    """The parts that wiring picked for the way out.

    spool     the exit's own ledger: what stands there counts
    ledger    opens the programme's ledger; OutsideError while it cannot be reached
    lane      asks the kill lane, or does its work where no lane runs; OutsideError, InputError
              where neither can be
    staff     whoever is on duty
    advocate  the participants' advocate
    """

    spool: ProvenLedger
    clock: Clock
    ledger: Callable[[], AbstractContextManager[Ledger]]
    lane: AskLane
    staff: Notifier
    advocate: Notifier
