"""Whether the council has paused: asked by whatever would start or raise."""

from collections.abc import Iterable

from nanoward.base.entries import Entry
from nanoward.base.entries.council import CouncilPaused, CouncilPauseEnded

PAUSE_KINDS = ("council.CouncilPaused", "council.CouncilPauseEnded")
RAISING = frozenset({"dose", "order"})  # acts that a pause closes; what stops stays open


def paused_reasons(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Why nothing may start or be raised for anybody; none where no pause stands."""
    open_: dict[str, str] = {}
    for entry in entries:
        pause_after(open_, entry)
    return tuple(open_.values())


def pause_after(open_: dict[str, str], entry: Entry) -> None:
    """Pauses that stand, by name, after one more entry."""
    if isinstance(entry, CouncilPaused):
        open_[entry.pause] = (
            f"the council has paused ({entry.role} {entry.by}, {entry.at:%Y-%m-%d %H:%M} UTC)"
        )
    elif isinstance(entry, CouncilPauseEnded):
        open_.pop(entry.pause, None)
