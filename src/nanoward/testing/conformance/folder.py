"""What every programme folder promises."""

from pathlib import Path

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import UsageError
from nanoward.ports.folder import Folder

PLAN = 'name = "ward"\ntitle = "A ward"\nas_of = 2026-11-23\n'
FILES = {"data/samples.csv": b"sample\n", "data/sdtm/dm.csv": b"USUBJID\n"}


class FolderConformance:
    """Subclass and give `make(folder, plan, files)` for a programme that holds them."""

    def make(self, folder: Path, plan: str, files: dict[str, bytes]) -> Folder:
        raise NotImplementedError

    def test_the_plan_is_read(self, tmp_path: Path) -> None:
        plan = self.make(tmp_path, PLAN, FILES).plan()
        assert (plan.name, plan.title, plan.sha256) == (
            "ward",
            "A ward",
            sha256_of(PLAN.encode()),
        )

    def test_files_come_sorted_with_their_hashes(self, tmp_path: Path) -> None:
        folder = self.make(tmp_path, PLAN, FILES)
        assert [(f.path, f.sha256, f.size) for f in folder.files()] == [
            (path, sha256_of(content), len(content)) for path, content in sorted(FILES.items())
        ]
        assert all(folder.content(path) == content for path, content in FILES.items())

    def test_a_round_is_written_and_replaced_whole(self, tmp_path: Path) -> None:
        folder = self.make(tmp_path, PLAN, FILES)
        folder.write_round("2026-11-23", {"report.html": b"old", "tables/a.parquet": b"a"})
        folder.write_round("2026-11-23", {"report.html": b"new"})
        assert folder.round_file("2026-11-23", "report.html") == b"new"
        assert folder.round_file("2026-11-23", "tables/a.parquet") is None
        assert folder.round_file("2026-11-24", "report.html") is None

    def test_a_file_is_added_to_a_round_and_goes_with_it(self, tmp_path: Path) -> None:
        folder = self.make(tmp_path, PLAN, FILES)
        folder.write_round("2026-11-23", {"report.html": b"r"})
        told = folder.add_to_round("2026-11-23", "people/P%2F1.html", b"p")
        assert told.endswith("people/P%2F1.html")
        assert told.startswith(folder.round_path("2026-11-23"))
        assert folder.round_file("2026-11-23", "people/P%2F1.html") == b"p"
        assert folder.round_file("2026-11-23", "report.html") == b"r"
        folder.write_round("2026-11-23", {"report.html": b"new"})
        assert folder.round_file("2026-11-23", "people/P%2F1.html") is None

    def test_a_file_is_put_among_the_data_and_nowhere_else(self, tmp_path: Path) -> None:
        folder = self.make(tmp_path, PLAN, {"data/a.csv": b"old"})
        assert folder.put("data/new/b.csv", b"b") == "data/new/b.csv"
        folder.put("data/a.csv", b"a")
        assert folder.content("data/a.csv") == b"a"
        assert folder.content("data/new/b.csv") == b"b"
        try:
            folder.put("data/../a.csv", b"x")
        except UsageError:
            return
        raise AssertionError("a file was put beside the data")

    def test_rounds_are_no_material(self, tmp_path: Path) -> None:
        folder = self.make(tmp_path, PLAN, FILES)
        folder.write_round("2026-11-23", {"report.html": b"new"})
        assert len(folder.files()) == len(FILES)
