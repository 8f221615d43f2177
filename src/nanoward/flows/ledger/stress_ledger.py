"""Write to a ledger as hard as it will take, and see that it kept exactly what it said."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from nanoward.base.entries import SettingAdjusted
from nanoward.ports.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class StressResult:
    """What the stress test found. Times in seconds."""

    records: int
    seconds: float
    median_s: float
    p99_s: float
    lost: int
    doubled: int

    @property
    def per_second(self) -> float:
        return self.records / self.seconds if self.seconds else 0.0


def stress_ledger(
    ledger: Ledger,
    *,
    writers: int,
    appends: int,
    batch: int,
    at: datetime,
    timer: Callable[[], float],
) -> StressResult:
    """Each of `writers` threads makes `appends` appends of `batch` entries."""
    before, times, faults = ledger.head().size, [], []

    def write(writer: int) -> None:
        try:
            for number in range(appends):
                entries = [_entry(writer, number, one, at) for one in range(batch)]
                start = timer()
                ledger.append(entries, actor=f"writer {writer}", at=at)
                times.append(timer() - start)
        except BaseException as fault:  # noqa: BLE001 - raised again in the caller's thread
            faults.append(fault)

    threads = [Thread(target=write, args=(one,)) for one in range(writers)]
    start = timer()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    seconds = timer() - start
    if faults:
        raise faults[0]
    kept = Counter(record.body["setting"] for record in ledger.records(after=before))
    wanted = writers * appends * batch
    times.sort()
    return StressResult(
        records=wanted,
        seconds=seconds,
        median_s=times[len(times) // 2],
        p99_s=times[min(len(times) - 1, len(times) * 99 // 100)],
        lost=wanted - len(kept),
        doubled=sum(count - 1 for count in kept.values()),
    )


def _entry(writer: int, number: int, one: int, at: datetime) -> SettingAdjusted:
    return SettingAdjusted(
        participant=f"P{writer:04d}",
        setting=f"setting {writer}-{number}-{one}",
        value=12.5,
        unit="mg/d",
        at=at,
    )
