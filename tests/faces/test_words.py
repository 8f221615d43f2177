"""Words in a person's language; what is missing is shown in English, with a mark."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.faces.words import LANGUAGES, Words, templates, wanted_language, words_in

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from update_locale import brought_up, extracted  # noqa: E402

TEXTS = sorted(str(one.id) for one in extracted() if one.id)
LOCALE = ROOT / "src" / "nanoward" / "locale"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_catalogue_holds_the_texts_of_now(language: str) -> None:
    content = (LOCALE / language / "nanoward.po").read_bytes()
    assert brought_up(language, content, extracted()) == content, "run tools/update_locale.py"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_text_is_translated(language: str) -> None:
    words = words_in(language)
    assert [one for one in TEXTS if not words.has(one)] == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_has_the_same_places_for_values(language: str) -> None:
    for text, told in words_in(language).messages.items():
        places = re.compile(r"\{\w+\}")
        assert sorted(places.findall(told)) == sorted(places.findall(text)), text


@pytest.mark.hazard("H-419")
def test_what_is_not_translated_is_shown_in_english_and_marked() -> None:
    arabic = words_in("ar")
    missing = next(one for one in TEXTS if not arabic.has(one) and "{" not in one)
    assert arabic.direction == "rtl"
    assert arabic.plain(missing) == f"{missing} (English)"
    assert str(arabic(missing)).startswith('<span lang="en" dir="ltr" class="untranslated">')
    critical = ("Stop my agent", "Leave now", "You have left.", "Stop code on your card")
    assert all(arabic.has(one) for one in critical)


def test_values_are_escaped_and_keep_their_direction() -> None:
    words = Words(language="en", messages={})
    told = words("You carry the agent {agent}.", agent="<b>x</b>")
    assert told == "You carry the agent <bdi>&lt;b&gt;x&lt;/b&gt;</bdi>."
    assert words.plain("by {day}", day="x") == "by x"


def test_days_and_sums_follow_the_persons_habit() -> None:
    day, at = date(2026, 3, 4), datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert words_in("de").day(day) == "4. März 2026"
    assert words_in("fr").day("2026-03-04") == "4 mars 2026"
    assert words_in("en").day(None) == ""
    assert "5. März 2026" in words_in("de").moment(at, "Europe/Berlin")
    assert words_in("de").number(1.5) == "1,5"
    assert words_in("de").money(4000, "EUR") == "40,00\xa0€"


@pytest.mark.parametrize(
    ("chosen", "accepted", "told"),
    [
        ("de", "fr", "de"),
        ("xx", "fr-CA,fr;q=0.8", "fr"),
        ("", "pl, ar;q=0.5, de;q=0.7", "de"),
        ("", "", "en"),
        ("", "de;q=x, fr", "fr"),
    ],
)
def test_the_language_chosen_comes_before_the_browsers(
    chosen: str, accepted: str, told: str
) -> None:
    assert wanted_language(chosen, accepted) == told


def test_an_unknown_language_is_english() -> None:
    assert words_in("xx").language == "en"
    assert templates() is templates()


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1
    return max(1, len(groups) - silent)


def grade(text: str) -> float:
    """Flesch and Kincaid's school grade (Kincaid et al. 1975); age is five more."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    count = max(1, len(words))
    return 0.39 * count / sentences + 11.8 * sum(map(syllables, words)) / count - 15.59


def test_a_child_of_twelve_can_read_it() -> None:
    long = [one for one in TEXTS if len(one.split()) >= 6]
    assert (
        grade(" ".join(one if one.endswith((".", ":", "?")) else f"{one}." for one in TEXTS))
        <= 5
    )
    hard = {one: round(grade(one), 1) for one in long if grade(one) > 7}
    assert hard == {}


def test_a_text_that_is_hard_to_read_would_be_seen() -> None:
    assert grade("Participation termination necessitates administrative reconciliation.") > 12
