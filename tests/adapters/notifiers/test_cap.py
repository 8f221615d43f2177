from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from nanoward.adapters.notifiers.cap import SPACE, CapNotifier, cap_alert, open_cap
from nanoward.adapters.notifiers.config import NotifierConfig
from nanoward.ports.notifier import Notification, Notifier
from nanoward.testing.conformance import NotifierConformance
from nanoward.testing.conformance.notifier import AT, NOTICE

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("cap-1.2.xsd")))
LATER = replace(NOTICE, at=AT + timedelta(hours=1), refers=((NOTICE.delivery, AT),))
SAYS = {
    "Alert": NOTICE,
    "Update": replace(LATER, delivery="1" * 32, status="update"),
    "Cancel": replace(LATER, delivery="cancel-1", status="cancel"),
}


def told(notification: Notification) -> ET.Element:
    content = cap_alert(notification, "nanoward.example.org")
    SCHEMA.assertValid(etree.fromstring(content))
    return ET.fromstring(content)


def text(alert: ET.Element, name: str) -> str:
    return alert.findtext(f".//{{{SPACE}}}{name}") or ""


class TestCap(NotifierConformance):
    def make(self, folder: Path) -> Notifier:
        return CapNotifier(folder / "cap", "nanoward")

    def taken(self, folder: Path) -> list[str]:
        return [one.read_text(encoding="utf-8") for one in (folder / "cap").iterdir()]

    def broken(self, folder: Path) -> Notifier:
        (folder / "file").touch()
        return CapNotifier(folder / "file", "nanoward")


@pytest.mark.parametrize("kind", SAYS)
def test_alert_update_and_cancel_are_valid_by_the_schema(kind: str) -> None:
    alert = told(SAYS[kind])
    assert text(alert, "msgType") == kind
    assert text(alert, "status") == "Actual"
    refers = f"nanoward.example.org,{NOTICE.delivery},2026-03-02T12:30:05-00:00"
    assert text(alert, "references") == ("" if kind == "Alert" else refers)


def test_an_exercise_is_one() -> None:
    alert = told(replace(NOTICE, exercise=True))
    assert (text(alert, "status"), text(alert, "note")) == ("Exercise", "This is an exercise.")


@pytest.mark.parametrize("urgency", ["now", "today", "week", "other"])
def test_every_urgency_and_any_text_is_valid(urgency: str) -> None:
    alert = told(
        replace(NOTICE, urgency=urgency, text="a\x00b\ufffe\ud800<&>", delivery="a b,<c&")
    )
    assert text(alert, "identifier") == "a-b-c-"
    assert "<&>" in text(alert, "description")


def test_a_schema_that_takes_everything_would_be_seen() -> None:
    content = cap_alert(NOTICE, "s")
    for old, new in (
        (b">Alert<", b">Alarm<"),
        (b"-00:00<", b"Z<"),
        (b"<sender>s</sender>", b""),
    ):
        bad = content.replace(old, new, 1)
        assert bad != content
        assert not SCHEMA.validate(etree.fromstring(bad))


def test_a_channel_of_the_plan(tmp_path: Path) -> None:
    config = NotifierConfig(name="x", folder=tmp_path / ".nanoward", options={})
    open_cap(config).deliver(NOTICE)
    assert [one.suffix for one in (tmp_path / "cap").iterdir()] == [".xml"]
