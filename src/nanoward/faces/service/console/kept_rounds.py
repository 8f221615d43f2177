"""The last round in memory, and its sections drawn once for each reach of a role.

A section's HTML is kept as a blob under its round, reach and sources, so that a service that
starts again draws nothing anew, and nothing is drawn in a request that was drawn before.
"""

import threading
import zlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.base.errors import IntegrityError, NanowardError
from nanoward.faces.service.console.redacted_round import Reach, redacted_round
from nanoward.faces.service.console.section_drawing import draw_section
from nanoward.flows.queries.last_round import NoRoundError, last_round_held
from nanoward.flows.queries.whole_round import whole_round
from nanoward.flows.round.round import Round
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.ports.ports import Ports

MOST_REACHES = 64  # of which rounds are kept redacted


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section's HTML in UTF-8, and the same deflated so that it can be joined.

    deflated  raw deflate blocks that end on a byte (RFC 1951), none of them the last
    """

    html: bytes
    deflated: bytes


def drawn(html: bytes) -> Drawn:
    """HTML with its deflated form."""
    press = zlib.compressobj(6, zlib.DEFLATED, -15)
    return Drawn(html, press.compress(html) + press.flush(zlib.Z_FULL_FLUSH))


@dataclass(slots=True)
class KeptRound:
    """One round that was held, and what was drawn of it.

    found  the round, or why its files cannot be read
    """

    held: RoundHeld
    name: str
    found: Round | NanowardError
    reaches: dict[Reach, Round] = field(default_factory=dict)
    sections: dict[tuple[str, Reach], "Future[Drawn]"] = field(default_factory=dict)

    @property
    def whole(self) -> Round:
        """The round; raises what stood in the way of reading it."""
        if isinstance(self.found, NanowardError):
            raise self.found
        return self.found


def _found(ports: Ports, held: RoundHeld) -> Round | NanowardError:
    try:
        return whole_round(ports, held)
    except NanowardError as fault:
        return fault


class KeptRounds:
    """Rounds of one programme; threads may ask at once, and each section is drawn by one."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._turn = threading.Lock()
        self._loading = threading.Lock()
        self._kept: KeptRound | None = None
        self._size = -1
        self._held: RoundHeld | None = None
        self._sources = ""

    def last(self, ports: Ports) -> KeptRound | None:
        """The round that was concluded last; None where there is none."""
        with self._loading:
            size = ports.ledger.head().size
            if size != self._size:
                try:
                    self._held = last_round_held(ports)
                except NoRoundError:
                    self._held = None
                self._size = size
            held = self._held
            if held is None:
                return None
            name = sha256_of(canonical_json([held.round, *held.tables]).encode())
            if self._kept is None or self._kept.name != name:
                self._sources = self._sources or reachable_digest(draw_section.__module__)
                self._kept = KeptRound(held=held, name=name, found=_found(ports, held))
            return self._kept

    def round_for(self, kept: KeptRound, reach: Reach) -> Round:
        """The round as somebody of this reach may see it."""
        found = kept.reaches.get(reach)
        if found is None:
            found = redacted_round(kept.whole, reach, self._key)
            with self._turn:
                if len(kept.reaches) >= MOST_REACHES:
                    kept.reaches.clear()
                kept.reaches[reach] = found
        return found

    def section(self, ports: Ports, kept: KeptRound, name: str, reach: Reach) -> Drawn:
        """A section for a reach: from memory, else from its blob, else drawn and kept."""
        with self._turn:
            waiting = kept.sections.get((name, reach))
            mine = waiting is None
            if waiting is None:
                waiting = kept.sections[name, reach] = Future()
        if mine:
            try:
                waiting.set_result(self._drawn(ports, kept, name, reach))
            except BaseException as fault:
                with self._turn:
                    kept.sections.pop((name, reach), None)
                waiting.set_exception(fault)
                raise
        return waiting.result()

    def _drawn(self, ports: Ports, kept: KeptRound, name: str, reach: Reach) -> Drawn:
        told = [kept.name, name, *reach.words(), self._sources, sha256_of(self._key)]
        note = f"console section {sha256_of(canonical_json(told).encode())}"
        noted = ports.blobs.noted(note)
        if noted is not None:
            try:
                return drawn(ports.blobs.get(noted))
            except IntegrityError:
                pass  # it is drawn anew
        html = draw_section(self.round_for(kept, reach), name).encode()
        ports.blobs.note(note, ports.blobs.put(html))
        return drawn(html)


def age_of(kept: KeptRound, now: datetime) -> int:
    """Days since the day for which the round was held."""
    return (now.date() - kept.held.as_of).days
