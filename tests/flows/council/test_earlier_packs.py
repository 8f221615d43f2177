"""Earlier packs: read again by what the ledger names, or nothing is shown."""

from pathlib import Path

import pytest
from tests.flows.council.council_programme import (
    CouncilProgramme,
    council_programme,
    eye_events,
    hold_round,
)

from nanoward.flows.council.council_state import matters_now
from nanoward.flows.council.earlier_packs import EarlierPackTellsError, EarlierPackUnreadError
from nanoward.flows.council.make_pack import make_pack
from nanoward.wiring.council import open_council


@pytest.fixture
def ward(tmp_path: Path) -> CouncilProgramme:
    """A pack was made; then the round of the same day was held again, with one person more."""
    made = council_programme(tmp_path)
    hold_round(made.folder, eye_events(made.folder, more=False))
    with open_council(made.folder, quiet=True) as desk:
        make_pack(desk, by="a")
    hold_round(made.folder, eye_events(made.folder, more=True))
    return made


@pytest.mark.hazard("H-357")
def test_a_round_held_again_takes_nothing_from_the_comparison(ward: CouncilProgramme) -> None:
    with open_council(ward.folder, quiet=True) as desk:
        with pytest.raises(EarlierPackTellsError, match="events/Eye with k-"):
            make_pack(desk, by="a")
        assert len(matters_now(desk.ports).packs) == 1


@pytest.mark.hazard("H-357")
def test_an_earlier_pack_that_cannot_be_read_refuses(ward: CouncilProgramme) -> None:
    kept = list((Path(ward.folder) / ".nanoward/blobs/packs").iterdir())
    assert kept
    for one in kept:
        one.unlink()
    with (
        open_council(ward.folder, quiet=True) as desk,
        pytest.raises(EarlierPackUnreadError, match="is not kept"),
    ):
        make_pack(desk, by="a")
