import pytest

from nanoward.agents import version_of


def test_versions_are_compared_as_numbers() -> None:
    assert version_of("1.10.0") > version_of("1.9.9")  # type: ignore[operator]


@pytest.mark.parametrize("text", ["1", "1.2", "1.2.3.4", "1.02.3", "1.²", "a.b.c", "1.2.²"])
def test_anything_else_is_no_version(text: str) -> None:
    assert version_of(text) is None
