"""How hard a storm over the relays blows, and what became of all messages in it."""

from dataclasses import dataclass

MIX = (  # kind, share, hours to act, hours to live
    ("record", 0.45, 336, None),
    ("safety notice", 0.15, 24, None),
    ("pay owed", 0.10, 240, None),
    ("withdrawal", 0.05, 24, None),
    ("task", 0.20, 48, 48),
    ("order", 0.05, 6, 12),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPlan:
    """How hard it blows.

    messages   written in all, half of them at the centre
    cut_off    shortest and longest time between two couriers of a site, days
    delay      longest way of a courier, days: files overtake each other
    restored   sites that are set back to a copy some days old
    clocks     sites whose clock is wrong by up to five days
    """

    seed: int
    sites: int = 12
    days: int = 60
    messages: int = 30_000
    cut_off: tuple[float, float] = (1.0, 14.0)
    lost: float = 0.20
    doubled: float = 0.20
    corrupted: float = 0.02
    delay: float = 3.0
    restored: int = 3
    crashes: float = 0.01
    clocks: int = 4
    drain_days: int = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class StormOutcome:
    """What became of all messages.

    lost            stand at their writer's and not at their destination, at the end
    doubled         taken more than once by one ledger
    false_receipts  believed to have arrived where no ledger of the destination ever had them
    stale_receipts  believed at the end, though the destination (restored) has them no more
    gone            were on a restored site's disk alone, and are nowhere
    told            of `unanswered`, those told by the first tick after their moment
    unanswered      had no receipt at the first tick after their moment
    rollbacks       sites set back that had sent a file since their copy, which arrived: of the
                    others nobody else ever heard what is gone
    rollbacks_told  of those, the ones that an alarm speaks of
    once_lost       would never have arrived if sent once
    copies          messages carried for each that was written
    days            from writing to arrival: median and 99 %
    accepted_bad    corrupted files that were taken
    """

    written: int
    files: int
    lost: int
    doubled: int
    false_receipts: int
    stale_receipts: int
    gone: int
    unanswered: int
    told: int
    rollbacks: int
    rollbacks_told: int
    late_refused: int
    accepted_bad: int
    once_lost: int
    copies: float
    median_days: float
    p99_days: float
    unreceipted: int
