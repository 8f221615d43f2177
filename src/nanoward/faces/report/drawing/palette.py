"""Colours and marks, by meaning, for a light page and a dark one.

Each light colour is also the name by which a drawn chart finds its CSS variable, so no two
may be equal. Hues follow Okabe and Ito (2008, "Color Universal Design"), darkened until white
text on them reaches a contrast of 4.5 (WCAG 2.2, 1.4.3); a mark always stands beside a colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """One colour of the page: CSS variable, light value, dark value."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a state is told apart without colour: a drawn glyph in a box of 16 by 16."""

    name: str
    path: str
    meaning: str


TONES = (
    Tone(name="paper", light="#ffffff", dark="#12171d"),
    Tone(name="raised", light="#fbfcfd", dark="#1a2129"),
    Tone(name="wash", light="#f2f5f8", dark="#202832"),
    Tone(name="rule", light="#d8dfe6", dark="#36414e"),
    Tone(name="faint", light="#b4bfca", dark="#57646f"),
    Tone(name="ink", light="#18212b", dark="#e9eef3"),
    Tone(name="soft", light="#536170", dark="#a3b1bf"),
    Tone(name="accent", light="#0a6a72", dark="#5cc8cf"),
    Tone(name="alarm", light="#bb2f0a", dark="#ff8f6b"),
    Tone(name="band", light="#cfe5e6", dark="#1f4a4e"),
    Tone(name="on", light="#fffffe", dark="#10151b"),
    Tone(name="screened", light="#66727f", dark="#93a0ad"),
    Tone(name="cleared", light="#00755a", dark="#3ecba4"),
    Tone(name="held", light="#9a5b00", dark="#f2b04a"),
    Tone(name="recalled", light="#bb2f0b", dark="#ff8f6c"),
    Tone(name="discontinued", light="#8a4a6b", dark="#dc9dbd"),
    Tone(name="withdrawn", light="#7a559f", dark="#c3a1e6"),
    Tone(name="completed", light="#2264ab", dark="#7db5f0"),
    Tone(name="died", light="#20262d", dark="#f4f6f8"),
    Tone(name="grade0", light="#e9eef2", dark="#2a343f"),
    Tone(name="grade1", light="#f8dc94", dark="#f6d98e"),
    Tone(name="grade2", light="#ee9f4d", dark="#ec9c48"),
    Tone(name="grade3", light="#c44120", dark="#c94a28"),
    Tone(name="grade4", light="#6b1240", dark="#9c2463"),
    Tone(name="on-pale", light="#1a1a1a", dark="#1a1a1b"),
    Tone(name="on-deep", light="#fffffd", dark="#fffffc"),
    Tone(name="arm1", light="#2264ac", dark="#7db5f1"),
    Tone(name="arm2", light="#b3600b", dark="#f2a94b"),
    Tone(name="arm3", light="#00755b", dark="#3ecba5"),
    Tone(name="arm4", light="#7a55a0", dark="#c3a1e7"),
)

LIGHT = {tone.name: tone.light for tone in TONES}

MARKS = (
    Mark(name="recalled", path="M8 2.5v7M8 12.2v1.3", meaning="let go for safety: no dose"),
    Mark(name="held", path="M5.5 3.5v9M10.5 3.5v9", meaning="may not start or go on for now"),
    Mark(name="died", path="M8 2v12M4.5 5.5h7", meaning="death recorded"),
    Mark(
        name="discontinued",
        path="M3 8h10M10 5l3 3-3 3",
        meaning="taken off before the end, not for safety",
    ),
    Mark(
        name="withdrawn",
        path="M4 4l8 8M12 4l-8 8",
        meaning="left before the end of their own will, or was lost",
    ),
    Mark(name="cleared", path="M3 8.5l3.5 3.5L13 4.5", meaning="may start or go on"),
    Mark(name="completed", path="M4 13V3h8l-2.5 3L12 9H4.5", meaning="came to the planned end"),
    Mark(name="screened", path="M8 3.4a4.6 4.6 0 1 0 .01 0", meaning="seen, nothing given yet"),
)
STANDING_ORDER = tuple(mark.name for mark in MARKS)
GRADE_MEANING = ("none", "mild", "moderate", "severe", "life-threatening")


def css_variables() -> str:
    """The colours as CSS: light, dark where the reader's system asks for it, light on paper."""
    light = "".join(f"--{tone.name}:{tone.light};" for tone in TONES)
    dark = "".join(f"--{tone.name}:{tone.dark};" for tone in TONES)
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def arm_tones(arms: int) -> list[str]:
    """Light colours for that many arms, again from the first after the fourth."""
    return [LIGHT[f"arm{place % 4 + 1}"] for place in range(arms)]
