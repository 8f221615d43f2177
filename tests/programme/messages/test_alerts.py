from datetime import UTC, datetime
from typing import Any

import pytest

from nanoward.programme.messages.alerts import BadAlertError, foreign_alerts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEBHOOK = {  # the body that Alertmanager's documentation shows for webhook_config
    "version": "4",
    "groupKey": '{}:{alertname="FreezerWarm"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "nanoward",
    "groupLabels": {"alertname": "FreezerWarm"},
    "commonLabels": {"alertname": "FreezerWarm"},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "FreezerWarm", "severity": "critical", "freezer": "3"},
            "annotations": {"summary": "freezer 3 is at -62 degrees"},
            "startsAt": "2026-03-02T11:50:00.123Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus",
            "fingerprint": "8f0d0c1d3f5c3b1a",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "FreezerWarm", "severity": "warning", "freezer": "4"},
            "annotations": {},
            "startsAt": "2026-03-02T10:50:00Z",
            "endsAt": "2026-03-02T11:55:00Z",
        },
    ],
}


def test_the_body_of_a_webhook() -> None:
    first, second = foreign_alerts(WEBHOOK, NOW)
    assert (first.name, first.urgency, first.resolved) == ("FreezerWarm", "now", False)
    assert first.text == "freezer 3 is at -62 degrees (freezer=3, severity=critical)"
    assert (second.urgency, second.resolved) == ("today", True)
    assert first.cause != second.cause
    assert first.starts is not None


def test_a_list_of_the_api_ends_by_its_own_time() -> None:
    alert = {"labels": {"alertname": "A"}, "endsAt": "2026-03-02T11:00:00Z"}
    assert foreign_alerts([alert], NOW)[0].resolved
    assert not foreign_alerts([{**alert, "endsAt": "2026-03-02T13:00:00Z"}], NOW)[0].resolved


def test_the_cause_is_the_same_in_any_order_of_labels_and_an_unknown_severity_is_urgent() -> (
    None
):
    one = {"labels": {"alertname": "A", "x": "1", "severity": "purple"}}
    two = {"labels": {"severity": "purple", "x": "1", "alertname": "A"}}
    a, b = foreign_alerts([one, two], NOW)
    assert a.cause == b.cause
    assert a.urgency == "now"


@pytest.mark.parametrize(
    "document",
    [
        None,
        "firing",
        {},
        {"alerts": "none"},
        {"version": "5", "alerts": []},
        [1],
        [{}],
        [{"labels": {}}],
        [{"labels": {"alertname": 3}}],
        [{"labels": {"a": "b"}, "status": "perhaps"}],
        [{"labels": {"a": "b"}, "startsAt": "yesterday"}],
        [{"labels": {"a": "b"}, "startsAt": "2026-03-02T10:50:00"}],
    ],
)
def test_what_is_no_alarm_is_refused_whole(document: Any) -> None:
    with pytest.raises(BadAlertError):
        foreign_alerts(document, NOW)
