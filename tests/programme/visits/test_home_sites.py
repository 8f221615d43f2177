"""Everybody has one site, and what they have elsewhere is known."""

from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries.visits import VisitBooked
from nanoward.programme.visits.booking_board import board_of
from nanoward.programme.visits.home_sites import busy_half_days, home_sites
from nanoward.programme.visits.site_calendar import HalfDay, SiteError, sites_of

SITES = sites_of({"sites": {"ward": {}, "north": {"people": ["P2"]}}}, "UTC")


def booked(name: str, who: str, site: str, day: int) -> VisitBooked:
    return VisitBooked(
        booking=name, participant=who, kind="weekly", site=site, day=date(2026, 12, day),
        half="morning", zone="UTC", starts=datetime(2026, 12, day, 8, tzinfo=UTC), needs=(),
        by="n",
    )  # fmt: skip


def test_the_plan_names_a_site_else_the_newest_place_else_the_first() -> None:
    entries = [booked("a", "P1", "ward", 1), booked("b", "P1", "north", 8),
               booked("c", "P2", "ward", 8), booked("d", "P4", "gone", 8)]  # fmt: skip
    board = board_of(entries, lambda _: frozenset({"weekly"}))
    assert home_sites(SITES, board, ["P1", "P2", "P3", "P4"]) == {
        "P1": "north", "P2": "north", "P3": "ward", "P4": "ward"
    }  # fmt: skip
    busy = busy_half_days(board, "P1", ["b"])
    assert busy == {HalfDay(date(2026, 12, 1), "morning")}
    assert busy_half_days(board, "P9", []) == set()


@pytest.mark.parametrize("people", [["P2"], "P2", [2]])
def test_nobody_comes_to_two_sites_by_plan(people: object) -> None:
    with pytest.raises(SiteError, match=r"people|two sites"):
        sites_of({"sites": {"a": {"people": ["P2"]}, "b": {"people": people}}}, "UTC")
