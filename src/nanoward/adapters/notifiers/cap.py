"""Notices as files of the Common Alerting Protocol 1.2 (OASIS), for programs that show them.

A first notice is an Alert, a reminder an Update, what is settled a Cancel; a drill has the
status Exercise. Scope is Private, with the role as the addressee.

    [programme.messages.deliveries.cap]
    kind = "cap"
    path = "cap"
    sender = "nanoward.example.org"
"""

import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from nanoward.adapters.notifiers.config import NotifierConfig, NotifierOffer
from nanoward.adapters.notifiers.quiet import DeliveringNotifier
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.ports.notifier import DeliveryFailedError, Notification

SPACE = "urn:oasis:names:tc:emergency:cap:1.2"
KIND = {"new": "Alert", "update": "Update", "cancel": "Cancel"}
URGENCY = {"now": "Immediate", "today": "Expected", "week": "Future"}
SEVERITY = {"now": "Severe", "today": "Moderate", "week": "Minor"}
FORBIDDEN = re.compile(r"[\s,<&]+")  # in identifier and sender (CAP 1.2, 3.2.1)
UNPRINTED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cap_alert(notification: Notification, sender: str) -> bytes:
    """The notice as a CAP 1.2 document in UTF-8."""
    ET.register_namespace("", SPACE)
    alert = ET.Element(f"{{{SPACE}}}alert")
    who = FORBIDDEN.sub("-", sender)
    _put(alert, "identifier", FORBIDDEN.sub("-", notification.delivery))
    _put(alert, "sender", who)
    _put(alert, "sent", _moment(notification.at))
    _put(alert, "status", "Exercise" if notification.exercise else "Actual")
    _put(alert, "msgType", KIND[notification.status] if notification.refers else "Alert")
    _put(alert, "scope", "Private")
    _put(alert, "addresses", f'"{notification.to}"')
    if notification.exercise:
        _put(alert, "note", "This is an exercise.")
    if notification.refers:
        told = (
            f"{who},{FORBIDDEN.sub('-', one)},{_moment(at)}" for one, at in notification.refers
        )
        _put(alert, "references", " ".join(told))
    info = ET.SubElement(alert, f"{{{SPACE}}}info")
    _put(info, "category", "Health")
    _put(info, "event", "message")
    _put(info, "urgency", URGENCY.get(notification.urgency, "Immediate"))
    _put(info, "severity", SEVERITY.get(notification.urgency, "Severe"))
    _put(info, "certainty", "Observed")
    _put(info, "expires", _moment(max(notification.act_by, notification.at)))
    _put(info, "headline", notification.subject)
    _put(info, "description", notification.text)
    for name in notification.messages:
        part = ET.SubElement(info, f"{{{SPACE}}}parameter")
        _put(part, "valueName", "message")
        _put(part, "value", name)
    return bytes(ET.tostring(alert, encoding="utf-8", xml_declaration=True))


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{SPACE}}}{name}").text = UNPRINTED.sub("\ufffd", text)


def _moment(at: datetime) -> str:
    """With seconds and an offset of hours and minutes: "Z" is not allowed (CAP 1.2, 3.3.2)."""
    text = at.replace(microsecond=0).isoformat()
    return text.replace("+00:00", "-00:00")


class CapNotifier(DeliveringNotifier):
    """Writes DELIVERY.xml; the same delivery again gives the same file."""

    def __init__(self, path: Path, sender: str) -> None:
        self._path, self._sender = path, sender

    def deliver(self, notification: Notification) -> None:
        content = cap_alert(notification, self._sender)
        try:
            write_whole(self._path / f"{notification.delivery}.xml", content)
        except OSError as fault:
            raise DeliveryFailedError(f"{self._path}: {fault}") from fault


def open_cap(config: NotifierConfig) -> CapNotifier:
    """A channel of kind "cap"."""
    config.only("path", "sender")
    path = config.folder.parent / config.text("path", "cap")
    return CapNotifier(path, config.text("sender", "nanoward"))


NOTIFIER = NotifierOffer(
    name="cap", meaning="files of the Common Alerting Protocol 1.2", opens=open_cap
)
