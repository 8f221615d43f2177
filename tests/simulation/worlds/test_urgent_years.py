"""Simulated years: reported in time or escalated, none twice, none that does not qualify."""

import pytest

from nanoward.simulation.worlds.urgent_years import simulate_years


@pytest.mark.hazard("H-353")
def test_every_qualifying_event_is_reported_in_time_or_escalated() -> None:
    found = simulate_years(seed=22, years=20)
    assert found.qualifying > 100
    assert (found.missed, found.twice, found.unqualified, found.wrong_due) == (0, 0, 0, 0)
    assert found.in_time > 0
    assert found.escalated > 0
    assert sum(one.refused for one in found.events) > 0


@pytest.mark.soak
def test_two_hundred_years() -> None:
    found = simulate_years(seed=220, years=200)
    assert (found.missed, found.twice, found.unqualified, found.wrong_due) == (0, 0, 0, 0)
