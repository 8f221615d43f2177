import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.notifiers.config import NotifierConfig, UnknownNotifierError
from nanoward.adapters.notifiers.webhook import WebhookNotifier, alert_payload, open_webhook
from nanoward.ports.notifier import DeliveryFailedError, Notifier
from nanoward.programme.messages.alerts import foreign_alerts
from nanoward.testing.conformance import NotifierConformance
from nanoward.testing.conformance.notifier import AT, NOTICE


class Alertmanager:
    """Takes POST /api/v2/alerts as its API v2 does, and answers what it is told to."""

    def __init__(self) -> None:
        self.posts: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.answer, self.port = 200, 0


@contextmanager
def alertmanager() -> Iterator[Alertmanager]:
    kept = Alertmanager()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.path == "/api/v2/alerts" and kept.answer == 200
            if right:
                kept.posts.append(json.loads(body))
                kept.headers.append(dict(self.headers))
            self.send_response(200 if right else kept.answer if kept.answer != 200 else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield kept
        server.shutdown()


def notifier(port: int, **options: Any) -> WebhookNotifier:
    given = {"address": f"http://127.0.0.1:{port}"} | options
    return open_webhook(NotifierConfig(name="pager", folder=Path(), options=given))


class TestWebhook(NotifierConformance):
    tells_updates = False  # to Alertmanager a reminder is the same alarm, still firing

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with alertmanager() as self.server:
            yield

    def make(self, folder: Path) -> Notifier:
        return notifier(self.server.port)

    def taken(self, folder: Path) -> list[str]:
        """Alertmanager knows an alarm by its labels, and whether it goes on by its end."""
        told = {
            json.dumps([one["labels"], one["startsAt"], one["endsAt"]], sort_keys=True)
            for post in self.server.posts
            for one in post
        }
        return sorted(told)

    def broken(self, folder: Path) -> Notifier:
        return notifier(1)


def test_a_payload_by_hand() -> None:
    (alert,) = alert_payload(NOTICE)
    assert alert["labels"] == {
        "alertname": "nanoward", "severity": "critical", "role": "physician", "site": "centre",
        "message": NOTICE.messages[0],
    }  # fmt: skip
    assert alert["startsAt"] == AT.isoformat()
    assert alert["endsAt"] > NOTICE.act_by.isoformat()
    later = replace(NOTICE, at=AT + timedelta(hours=2), refers=((NOTICE.delivery, AT),))
    (again,) = alert_payload(replace(later, status="update"))
    assert (again["labels"], again["startsAt"]) == (alert["labels"], alert["startsAt"])
    (over,) = alert_payload(replace(later, status="cancel"))
    assert over["endsAt"] == later.at.isoformat()


def test_what_is_sent_is_read_again_as_an_alarm_that_fires_and_one_that_is_over() -> None:
    later = replace(NOTICE, status="cancel", at=AT + timedelta(hours=1))
    now = AT + timedelta(hours=1)
    fires, over = foreign_alerts([*alert_payload(NOTICE), *alert_payload(later)], now)
    assert fires.cause == over.cause
    assert (fires.resolved, over.resolved) == (False, True)


def test_a_token_is_sent_and_a_refusal_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    with alertmanager() as server:
        notifier(server.port, token_file=str(tmp_path / "token")).deliver(NOTICE)
        assert server.headers[0]["Authorization"] == "Bearer secret"
        server.answer = 500
        with pytest.raises(DeliveryFailedError, match="500"):
            notifier(server.port).deliver(NOTICE)


@pytest.mark.parametrize("address", ["http://example.org", "ftp://127.0.0.1", "", "x"])
def test_alarms_go_to_others_by_https_alone(address: str) -> None:
    with pytest.raises(UnknownNotifierError):
        notifier(1, address=address)
