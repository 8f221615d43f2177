"""Those who remember what a ledger was, so that it cannot become another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nanoward.audit.notes import Note, VerifierKey
from nanoward.audit.witnessing import WitnessDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWitness:
    """A witness that a programme relies on.

    key       of kind 4
    url       where it is asked; "" for one that is asked by file
    cosigned  the last checkpoint that it cosigned; None before the first
    """

    key: VerifierKey
    url: str = ""
    cosigned: Note | None = None


@runtime_checkable
class Witnesses(Protocol):
    """The witnesses of one programme, and what each cosigned last."""

    def known(self) -> Sequence[KnownWitness]:
        """All of them, by name."""
        ...

    def keep(self, witness: KnownWitness) -> None:
        """Add a witness, or keep what it cosigned now."""
        ...


@runtime_checkable
class WitnessDesk(Protocol):
    """A witness that answers requests."""

    def answer(self, request: str) -> tuple[WitnessDecision, str]:
        """A judgement, and signature lines where it cosigned. What it cosigned, it remembers
        before it answers."""
        ...
