"""An agreement as one document: paragraphs of text that each carry their terms.

```toml
agreement = "participation"
version = "1"
kind = "participant"            # participant, companion, lodger, staff, site, partner, visitor
currency = "EUR"
weeks = 26
language = "en"                 # in which it counts; others are translations
law = "Germany"
valid_from = 2026-01-01
valid_until = 2027-12-31        # optional
supersedes = "0"                # optional
languages = ["en", "de"]        # optional: in which every paragraph must be said
[parties]                       # role = who signs for it
programme = "director"
participant = ""                # empty: whoever it is made with
[[paragraph]]
id = "pay"
text = "The participant receives 40 for each weekly visit, within seven days."
translations = { de = "..." }   # optional
terms = [{ kind = "pay", per = "visit", amount = "40", when = "weekly" }]
```

A paragraph that says nothing to a machine states `{ kind = "confidentiality" }` or another
term of the vocabulary: one without a term is an error, as is a term without text.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import InputError
from nanoward.base.money import MoneyError, digits_of
from nanoward.programme.agreements.exit_paths import WEEKS
from nanoward.programme.agreements.forbidden import ParagraphTerm
from nanoward.programme.agreements.terms import Term, TermError, read_term

DOMAIN = b"nanoward agreement v1\0"  # a signature for this stands for nothing else
KINDS = ("participant", "companion", "lodger", "visitor", "staff", "site", "partner")
_KEYS = {
    "agreement", "version", "kind", "currency", "weeks", "language", "law", "valid_from",
    "valid_until", "supersedes", "parties", "paragraph", "languages",
}  # fmt: skip
_PARAGRAPH = {"id", "text", "translations", "terms"}
MOST_WEEKS = 520


class AgreementError(InputError):
    """A document that is no agreement: a paragraph without a term, no parties."""

    code = "PRG-103"
    next_step = "Correct the document; docs/reference/agreements.md shows its form."


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Words for people and terms for the machine, of the same meaning."""

    id: str
    text: str
    terms: tuple[Term, ...]
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version of an agreement.

    parties   role to who signs for it; empty where it is whoever it is made with
    content   canonical JSON of the whole document: what is signed, and kept as a blob
    languages every language in which it is offered, that in which it counts among them: those
              that it states, and each in which a paragraph is said
    """

    name: str
    version: str
    kind: str
    currency: str
    weeks: int
    language: str
    law: str
    valid_from: date
    valid_until: date | None
    supersedes: str
    parties: Mapping[str, str]
    paragraphs: tuple[Paragraph, ...]
    content: bytes
    languages: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Over the whole document."""
        return sha256_of(self.content)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term of every paragraph."""
        return tuple(term for one in self.paragraphs for term in one.terms)

    def said(self) -> tuple[ParagraphTerm, ...]:
        """Every term with its paragraph."""
        return tuple(
            ParagraphTerm(paragraph=one.id, term=term)
            for one in self.paragraphs
            for term in one.terms
        )


def signed_bytes(agreement: Agreement) -> bytes:
    """What every party signs: the domain and the whole document, in one way only."""
    return DOMAIN + agreement.content


def read_agreement(content: bytes, file: str = "") -> Agreement:
    """The agreement that TOML or JSON states; AgreementError names paragraph and cause."""
    try:
        text = content.decode("utf-8-sig")
        said = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise AgreementError(f"cannot be read: {fault}", file=file) from None
    try:
        return agreement_of(said)
    except (TermError, MoneyError, AgreementError) as fault:
        raise AgreementError(fault.what, file=file, next_step=fault.next_step) from None


def agreement_of(said: Any) -> Agreement:
    """The agreement of a parsed document."""
    if not isinstance(said, Mapping):
        raise AgreementError("the document holds no keys")
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise AgreementError(f"nobody reads the key {unknown[0]!r}")
    currency = _text(said, "currency")
    digits_of(currency)
    kind = _text(said, "kind")
    if kind not in KINDS:
        raise AgreementError(f"kind = {kind!r} is none of {', '.join(KINDS)}")
    start, end = _day(said, "valid_from"), _day(said, "valid_until", needed=False)
    if start is None or (end is not None and end < start):
        raise AgreementError(f"it is valid from {start} until {end}")
    paragraphs = _paragraphs(said.get("paragraph"), currency)
    language = _text(said, "language")
    return Agreement(
        name=_text(said, "agreement"),
        version=_text(said, "version"),
        kind=kind,
        currency=currency,
        weeks=_weeks(said.get("weeks", WEEKS)),
        language=language,
        law=str(said.get("law", "")),
        valid_from=start,
        valid_until=end,
        supersedes=str(said.get("supersedes", "")),
        parties=_parties(said.get("parties")),
        paragraphs=paragraphs,
        content=canonical_json(_plain(said)).encode(),
        languages=_languages(said.get("languages", []), language, paragraphs),
    )


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise AgreementError(f"{key} is not said")
    return value.strip()


def _day(said: Mapping[str, Any], key: str, *, needed: bool = True) -> date | None:
    value = said.get(key)
    if value is None and not needed:
        return None
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise AgreementError(f"{key} = {value!r} is no day") from None


def _weeks(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_WEEKS:
        raise AgreementError(f"weeks = {value!r} are not 1 to {MOST_WEEKS}")
    return int(value)


def _parties(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or len(value) < 2:
        raise AgreementError("an agreement has two parties or more")
    if any(not isinstance(one, str) for one in value.values()):
        raise AgreementError("a party is no text")
    return {str(role): str(who).strip() for role, who in value.items()}


def _paragraphs(value: Any, currency: str) -> tuple[Paragraph, ...]:
    if not isinstance(value, list) or not value:
        raise AgreementError("it has no paragraph")
    found = tuple(_paragraph(one, currency, number) for number, one in enumerate(value, 1))
    names = [one.id for one in found]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise AgreementError(f"two paragraphs are called {twice[0]!r}")
    return found


def _paragraph(value: Any, currency: str, number: int) -> Paragraph:
    if not isinstance(value, Mapping) or set(value) - _PARAGRAPH:
        raise AgreementError(f"paragraph {number} holds more than {', '.join(_PARAGRAPH)}")
    name = value.get("id", str(number))
    text, terms = value.get("text"), value.get("terms")
    if not isinstance(text, str) or not text.strip():
        raise AgreementError(f"paragraph {name!r} has terms and no text")
    if not isinstance(terms, list) or not terms:
        raise AgreementError(f"paragraph {name!r} carries no term")
    try:
        read = tuple(read_term(_mapping(one), currency) for one in terms)
    except (TermError, MoneyError) as fault:
        raise AgreementError(f"paragraph {name!r}: {fault.what}") from None
    words = value.get("translations", {})
    if not isinstance(words, Mapping) or any(
        not isinstance(one, str) for one in words.values()
    ):
        raise AgreementError(f"the translations of paragraph {name!r} are no texts by language")
    return Paragraph(id=str(name), text=text, terms=read, translations=dict(words))


def _languages(value: Any, own: str, paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    if not isinstance(value, list) or any(not isinstance(one, str) for one in value):
        raise AgreementError(f"languages = {value!r} are no list of languages")
    spoken = {language for one in paragraphs for language in one.translations}
    return tuple(sorted({own, *value, *spoken}))


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TermError(f"{value!r} is no term")
    return value


def _plain(value: Any) -> Any:
    """Dates as text, so that TOML and JSON of one meaning are the same bytes."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def untranslated(agreement: Agreement) -> tuple[str, ...]:
    """Paragraph and language of every text that is missing in a language that it is offered in.

    Whoever signs a translation that leaves a paragraph out has not read what binds them.
    """
    return tuple(
        f"{one.id} ({language})"
        for one in agreement.paragraphs
        for language in agreement.languages
        if language != agreement.language and not one.translations.get(language, "").strip()
    )
