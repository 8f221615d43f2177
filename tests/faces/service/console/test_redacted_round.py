from pathlib import Path

import pytest

from nanoward.faces.service.console.redacted_round import (
    WITHHELD,
    Reach,
    redacted_round,
)
from nanoward.faces.service.console.section_drawing import SECTIONS, draw_section
from nanoward.flows.queries.whole_round import whole_round
from nanoward.flows.round.round import Round
from nanoward.programme.access.rights import Right, Scope
from nanoward.wiring.service import to_read

KEY = b"k" * 32


@pytest.fixture(scope="module")
def whole(held: Path) -> Round:
    with to_read(str(held)) as ports:
        return whole_round(ports)


def reach(scope: Scope, site: str = "") -> Reach:
    return Reach(right=Right.READ_CLINICAL, scope=scope, site=site)


@pytest.mark.hazard("H-405")
@pytest.mark.parametrize(
    "scope", [Scope.PSEUDONYMS, Scope.MINIMAL, Scope.CODED_ARM, Scope.SITE]
)
def test_every_section_is_drawn_of_a_redacted_round(whole: Round, scope: Scope) -> None:
    told = redacted_round(whole, reach(scope, "nowhere" if scope is Scope.SITE else ""), KEY)
    arms = set(whole.tables["standings"]["arm"].drop_nulls()) - {""}
    for name in SECTIONS:
        if scope is Scope.MINIMAL and name not in ("board", "people", "safety"):
            continue  # an epidemiologist is shown none of the others
        text = draw_section(told, name)
        if scope in (Scope.PSEUDONYMS, Scope.SITE):
            assert "P001" not in text, name
        if scope is Scope.CODED_ARM and name in ("board", "safety"):
            assert not [arm for arm in arms if f">{arm}<" in text], name


def test_words_that_were_taken_out_say_so(whole: Round) -> None:
    told = redacted_round(whole, reach(Scope.PSEUDONYMS), KEY).tables["findings"]
    assert set(told["message"]) == {WITHHELD}
    assert told.columns == whole.tables["findings"].columns


def test_whoever_reaches_everybody_has_the_same_round(whole: Round) -> None:
    assert redacted_round(whole, reach(Scope.ALL), KEY) is whole
    assert redacted_round(whole, reach(Scope.SITE), KEY) is whole


def test_a_site_s_people_are_those_that_the_guard_knows(whole: Round) -> None:
    """Not whoever has a row of that site in some table: people visit other sites too."""
    near = frozenset({"P001"})
    mine = Reach(right=Right.READ_CLINICAL, scope=Scope.SITE, site="ward", near=near)
    told = redacted_round(whole, mine, KEY).tables["standings"]
    assert set(told["participant"]) == near
    other = Reach(right=Right.READ_CLINICAL, scope=Scope.SITE, site="ward")
    assert mine.words() != other.words()
    assert redacted_round(whole, other, KEY).tables["standings"].is_empty()
