from nanoward.simulation.worlds.relay_storm import relay_storm
from nanoward.simulation.worlds.relay_storm_plan import StormPlan
from nanoward.wiring.messages import new_relay_keys


def test_a_small_storm_loses_doubles_and_falsely_receipts_nothing() -> None:
    """20 seeds of 30,000: benchmarks/bench_messages.py."""
    plan = StormPlan(seed=3, sites=5, days=40, messages=900, clocks=2, restored=2)
    found = relay_storm(plan, [new_relay_keys() for _ in range(6)])
    assert found.written == 900
    assert (found.lost, found.doubled, found.false_receipts, found.stale_receipts) == (0,) * 4
    assert (found.accepted_bad, found.unreceipted) == (0, 0)
    assert found.told == found.unanswered > 100
    assert found.rollbacks_told == found.rollbacks
    assert found.once_lost > 90


def test_without_wind_everything_arrives_at_once() -> None:
    plan = StormPlan(seed=1, sites=2, days=20, messages=100, lost=0, doubled=0, corrupted=0,
                     restored=0, crashes=0, clocks=0, delay=0.001)  # fmt: skip
    found = relay_storm(plan, [new_relay_keys() for _ in range(3)])
    assert (found.lost, found.once_lost, found.gone, found.unreceipted) == (0, 0, 0, 0)


def test_a_storm_that_could_not_fail_would_be_seen() -> None:
    """Sent once, a fifth never arrives: the same storm shows that too."""
    plan = StormPlan(seed=5, sites=4, days=30, messages=600, restored=0, clocks=0)
    found = relay_storm(plan, [new_relay_keys() for _ in range(5)])
    assert 0.1 < found.once_lost / found.written < 0.4
