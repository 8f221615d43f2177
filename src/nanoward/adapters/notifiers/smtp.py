"""E-mail by SMTP (RFC 5321), to the mailbox of a role.

[programme.messages.deliveries.mail]
kind = "smtp"
host = "mail.example.org"
port = 587
sender = "nanoward@example.org"
tls = "starttls"               # starttls, tls; none: on this machine alone
user = "nanoward"
password_file = "/etc/nanoward/mail.password"
patience_s = 10.0
"""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from nanoward.adapters.notifiers.config import (
    NotifierConfig,
    NotifierOffer,
    UnknownNotifierError,
)
from nanoward.adapters.notifiers.quiet import DeliveringNotifier
from nanoward.ports.notifier import DeliveryFailedError, Notification

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PRIORITY = {"now": "1 (Highest)", "today": "3 (Normal)", "week": "5 (Lowest)"}
KEYS = ("host", "port", "sender", "tls", "user", "password_file", "patience_s", "address")


class SmtpNotifier(DeliveringNotifier):
    """One connection per notice: a server that went away is told at once."""

    def __init__(self, config: NotifierConfig) -> None:
        config.only(*KEYS)
        self._host, self._port = config.text("host"), int(config.options.get("port", 25))
        self._sender = config.text("sender")
        self._address = config.text("address", "")
        self._tls = config.text("tls", "none" if self._host in LOOPBACK else "starttls")
        if self._tls not in ("starttls", "tls", "none"):
            raise UnknownNotifierError(f"the channel {config.name} knows no tls {self._tls!r}")
        if self._tls == "none" and self._host not in LOOPBACK:
            raise UnknownNotifierError(f"the channel {config.name} sends to others without TLS")
        self._user = config.text("user", "")
        self._password_file = config.text("password_file", "")
        self._patience_s = float(config.options.get("patience_s", 10.0))

    def deliver(self, notification: Notification) -> None:
        try:
            mail = self._mail(notification)
            with self._connected() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError, IndexError) as fault:
            raise DeliveryFailedError(f"{self._host}:{self._port}: {fault}") from fault

    def _connected(self) -> smtplib.SMTP:
        if self._tls == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._patience_s, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._patience_s)
        if self._tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._user:
            password = Path(self._password_file).read_text(encoding="utf-8").strip()
            server.login(self._user, password)
        return server

    def _mail(self, notification: Notification) -> EmailMessage:
        """The mail; ValueError where an address or a subject would forge a header."""
        to = notification.address or self._address
        if not to:
            raise ValueError(f"{notification.to} has no address")
        mail = EmailMessage()
        mail["From"] = Address(display_name="nanoward", addr_spec=self._sender)
        mail["To"] = to
        word = {"cancel": "Settled: ", "update": "Again: "}.get(notification.status, "")
        drill = "Exercise: " if notification.exercise else ""
        mail["Subject"] = f"{drill}{word}{notification.subject}"
        mail["Date"] = format_datetime(notification.at)
        domain = self._sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{notification.delivery}@{domain}>"
        if notification.refers:
            mail["References"] = " ".join(f"<{one}@{domain}>" for one, _ in notification.refers)
        mail["X-Priority"] = PRIORITY.get(notification.urgency, PRIORITY["now"])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(notification.text)
        return mail


def open_smtp(config: NotifierConfig) -> SmtpNotifier:
    """A channel of kind "smtp"."""
    return SmtpNotifier(config)


NOTIFIER = NotifierOffer(name="smtp", meaning="mail", opens=open_smtp)
