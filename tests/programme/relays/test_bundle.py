import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.canonical import canonical_json
from nanoward.programme.messages.drafts import written_message
from nanoward.programme.relays.bundle import (
    OVERHEAD,
    STEP,
    BadBundleError,
    Bundle,
    CarriedMessage,
    bundle_bytes,
    bundle_of,
    padded,
    signed_bytes,
    unpadded,
)
from nanoward.testing.messages import NOON, draft_of


def bundle(**changed: Any) -> Bundle:
    one = CarriedMessage(number=1, age_s=3.5, written=written_message(draft_of(), "m1", NOON))
    given: dict[str, Any] = {
        "source": "ship", "destination": "centre", "number": 4, "made": NOON,
        "seen": ("1-3:0123456789abcdef",), "seen_bundle": 2, "seen_made": NOON, "written": 1,
        "messages": (one,),
    }  # fmt: skip
    return Bundle(**given | changed)


def test_a_bundle_comes_back_as_it_was() -> None:
    for one in (bundle(), bundle(messages=(), seen=(), seen_made=None)):
        assert bundle_of(bundle_bytes(one)) == one


def test_an_attachment_travels_with_its_message() -> None:
    from nanoward.base.canonical import sha256_of

    entry = written_message(draft_of(), "m1", NOON, attachment=sha256_of(b"plan"))
    one = CarriedMessage(number=1, age_s=0.0, written=entry, attachment=b"plan")
    assert bundle_of(bundle_bytes(bundle(messages=(one,)))).messages[0].attachment == b"plan"
    other = CarriedMessage(number=1, age_s=0.0, written=entry, attachment=b"plot")
    with pytest.raises(BadBundleError):
        bundle_of(bundle_bytes(bundle(messages=(other,))))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("v",), 2), (("source",), None), (("number",), -1), (("number",), True),
        (("made",), "2026-03-02T12:00:00"), (("seen",), [3]), (("list",), "0" * 64),
        (("messages",), []), (("messages", 0, "number"), 2), (("messages", 0, "age_s"), "1"),
        (("messages", 0, "message", "made"), "2026-03-02T12:00:00"),
        (("messages", 0, "message", "kind"), 3), (("messages", 0, "attachment"), "%"),
        (("messages", 0, "message", "message"), "m2"),
    ],
)  # fmt: skip
def test_a_bundle_that_says_anything_else_is_refused_whole(
    path: tuple[Any, ...], value: Any
) -> None:
    told = json.loads(bundle_bytes(bundle()))
    place = told
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BadBundleError):
        bundle_of(canonical_json(told).encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"v":1}'])
def test_what_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(BadBundleError):
        bundle_of(content)


@given(st.binary(max_size=2000))
def test_a_sealed_file_is_a_multiple_of_256_bytes_and_comes_back(content: bytes) -> None:
    plain = padded(content, b"s" * 64)
    assert (len(plain) + OVERHEAD) % STEP == 0
    assert len(plain) + OVERHEAD - len(content) < STEP + 4 + 64 + OVERHEAD
    assert unpadded(plain) == (content, b"s" * 64)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\0\0\0\x05" + b"s" * 64 + b"abc",
        b"\0\0\0\x01" + b"s" * 64 + b"ab",
        b"\0\0\0\x01" + b"s" * 64 + b"a" + bytes(STEP),
    ],
)
def test_another_layout_is_refused(plain: bytes) -> None:
    with pytest.raises(BadBundleError):
        unpadded(plain)


def test_a_signature_of_another_length_and_another_destination() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        padded(b"x", b"s" * 63)
    assert signed_bytes(b"x", b"a") != signed_bytes(b"x", b"b")
    assert datetime.fromisoformat(json.loads(bundle_bytes(bundle()))["made"]) == NOON
