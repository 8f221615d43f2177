"""Other programs' alarms, as Alertmanager sends them, read as messages.

Known: the body that Alertmanager posts to a webhook (version 4: groupKey, alerts) and a list
of alerts as its own API v2 takes them. Source: Prometheus Alertmanager documentation,
"webhook_config" and api/v2/openapi.yaml (postableAlerts).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import InputError

URGENT = {
    **dict.fromkeys(("critical", "page", "error", "now"), "now"),
    **dict.fromkeys(("warning", "today"), "today"),
    **dict.fromkeys(("info", "none", "week"), "week"),
}
NEVER = "0001-01-01T00:00:00Z"  # Go's zero time: the alert has no end


class BadAlertError(InputError):
    """A document that is no alarm of Alertmanager."""

    code = "INP-190"
    next_step = "Send Alertmanager's webhook body (version 4), or a list of alerts (API v2)."


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignAlert:
    """An alarm of another program.

    cause     the same for all reports of it
    urgency   by the label severity; one that is not known is urgent now
    resolved  it is over
    """

    cause: str
    name: str
    urgency: str
    resolved: bool
    starts: datetime | None
    text: str


def foreign_alerts(document: Any, now: datetime) -> tuple[ForeignAlert, ...]:
    """Every alarm of a document; BadAlertError where one of them cannot be understood."""
    alerts = document
    if isinstance(document, Mapping):
        version = document.get("version", "4")
        if str(version) != "4":
            raise BadAlertError(f"the webhook's version is {version!r}; 4 is known")
        alerts = document.get("alerts")
    if not isinstance(alerts, Sequence) or isinstance(alerts, str | bytes):
        raise BadAlertError("the document holds no list of alerts")
    return tuple(_alert(one, now, place) for place, one in enumerate(alerts, 1))


def _alert(given: Any, now: datetime, place: int) -> ForeignAlert:
    if not isinstance(given, Mapping):
        raise BadAlertError(f"alert {place} is no object")
    labels, notes = _texts(given, "labels", place), _texts(given, "annotations", place)
    if not labels:
        raise BadAlertError(f"alert {place} has no labels")
    ends = _moment(given.get("endsAt"), place)
    status = given.get("status", "")
    if status not in ("", "firing", "resolved"):
        raise BadAlertError(f"alert {place} has the status {status!r}")
    resolved = status == "resolved" or (status == "" and ends is not None and ends <= now)
    name = labels.get("alertname", "alarm")
    said = notes.get("summary") or notes.get("description") or notes.get("message") or name
    more = ", ".join(f"{key}={labels[key]}" for key in sorted(labels) if key != "alertname")
    return ForeignAlert(
        cause=f"alert:{sha256_of(canonical_json(dict(labels)).encode())[:32]}",
        name=name,
        urgency=URGENT.get(labels.get("severity", "").lower(), "now"),
        resolved=resolved,
        starts=_moment(given.get("startsAt"), place),
        text=f"{said} ({more})" if more else said,
    )


def _texts(given: Mapping[str, Any], key: str, place: int) -> dict[str, str]:
    value = given.get(key) or {}
    fits = isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
    if not fits:
        raise BadAlertError(f"{key} of alert {place} are no texts")
    return dict(value)


def _moment(value: Any, place: int) -> datetime | None:
    if value in (None, "", NEVER):
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadAlertError(f"alert {place} holds the moment {value!r}") from None
    if found.tzinfo is None:
        raise BadAlertError(f"the moment {value!r} of alert {place} has no time zone")
    return found.astimezone(UTC)
