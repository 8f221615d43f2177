import pytest

from nanoward.flows.messages.read_alerts import read_alerts
from nanoward.programme.messages.alerts import BadAlertError
from nanoward.testing.messages import message_bay


def test_a_document_that_is_not_understood_writes_nothing() -> None:
    bay = message_bay()
    good = {"labels": {"alertname": "A"}}
    with pytest.raises(BadAlertError):
        read_alerts(bay.desk, [good, {"labels": 3}], to="nurse", by="x")
    assert bay.desk.ports.ledger.head().size == 0


def test_an_alarm_that_is_over_before_anybody_heard_of_it_is_nothing() -> None:
    bay = message_bay()
    over = {"alerts": [{"status": "resolved", "labels": {"alertname": "A"}}]}
    (taken,) = read_alerts(bay.desk, over, to="nurse", by="x")
    assert (taken.outcome, taken.message) == ("", "")
    assert bay.desk.ports.ledger.head().size == 0


def test_an_alarm_is_resolved_once() -> None:
    bay = message_bay()
    alert = {"status": "firing", "labels": {"alertname": "A", "severity": "critical"}}
    (fired,) = read_alerts(bay.desk, {"alerts": [alert]}, to="nurse", by="x")
    over = {"alerts": [alert | {"status": "resolved"}]}
    (first,) = read_alerts(bay.desk, over, to="nurse", by="x")
    assert (first.outcome, first.message) == ("resolved", fired.message)
    size = bay.desk.ports.ledger.head().size
    (again,) = read_alerts(bay.desk, over, to="nurse", by="x")
    assert (again.outcome, bay.desk.ports.ledger.head().size) == ("", size)
