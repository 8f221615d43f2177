"""Everything that the way out needs from the world: no plan, no blob, no data."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

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


class StopCodes(Protocol):
    """Codes on cards and phones that let their person stop or leave, and open nothing else."""

    def draw(self, participant: str, kind: str, at: datetime) -> str:
        """A new code of 128 bits, kept by its hash alone.

        kind  card: it ends the person's earlier cards; phone: those stay
        """
        ...

    def participant_of(self, code: str) -> str | None:
        """Whose code it is; None for one that nobody has. Spaces and case do not matter."""
        ...

    def end(self, participant: str) -> int:
        """No code of the person counts any more; how many there were."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
