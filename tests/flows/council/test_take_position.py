"""What was sealed, committed and shown must be the same."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.flows.council.council_programme import MEMBERS, council_programme

from nanoward.base.entries.council import PositionCommitted
from nanoward.flows.council import take_position
from nanoward.flows.council.council_state import matters_now
from nanoward.flows.council.make_pack import make_pack
from nanoward.flows.council.take_position import (
    PackChangedError,
    commit_position,
    open_pack,
    show_position,
)
from nanoward.programme.council.charter import CouncilRefusedError, NotMemberError
from nanoward.programme.council.matters import Position
from nanoward.wiring.council import open_council

SAID = Position(decision="stop", reason="r", conflict="", accepts_guess=False, nonce="")


@pytest.mark.hazard("H-356")
def test_a_position_is_taken_once_and_only_by_who_has_seen_the_pack(tmp_path: Path) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        pack = make_pack(desk, by="anna").name
        keys = ward.keys("ben")
        with pytest.raises(CouncilRefusedError, match="has not opened"):
            commit_position(desk, pack, SAID, member="ben", keys=keys)
        shut = open_pack(desk, pack, "open", member="ben")
        assert b"numbers" in shut
        assert open_pack(desk, pack, "open", member="ben", keys=keys) == shut
        assert open_pack(desk, pack, "closed", member="ben") == shut  # who shows no key
        with pytest.raises(CouncilRefusedError, match="has not opened"):
            commit_position(desk, pack, SAID, member="ben", keys=keys)
        executive = open_pack(desk, pack, "executive", member="ben", keys=keys)
        assert b'"quorum":2' in executive
        with pytest.raises(NotMemberError, match="not anna's"):
            open_pack(desk, pack, "executive", member="anna", keys=keys)
        with pytest.raises(CouncilRefusedError, match="has not opened"):
            commit_position(desk, pack, SAID, member="ben", keys=keys)
        open_pack(desk, pack, "closed", member="ben", keys=keys)
        first = commit_position(desk, pack, SAID, member="ben", keys=keys)
        assert len(first) == 64
        with pytest.raises(CouncilRefusedError, match="has taken"):
            commit_position(desk, pack, SAID, member="ben", keys=keys)
        with pytest.raises(CouncilRefusedError, match="stay secret"):
            show_position(desk, pack, member="ben", keys=keys)


@pytest.mark.hazard("H-356")
def test_a_position_that_is_not_what_was_committed_is_not_shown(tmp_path: Path) -> None:
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        ports, made = desk.ports, make_pack(desk, by="anna").made
        keys, now = ward.keys("ben"), desk.ports.clock.now()
        other = replace(SAID, decision="raise").content(made, "ben")
        sealed = ports.blobs.put(keys.seal(other, sealing_key=keys.sealing_key))
        for name in MEMBERS:
            committed = PositionCommitted(
                pack=made.pack, member=name, commitment=SAID.commitment(made, name),
                sealed_sha256=sealed, at=now, signature="",
            )  # fmt: skip
            ports.ledger.append([committed], actor=name, at=now)
        with pytest.raises(PackChangedError, match="not what was committed"):
            show_position(desk, made.pack, member="ben", keys=keys)
        assert not matters_now(ports).shown


def test_the_guesses_behind_a_raise_alone_are_asked_about() -> None:
    numbers: Any = [SimpleNamespace(guesses=("x", "y")), SimpleNamespace(guesses=("x",))]
    assert take_position._accepted("raise", numbers) == ("x", "y")
    for other in ("stop", "continue"):
        assert take_position._accepted(other, numbers) == ()
