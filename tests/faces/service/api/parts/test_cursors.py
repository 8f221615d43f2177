import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.faces.service.api.parts.cursors import BadCursorError, cursor, page_of, place


@given(rows=st.lists(st.text(max_size=8), unique=True), size=st.integers(1, 5))
def test_pages_hold_every_row_once_in_order(rows: list[str], size: int) -> None:
    rows, found, after = sorted(rows), [], None
    while True:
        page = page_of("trial", rows, str, after, size)
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert found == rows


def test_rows_that_come_in_between_move_no_page() -> None:
    rows = ["a", "c", "e"]
    first = page_of("trial", rows, str, None, 2)
    later = page_of("trial", ["a", "b", "c", "d", "e"], str, first["next"], 2)
    assert later["items"] == ["d", "e"]


@pytest.mark.parametrize("after", ["x", "!!", "bnVsbA", cursor("other", "a"), "W10", "MQ"])
def test_a_cursor_that_is_not_of_this_list_is_refused(after: str) -> None:
    with pytest.raises(BadCursorError):
        place("trial", after)
