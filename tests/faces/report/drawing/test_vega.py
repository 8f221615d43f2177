from typing import Any

import pytest
from reading import read

from nanoward.faces.report.drawing.palette import LIGHT
from nanoward.faces.report.drawing.vega import draw


def spec(text: str = "a") -> dict[str, Any]:
    return {
        "data": {"values": [{"x": 1, "who": text}, {"x": 3, "who": "b"}]},
        "mark": {"type": "bar", "color": LIGHT["accent"], "clip": True},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "who", "type": "nominal"},
        },
    }


def test_tones_become_the_variables_of_the_page() -> None:
    drawn = draw(spec(), name="n", label="l")
    assert drawn.count("var(--accent)") == 2
    assert LIGHT["accent"] not in drawn
    assert "font-family" not in drawn


def test_ids_of_two_charts_never_meet() -> None:
    one, two = (read(draw(spec(), name=name, label="l")).attributes("id") for name in "ab")
    assert one
    assert not set(one) & set(two)


def test_the_same_chart_has_the_same_bytes_however_many_were_drawn_before() -> None:
    first = draw(spec(), name="n", label="l")
    draw(spec("other"), name="m", label="l")
    assert draw(spec(), name="n", label="l") == first


def test_texts_and_labels_are_escaped() -> None:
    drawn = draw(spec("<script>x</script>"), name="n", label='"><script>')
    assert "<script>" not in drawn
    assert read(drawn).faults == []


@pytest.mark.hazard("H-258")
@pytest.mark.parametrize("odd", ["\x1c", "\x00", "\x0b", "\ufffe", "\ud800"])
def test_a_character_that_xml_has_not_does_not_end_the_process(odd: str) -> None:
    spec = {
        "data": {"values": [{"term": f"Ab{odd}ominal pain", "share": 1.0}]},
        "mark": "point",
        "encoding": {"y": {"field": "term", "type": "nominal"},
                     "x": {"field": "share", "type": "quantitative"}},
    }  # fmt: skip
    assert "Ab\ufffdominal pain" in str(draw(spec, name="odd", label="odd"))
