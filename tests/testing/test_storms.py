import pytest

from nanoward.control import gate
from nanoward.testing.storms import order_storm


@pytest.mark.hazard("H-20")
def test_of_twenty_thousand_orders_none_outside_the_envelope_reaches_a_driver() -> None:
    storm = order_storm(20_000, seed=7)
    assert storm.breaches == ()
    assert storm.orders == 20_000
    assert storm.commands > 4_000
    assert set(storm.outcomes) >= {"done", "refused", "queued", "unanswered", "failed"}


@pytest.mark.parametrize(
    ("name", "breach"),
    [("_base", "too fast"), ("exposure", "too much in 24 h"), ("_on_grid", "off the grid")],
)
def test_the_check_inside_the_driver_finds_a_gate_that_fails(
    monkeypatch: pytest.MonkeyPatch, name: str, breach: str
) -> None:
    broken = {
        "_base": lambda *_: 1e9,
        "exposure": lambda *_: 0.0,
        "_on_grid": lambda spec, value: value,
    }
    monkeypatch.setattr(gate, name, broken[name])
    storm = order_storm(2_000, seed=7)
    assert any(breach in one for one in storm.breaches)
