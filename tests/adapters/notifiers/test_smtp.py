import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.notifiers.config import NotifierConfig, UnknownNotifierError
from nanoward.adapters.notifiers.smtp import SmtpNotifier, open_smtp
from nanoward.ports.notifier import DeliveryFailedError, Notifier
from nanoward.testing.conformance import NotifierConformance
from nanoward.testing.conformance.notifier import NOTICE


def _server_kit() -> Any:
    path = Path(__file__).with_name("smtp_server.py")
    spec = importlib.util.spec_from_file_location("smtp_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["smtp_server"] = module
    spec.loader.exec_module(module)
    return module


KIT = _server_kit()


def notifier(port: int, **options: Any) -> SmtpNotifier:
    given = {"host": "127.0.0.1", "port": port, "sender": "nanoward@example.org"} | options
    return open_smtp(NotifierConfig(name="mail", folder=Path(), options=given))


class TestSmtp(NotifierConformance):
    once = False  # a mailbox tells by the Message-ID that both are one

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with KIT.smtp_server() as self.mailbox:
            yield

    def make(self, folder: Path) -> Notifier:
        return notifier(self.mailbox.port)

    def taken(self, folder: Path) -> list[str]:
        return [f"{one['Message-ID']} {one['Subject']}" for one in self.mailbox.mails]

    def broken(self, folder: Path) -> Notifier:
        return notifier(1)


def test_a_mail_as_a_mailbox_gets_it() -> None:
    with KIT.smtp_server() as box:
        notifier(box.port).deliver(NOTICE)
        later = replace(NOTICE, status="cancel", refers=((NOTICE.delivery, NOTICE.at),))
        notifier(box.port).deliver(replace(later, delivery="cancel-1"))
        notifier(box.port).deliver(replace(NOTICE, exercise=True))
    first, second, third = box.mails
    assert first["To"] == "physician@example.org"
    assert first["Message-ID"] == f"<{NOTICE.delivery}@example.org>"
    assert first["X-Priority"].startswith("1")
    assert first.get_content().split() == NOTICE.text.split()
    assert second["Subject"].startswith("Settled: ")
    assert second["References"] == first["Message-ID"]
    assert third["Subject"].startswith("Exercise: ")


def test_a_server_that_refuses_and_one_that_is_not_there_are_told() -> None:
    with KIT.smtp_server() as box:
        box.refuse = "451 try again later"
        with pytest.raises(DeliveryFailedError, match="451"):
            notifier(box.port).deliver(NOTICE)
    with pytest.raises(DeliveryFailedError):
        notifier(box.port, patience_s=1.0).deliver(NOTICE)


@pytest.mark.parametrize(
    "changed",
    [
        {"address": ""},
        {"address": "a@b.org\nBcc: spy@example.org"},
        {"subject": "now\nBcc: spy@example.org"},
    ],
)
def test_what_has_no_address_or_would_forge_a_header_is_not_sent(
    changed: dict[str, str],
) -> None:
    with KIT.smtp_server() as box:
        with pytest.raises(DeliveryFailedError):
            notifier(box.port).deliver(replace(NOTICE, **changed))  # type: ignore[arg-type]
        assert box.mails == []


def test_a_role_without_an_address_may_have_the_channels() -> None:
    with KIT.smtp_server() as box:
        notifier(box.port, address="duty@example.org").deliver(replace(NOTICE, address=""))
        assert box.mails[0]["To"] == "duty@example.org"


@pytest.mark.parametrize(
    "options", [{"host": "mail.example.org", "tls": "none"}, {"tls": "perhaps"}]
)
def test_mail_to_others_goes_by_tls(options: dict[str, str]) -> None:
    with pytest.raises(UnknownNotifierError):
        notifier(25, **options)
