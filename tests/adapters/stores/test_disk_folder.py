from pathlib import Path

import pytest

from nanoward.adapters.stores.disk_folder import (
    AlreadyThereError,
    BadPlanError,
    DiskFolder,
    NoPlaceOfDataError,
    NoProgrammeError,
)
from nanoward.ports.folder import Folder
from nanoward.testing.conformance import FolderConformance


class TestDiskFolder(FolderConformance):
    def make(self, folder: Path, plan: str, files: dict[str, bytes]) -> Folder:
        (folder / "programme.toml").write_text(plan)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return DiskFolder(folder)


def test_a_folder_without_a_programme_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoProgrammeError, match=r"nanoward init"):
        DiskFolder(tmp_path / "nowhere").plan()


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'name = "a"\nname = \nx = 1', "line 2"), (b'name = "a"\n\xff', ":2:")],
)
def test_a_plan_that_is_no_toml_names_the_line(
    tmp_path: Path, content: bytes, line: str
) -> None:
    (tmp_path / "programme.toml").write_bytes(content)
    with pytest.raises(BadPlanError, match=line):
        DiskFolder(tmp_path).plan()


def test_laying_out_refuses_to_overwrite(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(AlreadyThereError):
        DiskFolder(tmp_path).create({"programme.toml": "", "README.md": ""})
    assert not (tmp_path / "programme.toml").exists()
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_folder_that_is_called_like_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "sdtm" / "ae.csv").mkdir(parents=True)
    told = DiskFolder(tmp_path).unread()
    assert told == {"data/sdtm/ae.csv": "it is a folder that is called like a file"}


@pytest.mark.parametrize("path", ["../x.csv", "/x.csv", ".nanoward/ledger.db"])
def test_nothing_is_written_beside_the_data(tmp_path: Path, path: str) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\n')
    with pytest.raises(NoPlaceOfDataError) as fault:
        DiskFolder(tmp_path).put(path, b"x")
    assert fault.value.code == "USE-245"
    assert [one.name for one in tmp_path.iterdir()] == ["programme.toml"]
