"""Words in a person's own language: gettext catalogues, dates and numbers by their habit.

What has no translation is shown in English with a mark. A text that somebody signs is never
translated here: it is shown as it was put in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup, escape

LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "Deutsch", "fr": "Français", "ar": "العربية",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar"})
FALLBACK = "en"
_TEMPLATES = "nanoward.faces.service.participant"


def N_(text: str) -> str:  # noqa: N802 - the mark that extraction looks for
    """Marks a text for translation where it is kept before it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language.

    messages  English to the language; what is missing there is shown in English
    """

    language: str
    messages: Mapping[str, str]

    @property
    def direction(self) -> str:
        """ltr or rtl."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def has(self, text: str) -> bool:
        """Whether there is a translation, or none is needed."""
        return self.language == FALLBACK or bool(self.messages.get(text))

    def plain(self, text: str, **values: Any) -> str:
        """The text where no mark-up can stand; "(English)" marks a fallback."""
        told = self.messages.get(text) or text
        told = told.format(**values) if values else told
        return told if self.has(text) else f"{told} (English)"

    def __call__(self, text: str, **values: Any) -> Markup:
        """The text as mark-up; a fallback says its language and is marked.

        Values are escaped, and keep their own direction within the text.
        """
        told = escape(self.messages.get(text) or text)
        apart = {name: Markup("<bdi>{}</bdi>").format(one) for name, one in values.items()}
        told = told.format(**apart) if values else told
        if self.has(text):
            return told
        return Markup('<span lang="en" dir="ltr" class="untranslated">{}</span>').format(told)

    def day(self, day: date | str | None) -> str:
        """A day, or its ISO text, as people there write it."""
        told = date.fromisoformat(day) if isinstance(day, str) else day
        return "" if told is None else format_date(told, "long", locale=self.language)

    def moment(self, at: datetime, zone: str = "UTC") -> str:
        """A moment, by the clock of a time zone."""
        return format_datetime(at, "long", tzinfo=ZoneInfo(zone), locale=self.language)

    def number(self, value: float) -> str:
        """A number as people there write it."""
        return format_decimal(value, locale=self.language)

    def money(self, minor: int, currency: str) -> str:
        """Minor units of a currency as an amount."""
        from nanoward.base.money import decimal_text

        return format_currency(decimal_text(minor, currency), currency, locale=self.language)


@cache
def words_in(language: str) -> Words:
    """The words of a language; English for one that there is no catalogue of."""
    if language == FALLBACK or language not in LANGUAGES:
        return Words(language=FALLBACK, messages={})
    content = (files("nanoward") / "locale" / language / "nanoward.po").read_bytes()
    catalogue = read_po(BytesIO(content), locale=language)
    told = {
        str(one.id): str(one.string)
        for one in catalogue
        if one.id and one.string and not one.fuzzy
    }
    return Words(language=language, messages=told)


def wanted_language(chosen: str, accepted: str) -> str:
    """The language to show: the one chosen, else the first known of Accept-Language."""
    if chosen in LANGUAGES:
        return chosen
    ranked = []
    for place, one in enumerate(accepted.split(",")[:20]):
        name, _, weight = one.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, name.split("-")[0].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(ranked) if name in LANGUAGES), FALLBACK)


@cache
def templates() -> jinja2.Environment:
    """Templates of the participant's page and of the exit's."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["N_"] = N_
    return made
