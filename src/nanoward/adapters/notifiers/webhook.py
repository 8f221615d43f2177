"""Alarms to an Alertmanager (API v2, POST /api/v2/alerts), which pages as it is set up to.

    [programme.messages.deliveries.pager]
    kind = "alertmanager"
    address = "https://alerts.example.org"     # /api/v2/alerts is put behind it
    token_file = "/etc/nanoward/alerts.token"
    patience_s = 10.0

The labels are the same for every report of a message, so that Alertmanager sees one alarm; a
notice that is settled ends it.
"""

import http.client
import json
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nanoward.adapters.notifiers.config import (
    NotifierConfig,
    NotifierOffer,
    UnknownNotifierError,
)
from nanoward.adapters.notifiers.quiet import DeliveringNotifier
from nanoward.adapters.notifiers.smtp import LOOPBACK
from nanoward.ports.notifier import DeliveryFailedError, Notification

SEVERITY = {"now": "critical", "today": "warning", "week": "info"}
LASTS = timedelta(days=2)  # an alarm that is not repeated ends by itself in Alertmanager
PATH = "/api/v2/alerts"


def alert_payload(notification: Notification) -> list[dict[str, Any]]:
    """A notice as Alertmanager's postableAlerts, one alert a message."""
    ends = (
        notification.at
        if notification.status == "cancel"
        else max(notification.act_by, notification.at) + LASTS
    )
    begun = min([when for _, when in notification.refers], default=notification.at)
    return [
        {
            "labels": {
                "alertname": "nanoward",
                "severity": SEVERITY.get(notification.urgency, "critical"),
                "role": notification.to,
                "site": notification.sender,
                "message": name,
                **({"exercise": "true"} if notification.exercise else {}),
            },
            "annotations": {
                "summary": notification.subject,
                "description": notification.text,
                "act_by": notification.act_by.isoformat(),
            },
            "startsAt": begun.isoformat(),
            "endsAt": ends.isoformat(),
        }
        for name in notification.messages or (notification.delivery,)
    ]


class WebhookNotifier(DeliveringNotifier):
    """One POST per notice."""

    def __init__(self, config: NotifierConfig) -> None:
        config.only("address", "token_file", "patience_s")
        self._parts = urlsplit(config.text("address"))
        host = self._parts.hostname or ""
        plain = self._parts.scheme == "http" and host in LOOPBACK
        if not host or not (plain or self._parts.scheme == "https"):
            raise UnknownNotifierError(
                f"the channel {config.name} needs an https address (http on this machine alone)"
            )
        self._token_file = config.text("token_file", "")
        self._patience_s = float(config.options.get("patience_s", 10.0))

    def deliver(self, notification: Notification) -> None:
        body = json.dumps(alert_payload(notification)).encode()
        headers = {"Content-Type": "application/json"}
        try:
            if self._token_file:
                token = Path(self._token_file).read_text(encoding="utf-8").strip()
                headers["Authorization"] = f"Bearer {token}"
            link = self._link()
            try:
                link.request("POST", self._parts.path.rstrip("/") + PATH, body, headers)
                answer = link.getresponse()
                answer.read()
            finally:
                link.close()
        except (OSError, http.client.HTTPException) as fault:
            raise DeliveryFailedError(f"{self._parts.netloc}: {fault}") from fault
        if answer.status // 100 != 2:
            raise DeliveryFailedError(f"{self._parts.netloc} answered {answer.status}")

    def _link(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self._patience_s)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, port, timeout=self._patience_s, context=context
        )


def open_webhook(config: NotifierConfig) -> WebhookNotifier:
    """A channel of kind "alertmanager"."""
    return WebhookNotifier(config)


NOTIFIER = NotifierOffer(
    name="alertmanager", meaning="alerts as Alertmanager takes them", opens=open_webhook
)
