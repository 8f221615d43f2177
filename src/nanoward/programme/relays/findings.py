"""What is told of the relays: sites not seen, messages without receipt, gaps, late effects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from nanoward.base.findings import Finding
from nanoward.programme.messages.kinds import KINDS
from nanoward.programme.messages.threads import Mailbox
from nanoward.programme.relays.relay_state import Peer, RelayState


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One other site on the board.

    last_seen      when its last file was read here
    safety_since   when the oldest safety message without its receipt was written
    gaps           messages that it wrote for this site and that are not here
    late           messages of it that came too late to be acted on
    """

    site: str
    last_seen: datetime | None
    unreceipted: int
    safety_since: datetime | None
    gaps: int
    late: int
    clock_ahead_s: float
    rolled_back: int


def site_lines(state: RelayState, box: Mailbox) -> tuple[SiteLine, ...]:
    """Every other site, by name."""
    return tuple(
        _line(state, peer, box)
        for name, peer in sorted(state.peers.items())
        if name != state.site
    )


def _line(state: RelayState, peer: Peer, box: Mailbox) -> SiteLine:
    waiting = [box.threads[peer.sent[n - 1]].written for n in peer.unreceipted()]
    safety = [one.made for one in waiting if KINDS[one.kind].safety]
    late = sum(
        thread.refused is not None and thread.written.origin == peer.site
        for thread in box.threads.values()
    )
    return SiteLine(
        site=peer.site,
        last_seen=peer.last_seen,
        unreceipted=len(waiting),
        safety_since=min(safety, default=None),
        gaps=len(peer.gaps()),
        late=late,
        clock_ahead_s=peer.clock_ahead_s,
        rolled_back=sum(one.site == peer.site for one in state.rollbacks),
    )


def relay_findings(
    state: RelayState, lines: Iterable[SiteLine], now: datetime, quiet: timedelta
) -> tuple[Finding, ...]:
    """Findings of the board.

    quiet  a site that was not seen for longer is told
    """
    return (
        *(one for line in lines for one in _line_findings(line, now, quiet)),
        *_state_findings(state),
    )


def _line_findings(line: SiteLine, now: datetime, quiet: timedelta) -> Iterator[Finding]:
    if line.last_seen is None or now - line.last_seen > quiet:
        seen = "never" if line.last_seen is None else f"{line.last_seen:%Y-%m-%d %H:%M} UTC"
        waits = line.safety_since
        held = (
            f"; a safety message of {waits:%Y-%m-%d %H:%M} UTC has no receipt" if waits else ""
        )
        yield Finding(
            code="MSG-004",
            severity="error" if waits else "warning",
            message=f"site {line.site} was last seen: {seen}{held}",
            next_step="Send a courier both ways: nanoward site export, and import what comes.",
        )
    for count, what, step in (
        (line.gaps, "messages that it wrote have not come", "They come again with its files."),
        (line.late, "messages came too late to be acted on", "Tell whoever wrote them."),
    ):
        if count:
            yield Finding(
                code="MSG-005",
                severity="warning",
                message=f"site {line.site}: {count} {what}",
                next_step=step,
            )
    if line.clock_ahead_s:
        hours = abs(line.clock_ahead_s) / 3600
        way = "ahead" if line.clock_ahead_s > 0 else "behind"
        yield Finding(
            code="MSG-007",
            severity="warning",
            message=f"the clock of site {line.site} is at least {hours:.1f} h {way}",
            next_step="Set it; what raises is not taken from there until the clocks agree.",
        )


def _state_findings(state: RelayState) -> Iterator[Finding]:
    for one in state.rollbacks:
        yield Finding(
            code="MSG-008",
            severity="error",
            message=f"site {one.site} went back ({one.at:%Y-%m-%d %H:%M} UTC): {one.reason}",
            next_step="Find out what its disk lost; what it held is being sent to it again.",
        )
    for file in state.refused.values():
        yield Finding(
            code="MSG-009",
            severity="warning",
            message=f"file {file.bundle[:12]} ({file.size} bytes) was refused: {file.reason}",
            next_step="It is kept in .nanoward/refused; ask the site to export again.",
        )
