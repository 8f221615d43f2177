from itertools import combinations, pairwise

import pytest

from nanoward.faces.report.drawing.palette import (
    MARKS,
    STANDING_ORDER,
    TONES,
    arm_tones,
    css_variables,
)

LIGHT = {tone.name: tone.light for tone in TONES}
DARK = {tone.name: tone.dark for tone in TONES}
STATES = [*STANDING_ORDER, "alarm", "accent"]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_a_contrast_of_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("tones", [LIGHT, DARK])
@pytest.mark.parametrize("text", ["ink", "soft", "accent", "alarm", "held"])
@pytest.mark.parametrize("behind", ["paper", "raised", "wash"])
def test_text_can_be_read_on_the_page(tones: dict[str, str], text: str, behind: str) -> None:
    assert contrast(tones[text], tones[behind]) >= 4.5


@pytest.mark.parametrize("tones", [LIGHT, DARK])
@pytest.mark.parametrize("state", STATES)
def test_a_mark_can_be_read_on_its_state(tones: dict[str, str], state: str) -> None:
    assert contrast(tones["on"], tones[state]) >= 4.5


@pytest.mark.parametrize("tones", [LIGHT, DARK])
def test_numbers_can_be_read_on_every_grade(tones: dict[str, str]) -> None:
    for grade in (1, 2):
        assert contrast(tones["on-pale"], tones[f"grade{grade}"]) >= 4.5
    for grade in (3, 4):
        assert contrast(tones["on-deep"], tones[f"grade{grade}"]) >= 4.5


def test_grades_darken_step_by_step_so_that_grey_print_tells_them_apart() -> None:
    steps = [luminance(LIGHT[f"grade{grade}"]) for grade in range(5)]
    assert steps == sorted(steps, reverse=True)
    assert all(high / low > 1.1 for high, low in pairwise(steps))


def test_no_two_tones_share_a_light_colour() -> None:
    assert len(set(LIGHT.values())) == len(TONES)


def test_no_two_standings_share_a_mark() -> None:
    assert all(one.path != other.path for one, other in combinations(MARKS, 2))


def test_every_tone_is_a_css_variable_for_light_and_dark() -> None:
    css = css_variables()
    assert all(css.count(f"--{tone.name}:") == 2 for tone in TONES)


def test_a_fifth_arm_takes_the_first_tone_again() -> None:
    assert arm_tones(5)[4] == arm_tones(5)[0]
