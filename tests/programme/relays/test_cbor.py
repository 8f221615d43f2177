from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.relays.cbor import BadCborError, Item, read_item, written_item

VALUES = st.recursive(
    st.integers(0, 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=30),
    lambda some: st.lists(some, max_size=5),
    max_leaves=12,
)


def written(value: Any) -> bytes:
    if isinstance(value, list):
        return written_item([written(one) for one in value])
    return written_item(value)


def plain(item: Item) -> Any:
    return [plain(one) for one in item.value] if isinstance(item.value, list) else item.value


@given(VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    content = written(value)
    try:
        item = read_item(content, 0)
    except BadCborError:  # deeper than any bundle
        return
    assert plain(item) == value
    assert (item.begins, item.ends) == (0, len(content))


def test_examples_of_the_standard() -> None:
    """RFC 8949, appendix A."""
    for value, text in ((0, "00"), (23, "17"), (24, "1818"), (1000, "1903e8"),
                        (b"\1\2\3\4", "4401020304"), ("IETF", "6449455446"),
                        ([1, [2, 3]], "8201820203")):  # fmt: skip
        assert written(value).hex() == text
        assert plain(read_item(bytes.fromhex(text), 0)) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "18", "1900", "44aabb", "62ff", "8201", "20", "f6"),
        *("9f01ff", "61ff", "a10102", "8181818181818181818101"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadCborError):
        read_item(bytes.fromhex(text), 0)


def test_a_number_beyond_64_bits_cannot_be_written() -> None:
    with pytest.raises(BadCborError):
        written_item(2**64)
