import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.faces.report.drawing.drawing import chart, escaped, path_of, tag, ticks


def test_texts_and_attributes_are_escaped() -> None:
    assert tag("text", "<b>", class_='"') == '<text class="&#34;">&lt;b&gt;</text>'


def test_numbers_have_one_decimal_at_most() -> None:
    assert tag("circle", cx=1.0, r=2.345) == '<circle cx="1" r="2.3"/>'


def test_a_path_goes_through_its_points() -> None:
    assert path_of([(10.0, -0.5), (20.04, 100.0)]) == "M10 -0.5L20 100"
    assert path_of([(0, 1), (2.25, 3)], closed=True) == "M0 1L2.2 3Z"
    assert path_of([]) == ""


def test_a_chart_tells_its_label() -> None:
    assert 'aria-label="a &amp; b"' in chart(10, 5, "a & b")


@pytest.mark.parametrize(
    ("low", "high", "most", "told"),
    [(0, 100, 4, [0, 25, 50, 75, 100]), (0, 17.9, 4, [0, 5, 10, 15]), (3, 3, 4, [3])],
)
def test_ticks_stand_at_round_numbers(
    low: float, high: float, most: int, told: list[float]
) -> None:
    assert ticks(low, high, most) == told


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e4), st.integers(2, 8))
def test_ticks_are_few_rising_and_within_the_limits(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)
    assert len(found) <= most + 2
    assert found == sorted(set(found))
    assert all(low - 1e-6 <= one <= low + span + 1e-6 for one in found)


@pytest.mark.hazard("H-258")
@pytest.mark.parametrize("odd", ["\x1c", "\x00", "\x0b", "\ufffe", "\ud800"])
def test_a_character_that_xml_has_not_does_not_end_the_process(odd: str) -> None:
    told = tag("text", f"Ab{odd}ominal pain", aria_label=f"a{odd}")
    assert "Ab\ufffdominal pain" in told
    assert 'aria-label="a\ufffd"' in told
    assert told.encode("utf-8")


def test_a_tab_and_other_letters_stay() -> None:
    assert escaped("a\tb\n\u00e9\U0001f600 &") == "a\tb\n\u00e9\U0001f600 &amp;"


def test_links_within_a_drawing_are_reached_by_name() -> None:
    assert 'role="img"' in chart(1, 1, "l")
    assert 'role="group"' in chart(1, 1, "l", role="group")
