"""The file drop, with a courier who answers when told."""

import json
from pathlib import Path

import pytest

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.file_drop import FileDrop, NoFolderError, file_name
from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.control.gate import Range
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, DriverConformance, command

LIMIT = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)


def config(folder: Path | None) -> DriverConfig:
    return DriverConfig(
        name="drop",
        folder=folder,
        settings={"rate": LIMIT},
        mechanisms={"inducer": 1.0},
        options={"patience_s": 0.06},
    )


class Site:
    """The far side: carries out each file once, and tells what runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.done, self.values = folder, [], {}  # type: ignore[var-annotated]
        self.away = False
        self.status = "done"

    def work(self, _: float = 0.0) -> None:
        if self.away:
            return
        for path in sorted((self.folder / "out").glob("*.json")):
            told = json.loads(path.read_text())
            if told["order"] not in self.done and self.status == "done":
                self.done.append(told["order"])
                self.values = {} if told["kind"] != "set" else {"rate": told["value"]}
            answer = {"order": told["order"], "status": self.status, "reason": "no"}
            (self.folder / "in" / path.name).write_text(json.dumps(answer))
            state = self.folder / "state" / file_name(told["participant"])
            state.write_text(json.dumps(self.values))
            path.unlink()


class TestFileDrop(DriverConformance):
    def make(self, folder: Path) -> Driver:
        if not hasattr(self, "site"):
            self.site = Site(folder)
        drop = FileDrop(config(folder), sleep=self.carry)
        return JournalledDriver("drop", drop, DriverJournal(folder / "j.db"))

    def carry(self, _: float) -> None:
        self.site.work()

    def effects(self) -> list[str]:
        return list(self.site.done)

    def test_an_answer_that_is_lost_makes_no_second_effect(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        self.site.away = True
        for _ in range(2):  # the courier has not come back: nothing is sent anew
            with pytest.raises(DriverSilentError):
                driver.execute(command(), now=NOW)
        self.site.away = False
        self.site.work()
        assert driver.execute(command(), now=NOW).repeated
        assert self.effects() == ["O1"]
        driver.close()


def test_a_refusal_and_nonsense_are_told_apart(tmp_path: Path) -> None:
    site = Site(tmp_path)
    drop = FileDrop(config(tmp_path), sleep=site.work)
    site.status = "refused"
    with pytest.raises(DriverRefusedError, match="no"):
        drop.apply(command(), NOW)
    assert not drop.did(command())
    site.status = "perhaps"
    with pytest.raises(DriverSilentError, match="perhaps"):
        drop.apply(command("O2"), NOW)


def test_an_unreadable_state_is_silence(tmp_path: Path) -> None:
    drop = FileDrop(config(tmp_path))
    for text in ("", "no json", '{"rate": "4"}', '{"rate": true}', "[]"):
        if text:
            (tmp_path / "state" / file_name("P1")).write_text(text)
        with pytest.raises(DriverSilentError):
            drop.read("P1", "rate", NOW)
    (tmp_path / "state" / file_name("P1")).write_text("{}")
    assert drop.read("P1", "rate", NOW) == 0.0  # told, and nothing runs


def test_a_drop_that_cannot_be_written_is_silence(tmp_path: Path) -> None:
    drop = FileDrop(config(tmp_path))
    (tmp_path / "out").rmdir()
    (tmp_path / "out").write_text("a file where the folder was")
    with pytest.raises(DriverSilentError, match="cannot be written"):
        drop.apply(command(), NOW)


def test_a_drop_needs_a_folder() -> None:
    with pytest.raises(NoFolderError):
        FileDrop(config(None))
