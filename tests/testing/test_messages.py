from datetime import timedelta

import pytest

from nanoward.ports.messages import Heartbeat, RefusedFiles
from nanoward.ports.notifier import DeliveryFailedError, Notifier
from nanoward.testing.conformance.notifier import NOTICE
from nanoward.testing.messages import (
    NOON,
    MemoryChannel,
    MemoryHeartbeat,
    MemoryRefused,
    draft_of,
    introduce,
    message_bay,
    spooled,
)


def test_fakes_fulfil_their_ports() -> None:
    assert isinstance(MemoryChannel(), Notifier)
    assert isinstance(MemoryHeartbeat(), Heartbeat)
    assert isinstance(MemoryRefused(), RefusedFiles)


def test_a_channel_keeps_each_delivery_once_and_fails_where_it_is_down() -> None:
    channel = MemoryChannel()
    for _ in range(2):
        channel.deliver(NOTICE)
    assert channel.told() == [("physician", 1)]
    assert channel.told("cancel") == []
    channel.down = "gone"
    with pytest.raises(DeliveryFailedError):
        channel.deliver(NOTICE)


def test_a_bay_stands_at_noon_and_moves_when_told() -> None:
    bay = message_bay()
    assert bay.clock.now() == NOON
    assert bay.tick(timedelta(hours=1)).at == NOON + timedelta(hours=1)
    assert draft_of(kind="drill").kind == "drill"


def test_sites_are_introduced_to_each_other_and_a_spool_is_real() -> None:
    one, other = message_bay(), message_bay(site="ship")
    introduce(one, other)
    assert [bay.desk.ports.ledger.head().size for bay in (one, other)] == [1, 1]
    with spooled(one) as desk:
        assert desk.ports.spool is not None
        assert desk.ports.spool.head().size == 0
