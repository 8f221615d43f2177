from pathlib import Path

from nanoward.adapters.notifiers.config import NotifierConfig
from nanoward.adapters.notifiers.folder import FolderNotifier, open_folder_notifier
from nanoward.ports.notifier import Notifier
from nanoward.testing.conformance import NotifierConformance
from nanoward.testing.conformance.notifier import NOTICE


class TestFolder(NotifierConformance):
    def make(self, folder: Path) -> Notifier:
        return FolderNotifier(folder / "notices")

    def taken(self, folder: Path) -> list[str]:
        return [one.read_text(encoding="utf-8") for one in (folder / "notices").iterdir()]

    def broken(self, folder: Path) -> Notifier:
        (folder / "file").touch()
        return FolderNotifier(folder / "file")


def test_a_channel_of_the_plan_stands_beside_the_programme(tmp_path: Path) -> None:
    config = NotifierConfig(name="x", folder=tmp_path / ".nanoward", options={"path": "out"})
    open_folder_notifier(config).deliver(NOTICE)
    (file,) = (tmp_path / "out").iterdir()
    assert "Act by: 2026-03-02 13:30 UTC" in file.read_text(encoding="utf-8")
