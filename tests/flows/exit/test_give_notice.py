from pathlib import Path

import pytest

from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.notes import is_signed, read_note
from nanoward.base.errors import UsageError
from nanoward.base.names import NoNameError
from nanoward.flows.exit.give_notice import UnknownWishError, give_notices, notice_from
from nanoward.testing.fakes import SteppedClock
from nanoward.testing.way_out import START, WayOut

CLOCK = SteppedClock(START)


def notice(name: str, who: str = "P1", wish: str = "leave"):  # type: ignore[no-untyped-def]
    return notice_from({"notice": name, "wish": wish, "participant": who}, CLOCK)


@pytest.mark.hazard("H-96")
def test_a_receipt_proves_the_notice_under_a_signed_checkpoint(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    (receipt,) = give_notices(way.spool, [notice("n")], CLOCK)
    note = read_note(receipt.checkpoint)
    assert is_signed(note, way.spool.key())
    assert checkpoint_of(note).size == receipt.seq == 1
    assert way.spool.prove(1).index == 0
    assert not receipt.repeated
    way.close()


@pytest.mark.hazard("H-99")
def test_what_is_said_twice_stands_once_whoever_says_it(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    first = give_notices(way.spool, [notice("n"), notice("n"), notice("m", "P2")], CLOCK)
    assert [one.seq for one in first] == [1, 1, 2]
    again = give_notices(way.spool, [notice("m", "P2"), notice("o")], CLOCK)
    assert [(one.seq, one.repeated) for one in again] == [(2, True), (3, False)]
    assert again[0].leaf == first[2].leaf
    everybody = [notice("e", "", "stop"), notice("e", "", "stop")]
    assert {one.seq for one in give_notices(way.spool, everybody, CLOCK)} == {4}
    assert give_notices(way.spool, everybody[:1], CLOCK)[0].repeated
    assert way.spool.head().size == 4
    way.close()


def test_a_request_is_read_generously_and_names_one_person() -> None:
    made = notice_from({"notice": "n", "wish": "leave", "participant": " Jose\u0301"}, CLOCK)
    assert (made.participant, made.by) == ("Jos\u00e9", "Jos\u00e9")
    asked = {"notice": "n", "wish": "less", "participant": "P", "value": 2, "setting": "rate"}
    assert (notice_from(asked, CLOCK).value, notice_from(asked, CLOCK).setting) == (2.0, "rate")
    assert notice_from({"notice": "n", "wish": "stop"}, CLOCK).by == "unknown"
    with pytest.raises(UnknownWishError):
        notice_from({"notice": "n", "wish": "dose", "participant": "P"}, CLOCK)
    with pytest.raises(NoNameError):
        notice_from({"notice": "n", "wish": "leave", "participant": " "}, CLOCK)
    assert issubclass(UnknownWishError, UsageError)


@pytest.mark.hazard("H-99")
def test_two_who_give_the_same_notice_at_the_same_moment_keep_it_once(tmp_path: Path) -> None:
    way = WayOut(tmp_path)

    class Overtaken:
        """Somebody else gives the notice between the look and the append."""

        def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
            return getattr(way.spool, name)

        def append(self, entries, **how):  # type: ignore[no-untyped-def]
            give_notices(way.spool, [notice("n")], CLOCK)
            return way.spool.append(entries, **how)

    (receipt,) = give_notices(Overtaken(), [notice("n")], CLOCK)  # type: ignore[arg-type]
    assert (receipt.seq, receipt.repeated, way.spool.head().size) == (1, True, 1)
    way.close()


@pytest.mark.hazard("H-99")
@pytest.mark.parametrize(
    ("wish", "asked", "kept"),
    [
        ("less", {"setting": "rate", "value": "2", "unit": "mg"}, ("rate", 2.0, "mg")),
        ("less", {"setting": "rate"}, ("rate", None, "")),
        ("less", {}, ("", None, "")),
        ("leave", {"setting": "rate", "value": 2, "unit": "mg"}, ("", None, "")),
        ("stop", {"setting": "rate", "value": 2, "unit": "mg"}, ("", None, "")),
    ],
)
def test_how_far_to_lower_is_kept_of_a_wish_for_less_alone(
    wish: str, asked: dict[str, object], kept: tuple[str, float | None, str]
) -> None:
    found = notice_from({"notice": "n", "wish": wish, "participant": "P1", **asked}, CLOCK)
    assert (found.setting, found.value, found.unit) == kept
