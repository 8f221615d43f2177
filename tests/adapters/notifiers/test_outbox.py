import json
from pathlib import Path

from nanoward.adapters.notifiers.outbox import OutboxNotifier


def test_messages_are_lines(tmp_path: Path) -> None:
    notifier = OutboxNotifier(tmp_path / "new" / "outbox.jsonl")
    for message in ("one", "zwei ß"):
        notifier.notify(urgency="now", subject="P1", message=message)
    lines = (tmp_path / "new" / "outbox.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["message"] for line in lines] == ["one", "zwei ß"]


def test_a_disk_that_fails_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    notifier = OutboxNotifier(tmp_path / "file" / "outbox.jsonl")
    notifier.notify(urgency="now", subject="P1", message="lost")
    assert (tmp_path / "file").read_bytes() == b""
