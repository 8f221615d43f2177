import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.canonical import GREATEST, canonical_json, sha256_of

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-GREATEST, GREATEST)
    | st.floats(-1e15, 1e15)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)

# RFC 8785, appendix B: the bits of a double, and how it is written
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(turned)


@given(VALUES)
def test_what_was_written_reads_back_as_it_was(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_the_standard_says(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_keeps_its_value(value: float) -> None:
    assert float(canonical_json(value)) == value


def test_keys_are_in_the_order_of_their_utf16_units() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    said = json.loads(canonical_json(dict.fromkeys(names)))
    assert list(said) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_have_the_fewest_escapes() -> None:
    said = canonical_json('\u20ac$\u000f\nA\'B"\\\\"/\u007f')
    assert said == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 2**53, -(2**53)])
def test_a_number_that_a_double_cannot_hold_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json([value])


def test_half_a_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        canonical_json({"\ud800": 1})


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {1, 2}}, b"bytes"])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_the_hash_of_nothing_is_the_published_one() -> None:
    assert sha256_of(b"").startswith("e3b0c44298fc1c149afbf4c8996fb924")
