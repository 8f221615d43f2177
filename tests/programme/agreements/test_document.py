"""Text and terms in one document: TOML and JSON of one meaning are the same bytes."""

import json

import pytest

from nanoward.programme.agreements.document import (
    AgreementError,
    read_agreement,
    signed_bytes,
    untranslated,
)

TOML = """
agreement = "participation"
version = "1"
kind = "participant"
currency = "EUR"
language = "en"
valid_from = 2026-01-01
[parties]
programme = "director"
participant = ""
[[paragraph]]
id = "pay"
text = "40 for each weekly visit."
terms = [{ kind = "pay", per = "visit", amount = "40" }]
"""


def test_both_formats_are_the_same_bytes() -> None:
    said = {
        "agreement": "participation", "version": "1", "kind": "participant", "currency": "EUR",
        "language": "en", "valid_from": "2026-01-01",
        "parties": {"participant": "", "programme": "director"},
        "paragraph": [{"id": "pay", "text": "40 for each weekly visit.",
                       "terms": [{"kind": "pay", "per": "visit", "amount": "40"}]}],
    }  # fmt: skip
    one, other = read_agreement(TOML.encode()), read_agreement(json.dumps(said).encode())
    assert signed_bytes(one) == signed_bytes(other)
    assert read_agreement(one.content.encode() if isinstance(one.content, str) else one.content)
    assert one.sha256 == other.sha256
    assert untranslated(one) == ()


@pytest.mark.hazard("H-315")
def test_a_translation_that_leaves_a_paragraph_out_is_known() -> None:
    two = (
        TOML
        + """[[paragraph]]
id = "care"
text = "Care goes on after leaving."
translations = { de = "Die Betreuung geht weiter." }
terms = [{ kind = "care" }]
"""
    )
    assert untranslated(read_agreement(two.encode())) == ("pay (de)",)
    stated = TOML.replace('language = "en"', 'language = "en"\nlanguages = ["en", "fr"]')
    assert untranslated(read_agreement(stated.encode())) == ("pay (fr)",)
    for wrong in ('languages = "fr"', "languages = [1]"):
        bad = TOML.replace('language = "en"', f'language = "en"\n{wrong}')
        with pytest.raises(AgreementError, match="languages"):
            read_agreement(bad.encode())
    with pytest.raises(AgreementError, match="translations of paragraph"):
        read_agreement(two.replace('{ de = "Die Betreuung geht weiter." }', '"x"').encode())


@pytest.mark.hazard("H-301")
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('terms = [{ kind = "pay", per = "visit", amount = "40" }]', "", "carries no term"),
        ('terms = [{ kind = "pay", per = "visit", amount = "40" }]', "terms = []", "no term"),
        ('text = "40 for each weekly visit."', 'text = " "', "terms and no text"),
        ('amount = "40"', "amount = 40.0", "float"),
        ('currency = "EUR"', 'currency = "EURO"', "unknown currency"),
        ('kind = "pay"', 'kind = "gift"', "no term is of the kind"),
        ('participant = ""', "", "two parties"),
        ('version = "1"', 'version = "1"\nbonus = 3', "nobody reads"),
        (
            "valid_from = 2026-01-01",
            "valid_from = 2026-02-01\nvalid_until = 2026-01-01",
            "valid",
        ),
        ('kind = "participant"', 'kind = "guest"', "none of"),
        ('language = "en"', "", "language is not said"),
    ],
)
def test_what_is_no_agreement_is_told_with_its_place(old: str, new: str, why: str) -> None:
    assert old in TOML
    with pytest.raises(AgreementError, match=why):
        read_agreement(TOML.replace(old, new).encode(), "a.toml")


def test_two_paragraphs_of_one_name_and_bytes_that_are_no_text() -> None:
    twice = TOML + TOML[TOML.index("[[paragraph]]") :]
    with pytest.raises(AgreementError, match="two paragraphs"):
        read_agreement(twice.encode())
    for broken in (b"\xff\xfe", b"agreement = ", b"{", b"[]"):
        with pytest.raises(AgreementError):
            read_agreement(broken)


def test_an_agreement_of_one_day_is_valid_and_a_word_is_no_term() -> None:
    day = TOML.replace("2026-01-01", "2026-01-01\nvalid_until = 2026-01-01")
    assert read_agreement(day.encode()).valid_until == read_agreement(day.encode()).valid_from
    odd = TOML.replace('[{ kind = "pay", per = "visit", amount = "40" }]', '["pay"]')
    with pytest.raises(AgreementError, match="'pay' is no term"):
        read_agreement(odd.encode())
