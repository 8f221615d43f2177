"""The charter is read whole or refused."""

import pytest

from nanoward.programme.council.charter import BadCharterError, NotMemberError, charter_of

KEYS = f"{'a' * 64} {'b' * 64}"


def test_members_quorum_and_chair() -> None:
    found = charter_of({"members": {"anna": KEYS, "ben": KEYS, "cara": KEYS}, "chair": "anna",
                        "grades": {"sdtm.AE": "guessed"}})  # fmt: skip
    assert (found.quorum, found.chair, found.meeting_hours) == (2, "anna", 72)
    assert found.member("ben").sealing_key == "a" * 64
    with pytest.raises(NotMemberError):
        found.member("dora")
    assert charter_of({}).members == {}


@pytest.mark.hazard("H-356")
@pytest.mark.parametrize(
    "wrong",
    [
        {"quorums": 2},
        {"members": {"anna": "short"}},
        {"members": {"anna": KEYS}, "quorum": 2},
        {"members": {"anna": KEYS}, "quorum": 0},
        {"members": {"anna": KEYS}, "chair": "ben"},
        {"members": {"anna": KEYS}, "advocate": "ben"},
        {"meeting_hours": 100},
        {"grades": {"x": "sure"}},
        {"grades": {"sdtm.AEE": "guessed"}},
    ],
    ids=str,
)
def test_what_cannot_be_followed_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadCharterError):
        charter_of(wrong)
