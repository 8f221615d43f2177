import json
from pathlib import Path

from nanoward.adapters.notifiers.config import NotifierConfig
from nanoward.adapters.notifiers.outbox import OutboxNotifier, open_outbox, open_screen
from nanoward.ports.notifier import Notifier
from nanoward.testing.conformance import NotifierConformance


class TestOutbox(NotifierConformance):
    def make(self, folder: Path) -> Notifier:
        return OutboxNotifier(folder / "new" / "outbox.jsonl")

    def taken(self, folder: Path) -> list[str]:
        return (folder / "new" / "outbox.jsonl").read_text(encoding="utf-8").splitlines()

    def broken(self, folder: Path) -> Notifier:
        (folder / "file").touch()
        return OutboxNotifier(folder / "file" / "outbox.jsonl")


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


def test_channels_of_the_plan_stand_in_the_programmes_own_folder(tmp_path: Path) -> None:
    def config(**options: str) -> NotifierConfig:
        return NotifierConfig(name="x", folder=tmp_path, options=options)

    open_outbox(config(path="pages.jsonl")).notify(urgency="now", subject="a", message="b")
    open_screen(config()).notify(urgency="now", subject="a", message="b")
    assert (tmp_path / "pages.jsonl").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "screen.jsonl").exists()
