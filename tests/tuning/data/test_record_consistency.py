"""Records that contradict each other, each by a case; sound ones contradict nothing."""

from dataclasses import replace

import pytest

from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.record_consistency import contradictions, shared_observations


def dose(time: float, amount: float = 100.0, **more: float) -> Event:
    return Event(time=time, evid=1, amount=amount, **more)  # type: ignore[arg-type]


def seen(time: float, value: float = 1.5, *, censored: bool = False) -> Event:
    return Event(time=time, evid=0, output=0, value=value, censored=censored)


DAILY = [dose(24.0 * k) for k in range(6)]


def told(events: list[Event]) -> list[str]:
    ordered = sorted(events, key=lambda one: one.time)
    return [one.what for one in contradictions(ordered, outputs=1)]


def test_a_sound_history_contradicts_nothing() -> None:
    assert told([*DAILY, seen(30.0), seen(130.0)]) == []
    assert told([dose(0.0), *(seen(float(t)) for t in (1, 7, 28, 180, 365))]) == []
    assert told([dose(0.0, 400.0), *DAILY[1:], seen(300.0)]) == []  # a loading dose
    assert told([dose(0.0, interval=24.0, more=5), dose(144.0), seen(150.0)]) == []
    split = [*DAILY, dose(24.0, 50.0), seen(30.0)]
    assert told(split) == []  # two tablets of different size at once


@pytest.mark.hazard("H-227")
@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([*DAILY, dose(48.0), seen(50.0)], "stands twice, at the same time"),
        ([*DAILY, dose(48.2), seen(50.0)], "stands twice, 0.2 after it"),
        ([dose(0.0, interval=24.0, more=5), dose(48.0), seen(200.0)], "additional doses"),
        ([*DAILY, dose(144.0, 100_000.0), seen(150.0)], "where the others are about 100"),
        ([*DAILY, seen(30.0), seen(8880.0)], "365 intervals behind the last dose"),
        ([dose(0.0), *(seen(float(t)) for t in (1, 2, 4)), seen(9000.0)], "far behind all"),
        ([dose(0.0), *(seen(1.0 + t, 0.1 + t, censored=True) for t in range(4))], "limits"),
        (
            [
                dose(0.0),
                *(replace(seen(1.0 + t, 0.1 + t, censored=True), above=True) for t in range(4)),
            ],
            "above 4 different limits",
        ),
        ([replace(dose(0.0), steady=2, interval=12.0)], "SS 2"),
        ([replace(dose(0.0), steady=1, amount=0.0, rate=5.0)], "always ran"),
    ],
)
def test_what_contradicts_is_told(events: list[Event], what: str) -> None:
    found = told(events)
    assert len(found) == 1
    assert what in found[0]


def test_somebody_else_s_values_at_the_same_times_are_a_pair() -> None:
    mine = [seen(1.0, 1.25), seen(2.0, 0.5), seen(3.0, 0.75)]
    other = [seen(1.0, 1.26), *mine[1:]]
    assert shared_observations([("a", mine), ("b", other), ("c", mine)]) == [("a", "c")]
