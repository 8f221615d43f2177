import json
from pathlib import Path

import polars as pl
from click.testing import CliRunner

from nanoward.faces.cli import cli
from nanoward.simulation.files.linked_sites import SECTION, StudyClock, open_linked_sites
from nanoward.simulation.study import Study
from nanoward.testing.messages import NOON

STUDY = Study(participants=12, weeks=12, seed=3)


def linked(folder: Path):  # type: ignore[no-untyped-def]
    folder.mkdir()
    (folder / "programme.toml").write_text('name = "ward"\n')
    return open_linked_sites(STUDY, folder, 2)


def test_sites_lose_their_link_and_what_is_wrong_is_on_the_board(tmp_path: Path) -> None:
    found = linked(tmp_path / "ward")
    truth = pl.read_csv(tmp_path / "ward" / "truth" / "messages.csv")
    assert found.sites == ("site-1", "site-2")
    assert truth.height == found.messages == 96
    assert 40 < found.arrived == truth["arrived"].sum() < 96
    told = CliRunner().invoke(cli, ["site", "status", str(tmp_path / "ward"), "--json"])
    status = json.loads(told.stdout)
    assert {one["site"] for one in status["sites"]} == {"site-1", "site-2"}
    codes = {one["code"] for one in status["findings"]}
    assert "MSG-004" in codes  # neither was seen for two weeks: the study is long over
    waiting = {one["site"]: one["unreceipted"] for one in status["sites"]}
    assert waiting["site-2"] > 0
    for place in (tmp_path / "ward", *(tmp_path / "ward" / "sites").iterdir()):
        verified = CliRunner().invoke(cli, ["verify", str(place)])
        assert verified.exit_code == 0, verified.output


def test_the_same_study_has_the_same_messages(tmp_path: Path) -> None:
    tables = []
    for name in ("a", "b"):
        linked(tmp_path / name)
        tables.append((tmp_path / name / "truth" / "messages.csv").read_text())
    assert tables[0] == tables[1]
    assert SECTION.strip() in (tmp_path / "a" / "programme.toml").read_text()


def test_the_clock_stands_until_it_is_moved() -> None:
    clock = StudyClock(NOON)
    assert (clock.now(), clock.monotonic()) == (NOON, NOON.timestamp())
