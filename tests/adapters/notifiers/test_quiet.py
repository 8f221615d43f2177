from dataclasses import dataclass, field

import pytest

from nanoward.adapters.notifiers.quiet import DeliveringNotifier
from nanoward.ports.notifier import DeliveryFailedError, Notification
from nanoward.testing.conformance.notifier import NOTICE


@dataclass
class Recorder(DeliveringNotifier):
    got: list[Notification] = field(default_factory=list)
    down: bool = False

    def deliver(self, notification: Notification) -> None:
        if self.down:
            raise DeliveryFailedError("down")
        self.got.append(notification)


def test_a_page_is_a_notice_and_its_loss_is_not_raised() -> None:
    recorder = Recorder()
    recorder.notify(urgency="this week", subject="P1", message="look")
    (notice,) = recorder.got
    assert (notice.urgency, notice.subject, notice.text) == ("week", "P1", "look")
    Recorder(down=True).notify(urgency="now", subject="P1", message="lost")


def test_the_base_delivers_nothing() -> None:
    with pytest.raises(NotImplementedError):
        DeliveringNotifier().deliver(NOTICE)
