"""The executive part: for members alone, without arms or secret positions, the same again."""

import json
from pathlib import Path

import pytest
from tests.flows.council.council_programme import MEMBERS, council_programme

from nanoward.flows.council.executive_part import executive_part
from nanoward.flows.council.make_pack import make_pack
from nanoward.flows.council.pause_programme import ask_council, pause_programme
from nanoward.flows.council.take_position import commit_position, open_pack
from nanoward.programme.council.matters import Position
from nanoward.wiring.council import open_council

GUESSED = '[programme.council.grades]\n"sdtm.AE" = "guessed"'


@pytest.mark.hazard("H-248")
def test_members_have_before_them_what_stood_when_the_pack_was_made(tmp_path: Path) -> None:
    ward = council_programme(tmp_path, more=GUESSED)
    with open_council(ward.folder, quiet=True) as desk:
        made = make_pack(desk, by="anna")
        first = open_pack(desk, made.name, "executive", member="ben", keys=ward.keys("ben"))
        open_pack(desk, made.name, "closed", member="ben", keys=ward.keys("ben"))
        said = Position(decision="stop", reason="my secret", conflict="", accepts_guess=False,
                        nonce="")  # fmt: skip
        commit_position(desk, made.name, said, member="ben", keys=ward.keys("ben"))
        pause_programme(desk, "two of six", by="sponsor")
        ask_council(desk, "Why so late?", "coordinator", by="anna")
        assert executive_part(desk, made.made) == first  # what came later is the next pack's
    told = json.loads(first)
    assert told["members"] == sorted(MEMBERS)
    assert "events/Heart/people = 12" in told["guessed"]
    assert (told["pauses"], told["asked"], told["decisions"]) == ([], [], [])
    text = first.decode()
    assert not any(word in text for word in ("High", "Placebo", "secret", "_by_arm"))


def test_the_next_pack_begins_with_what_came_since(tmp_path: Path) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        make_pack(desk, by="anna")
        pause_programme(desk, "two of six", by="sponsor")
        ask_council(desk, "Why so late?", "coordinator", by="anna")
    from tests.flows.council.council_programme import hold_round, tables_of

    tables = tables_of(ward.folder)
    beds = tables["findings"].rename({"code": "resource"}).with_columns(taken=3)
    hold_round(ward.folder, {**tables, "capacity": beds})
    with open_council(ward.folder, quiet=True) as desk:
        made = make_pack(desk, by="anna")
        told = json.loads(executive_part(desk, made.made))
    assert [one["reason"] for one in told["pauses"]] == ["two of six"]
    assert [one["words"] for one in told["asked"]] == ["Why so late?"]
