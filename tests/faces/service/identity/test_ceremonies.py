import pytest

from nanoward.faces.service.identity.ceremonies import challenge_of, safe_next


@pytest.mark.parametrize(
    ("told", "leads"),
    [("/people?a=1", "/people?a=1"), ("", "/x"), ("people", "/x"), ("//a", "/x"),
     ("/\\a", "/x"), ("/a\\b", "/x"), ("https://a", "/x"), ("/a\r\nb", "/x")],
)  # fmt: skip
def test_only_a_path_of_ours_is_gone_to(told: str, leads: str) -> None:
    assert safe_next(told, "/x") == leads


def test_a_challenge_is_the_hash_of_what_is_signed() -> None:
    assert challenge_of(b"") != challenge_of(b"a")
    assert len(challenge_of(b"a")) == 32
