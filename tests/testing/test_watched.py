from datetime import timedelta

import pytest

from nanoward.control.gate import Range
from nanoward.ports.driver import DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, STOP, command
from nanoward.testing.watched import Envelope, WatchedTransport


def watched() -> WatchedTransport:
    limit = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)
    envelope = Envelope(
        low=0.0,
        high=50.0,
        default=0.0,
        step=0.5,
        rise_per_h=10.0,
        exposure_per_day=5.0,
        lease_s=1200.0,
        unit="ug/h",
        own_high=20.0,
    )
    return WatchedTransport(settings={"rate": limit}, envelopes={("P1", "rate"): envelope})


@pytest.mark.parametrize(
    ("changes", "breach"),
    [
        ({}, ""),
        ({"value": 50.5}, "outside"),
        ({"value": 20.5}, "outside"),
        ({"value": 10.5}, "too fast"),
        ({"value": 4.1}, "grid"),
        ({"unit": "mg/h"}, "nobody"),
        ({"participant": "P2"}, "nobody"),
        ({"value": float("nan")}, "nobody"),
        ({"expires": NOW + timedelta(seconds=1201)}, "too long"),
        ({"expires": NOW}, "too long"),
    ],
)
def test_each_breach_is_seen(changes: dict[str, object], breach: str) -> None:
    found = watched()
    found.apply(command(**changes), NOW)
    assert any(breach in one for one in found.breaches) == bool(breach)


def test_doses_add_up_and_stops_end_them() -> None:
    found = watched()
    for number in range(8):  # 8 x 4 ug/h x 10 min = 5.33
        now = NOW + timedelta(minutes=10 * number)
        found.apply(command(f"O{number}", expires=now + timedelta(minutes=10)), now)
    assert [one.split(": ")[1] for one in found.breaches] == ["too much in 24 h"]
    now = NOW + timedelta(minutes=75)
    assert found.read("P1", "rate", now) == 4.0
    found.apply(STOP, now)
    assert found.read("P1", "rate", now) == 0.0


def test_a_second_effect_is_a_breach_and_faults_are_used_up() -> None:
    found = watched()
    found.silent += ["lost", "silent"]
    for _ in range(2):
        with pytest.raises(DriverSilentError):
            found.apply(command(), NOW)
    assert found.did(command())
    found.apply(command(), NOW)
    assert found.breaches == ["O1: a second effect"]
