import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.canonical import canonical_json, sha256_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(turned)


def test_there_is_no_canonical_nan() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json([float("nan")])


def test_the_hash_of_nothing_is_the_published_one() -> None:
    assert sha256_of(b"").startswith("e3b0c44298fc1c149afbf4c8996fb924")
