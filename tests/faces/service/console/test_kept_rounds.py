import zlib
from pathlib import Path

from tests.faces.service.service_world import NOON

from nanoward.faces.service.console import kept_rounds
from nanoward.faces.service.console.kept_rounds import KeptRounds, age_of, drawn
from nanoward.faces.service.console.redacted_round import Reach
from nanoward.programme.access.rights import Right, Scope
from nanoward.testing.fakes import SteppedClock
from nanoward.wiring.service import to_read

ALL = Reach(right=Right.READ_CLINICAL, scope=Scope.ALL)
CODED = Reach(right=Right.READ_CLINICAL, scope=Scope.PSEUDONYMS)
KEY = b"k" * 32


def test_a_section_is_drawn_once_and_then_kept_also_for_the_next_service(
    held: Path, monkeypatch: object
) -> None:
    calls: list[str] = []
    before = kept_rounds.draw_section

    def counted(round_: object, name: str) -> str:
        calls.append(name)
        return before(round_, name)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_rounds, "draw_section", counted)  # type: ignore[attr-defined]
    with to_read(str(held)) as ports:
        first, second = KeptRounds(b"q" * 32), KeptRounds(b"q" * 32)
        for rounds in (first, first, second):
            kept = rounds.last(ports)
            assert kept is not None
            told = rounds.section(ports, kept, "visits", ALL)
        assert zlib.decompressobj(-15).decompress(told.deflated) == told.html
    assert calls == ["visits"]


def test_each_reach_has_its_own_drawing(held: Path) -> None:
    with to_read(str(held)) as ports:
        rounds = KeptRounds(KEY)
        kept = rounds.last(ports)
        assert kept is not None
        named = rounds.section(ports, kept, "board", ALL).html
        coded = rounds.section(ports, kept, "board", CODED).html
    assert b"P001" in named
    assert b"P001" not in coded


def test_the_age_of_a_round_is_counted_in_days(held: Path) -> None:
    with to_read(str(held)) as ports:
        kept = KeptRounds(KEY).last(ports)
    assert kept is not None
    assert age_of(kept, SteppedClock(NOON).now()) == (NOON.date() - kept.held.as_of).days


def test_deflated_pieces_end_on_a_byte() -> None:
    one = drawn(b"x" * 1000)
    assert one.deflated.endswith(b"\x00\x00\xff\xff")
