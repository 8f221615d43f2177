from nanoward.agents.setting_checks import on_step
from nanoward.agents.spec import Setting


def test_a_tenth_is_reached_by_steps_of_a_tenth_in_spite_of_rounding() -> None:
    one = Setting(
        name="x", unit="mg", low=0.0, high=1.0, step=0.1, default=0.3, on_loss=0.0,
        largest_change=0.1, longest_h=1.0, may_change="staff",
    )  # fmt: skip
    assert on_step(0.1 + 0.2, one)
    assert not on_step(0.35, one)
