from datetime import UTC, datetime, timedelta
from pathlib import Path

from nanoward.adapters.accounts.sqlite_drafts import ANSWER_LASTS, DRAFT_LASTS, SqliteDrafts

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def test_drafts_stand_for_a_day_under_one_person_and_answers_for_a_week(tmp_path: Path) -> None:
    drafts = SqliteDrafts(tmp_path / "drafts.db")
    drafts.keep("ana", "book", {"day": "2026-07-01"}, NOON)
    assert drafts.kept("ana", "book", NOON) == ({"day": "2026-07-01"}, NOON)
    assert drafts.kept("ben", "book", NOON) is None
    assert drafts.kept("ana", "book", NOON + DRAFT_LASTS + timedelta(seconds=1)) is None
    drafts.keep("ana", "book", {}, NOON)
    drafts.drop("ana", "book")
    assert drafts.kept("ana", "book", NOON) is None
    drafts.answer("ana", "k", "done", NOON)
    drafts.answer("ana", "k", "another", NOON)
    assert drafts.answered("ana", "k", NOON) == "done"
    assert drafts.answered("ben", "k", NOON) is None
    assert drafts.answered("ana", "k", NOON + ANSWER_LASTS + timedelta(seconds=1)) is None
    drafts.close()
    assert (tmp_path / "drafts.db").stat().st_mode & 0o077 == 0
