"""What every notifier promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanoward.ports.notifier import DeliveryFailedError, Notification, Notifier

AT = datetime(2026, 3, 2, 12, 30, 5, tzinfo=UTC)
NOTICE = Notification(
    delivery="0f" * 16,
    to="physician",
    address="physician@example.org",
    urgency="now",
    subject="now: message 0f0f for physician",
    text="Read it: größer als <5> & \u2264 7\nsecond line",
    messages=("0f" * 16,),
    at=AT,
    act_by=AT + timedelta(hours=1),
    sender="centre",
)


class NotifierConformance:
    """Subclass and give `make(folder)`, `taken` and `broken(folder)`."""

    once = True  # the same delivery given twice is told once
    tells_updates = True  # a reminder can be told from the first notice

    def make(self, folder: Path) -> Notifier:
        raise NotImplementedError

    def taken(self, folder: Path) -> list[str]:
        """What the other side has, one text for each notice that can be told apart."""
        raise NotImplementedError

    def broken(self, folder: Path) -> Notifier:
        """One whose other side takes nothing."""
        raise NotImplementedError

    def test_it_is_a_notifier(self, tmp_path: Path) -> None:
        assert isinstance(self.make(tmp_path), Notifier)

    def test_a_notice_is_there_when_deliver_returns(self, tmp_path: Path) -> None:
        self.make(tmp_path).deliver(NOTICE)
        (text,) = self.taken(tmp_path)
        assert "0f0f" in text

    def test_the_same_delivery_twice_is_told_once(self, tmp_path: Path) -> None:
        notifier = self.make(tmp_path)
        for _ in range(2):
            notifier.deliver(NOTICE)
        assert len(set(self.taken(tmp_path))) == 1
        assert not self.once or len(self.taken(tmp_path)) == 1

    def test_two_deliveries_are_two(self, tmp_path: Path) -> None:
        notifier = self.make(tmp_path)
        notifier.deliver(NOTICE)
        notifier.deliver(replace(NOTICE, delivery="0e" * 16, messages=("0e" * 16,)))
        assert len(set(self.taken(tmp_path))) == 2

    def test_an_update_a_cancel_and_an_exercise_are_taken(self, tmp_path: Path) -> None:
        notifier = self.make(tmp_path)
        notifier.deliver(NOTICE)
        refers = ((NOTICE.delivery, NOTICE.at),)
        later = replace(NOTICE, at=AT + timedelta(hours=1), refers=refers)
        notifier.deliver(replace(later, delivery="a" * 32, status="update"))
        notifier.deliver(replace(later, delivery="cancel-b", status="cancel"))
        notifier.deliver(replace(NOTICE, delivery="c" * 32, exercise=True))
        assert len(set(self.taken(tmp_path))) == 3 + self.tells_updates

    def test_what_is_not_taken_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(DeliveryFailedError):
            self.broken(tmp_path).deliver(NOTICE)

    def test_notify_never_raises(self, tmp_path: Path) -> None:
        self.broken(tmp_path).notify(urgency="now", subject="P1", message="lost")
        self.make(tmp_path).notify(urgency="this week", subject="P1", message="x\ny")
