"""What was measured of a step, in words."""

from nanoward.ports.progress import MeasuredStep, Meter, NoMeter


def test_why_names_one_piece_and_counts_the_others_of_each_reason() -> None:
    one = MeasuredStep(label="reading")
    assert one.why == ""
    one.recalled.append("e")
    assert one.why == "from an earlier round"
    one.computed += [("a", "for the first time"), ("b", "for the first time"), ("c", "changed")]
    assert one.why == "a and 1 more: for the first time; c: changed"


def test_nobody_has_to_measure() -> None:
    nothing = NoMeter()
    assert isinstance(nothing, Meter)
    with nothing.step("x"):
        nothing.recall("a", "b")
