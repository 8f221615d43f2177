import json
from pathlib import Path

import pytest

from nanoward.ports.notifier import DeliveryFailedError
from nanoward.programme.relays.bpv7 import read_bpv7
from nanoward.testing.conformance.notifier import NOTICE
from nanoward.wiring.messages import (
    OccupiedSiteError,
    free_folder,
    open_messages,
    screen_lines,
    shared_plan_files,
    wrapped,
)

PLAN = """\
name = "p"
[programme.messages]
participants = ["letters"]
[programme.messages.roles.nurse]
deliveries = ["mail", "letters"]
[programme.messages.deliveries.mail]
kind = "smtp"
[programme.messages.deliveries.letters]
kind = "folder"
path = "letters"
shows = "full"
"""


def programme(folder: Path) -> Path:
    path = folder / "p"
    path.mkdir()
    (path / "programme.toml").write_text(PLAN)
    return path


def test_a_desk_has_the_channels_of_the_plan_and_one_that_cannot_open_fails_alone(
    tmp_path: Path,
) -> None:
    path = programme(tmp_path)
    with open_messages(str(path)) as desk:
        assert set(desk.channels) == {"screen", "mail", "letters"}
        assert desk.full == {"screen", "letters"}
        assert desk.keys is None
        desk.channels["mail"].notify(urgency="now", subject="a", message="b")
        with pytest.raises(DeliveryFailedError, match="needs a text 'host'"):
            desk.channels["mail"].deliver(NOTICE)
        desk.channels["letters"].deliver(NOTICE)
        desk.channels["screen"].deliver(NOTICE)
    assert [one.suffix for one in (path / "letters").iterdir()] == [".txt"]
    (line,) = screen_lines(str(path))
    assert NOTICE.subject in line["text"]
    assert not (path / ".nanoward" / "exit.db").exists()


def test_a_site_has_keys_and_a_spool_from_the_first_moment(tmp_path: Path) -> None:
    path = programme(tmp_path)
    with open_messages(str(path), keys=True) as desk:
        assert desk.keys is not None
        first = desk.keys.sealing_key
    assert (path / ".nanoward" / "exit.db").exists()
    with open_messages(str(path)) as desk:
        assert desk.keys is not None
        assert desk.keys.sealing_key == first


def test_a_site_is_laid_out_with_the_agents_and_never_over_anything(tmp_path: Path) -> None:
    path = programme(tmp_path)
    (path / "agents" / "a").mkdir(parents=True)
    (path / "agents" / "a" / "spec.toml").write_text("x = 1\n")
    free_folder(str(tmp_path / "ship"))
    told = shared_plan_files(str(path), str(tmp_path / "ship"), 'name = "p"\n')
    assert told == ("programme.toml", "agents")
    assert (tmp_path / "ship" / "agents" / "a" / "spec.toml").exists()
    with pytest.raises(OccupiedSiteError):
        free_folder(str(tmp_path / "ship"))
    assert screen_lines(str(tmp_path / "ship")) == []


def test_a_file_within_the_bundle_protocol_names_nobody() -> None:
    found = read_bpv7(wrapped(b"sealed", "0f" * 16 + ".dat"))
    assert (found.payload, found.reasons) == (b"sealed", ())
    assert {found.source, found.destination} == {"dtn:none"}
    assert json.dumps(found.sequence) == str(0x0F0F0F0F)
