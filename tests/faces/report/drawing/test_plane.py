import pytest

from nanoward.faces.report.drawing.plane import Axis, Plane, points, short


def test_a_logarithmic_axis_gives_each_decade_the_same_room() -> None:
    axis = Axis(low=0.1, high=10, start=0, end=100, log=True)
    assert [axis.at(value) for value in (0.1, 1, 10)] == pytest.approx([0, 50, 100])


def test_what_lies_beyond_stands_at_the_edge() -> None:
    axis = Axis(low=0, high=10, start=20, end=120)
    assert (axis.at(-5), axis.at(50)) == (20, 120)


def test_marks_of_a_logarithmic_axis_are_round_and_within_it() -> None:
    assert Axis(low=0.4, high=6, start=0, end=1, log=True).marks() == [0.5, 1, 2, 5]


def test_a_number_at_an_axis_has_no_empty_digits() -> None:
    assert [short(one) for one in (0.5, 12.0, -3.0, 1500.0)] == ["0.5", "12", "−3", "1500"]


def test_upwards_is_more() -> None:
    plane = Plane(x=Axis(low=0, high=1, start=0, end=10), y=Axis(low=0, high=1, start=9, end=0))
    assert plane.at(0.5, 1.0) == (5.0, 0.0)


@pytest.mark.parametrize(
    ("shape", "kind"), [("circle", "dots"), ("square", "shapes"), ("triangle-up", "shapes")]
)
def test_points_are_one_path_with_one_step_each(shape: str, kind: str) -> None:
    drawn = str(points([(1, 2), (3, 4)], shape, "arm1"))
    assert drawn.count("M") == 2
    assert f'class="{kind} arm1"' in drawn
