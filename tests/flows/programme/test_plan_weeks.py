"""Weeks planned from the schedule: gates in the data, and the plan used in one append."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.flows.programme.programme_site import NOW, SECTION, TODAY, decide, site

from nanoward.base.entries import ConsentSigned
from nanoward.base.entries.visits import (
    CapacityChanged,
    PlanHeld,
    VisitAsked,
    VisitBooked,
    VisitMoved,
)
from nanoward.clearance.monitoring.schedule import (
    anchors_of,
    planned_visits,
    visit_windows,
    within,
)
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import board_now, ledger_entries, rules_of_programme
from nanoward.flows.programme.book_visit import VisitAsk, ask_visit, book_visit
from nanoward.flows.programme.plan_weeks import (
    LedgerMovedError,
    NoSiteError,
    anchors,
    plan_weeks,
    planned_day,
    use_plan,
    wanted_visits,
)
from nanoward.programme.visits.booking_rules import PlaceWish
from nanoward.programme.visits.site_calendar import HalfDay

SHARED = Path(os.environ.get("NANOWARD_SHARED", Path(__file__).parents[4] / "shared"))
PILOT = SHARED / "data" / "cdiscpilot" / "sdtm_phuse"
AT = HalfDay(TODAY + timedelta(days=1), "morning")


def test_everybody_who_is_in_gets_their_weeks() -> None:
    ports = site("P1", "P2")
    planned = plan_weeks(ports, weeks=2)
    assert planned.plan.optimal
    assert len(planned.plan.places) == 4
    assert planned.plan.unplaced() == ()
    entries = use_plan(ports, planned, reason="plan", by="planner")
    assert sum(isinstance(one, VisitBooked) for one in entries) == 4
    (held,) = (one for one in ledger_entries(ports, "visits") if isinstance(one, PlanHeld))
    assert (held.visits, held.unplaced, held.moved) == (4, 0, 0)
    again = plan_weeks(ports, weeks=2)
    assert use_plan(ports, again, reason="plan", by="planner") == []


@pytest.mark.hazard("H-300")
def test_people_who_left_are_planned_for_nothing_and_held_ones_for_no_dose() -> None:
    section = {**SECTION, "schedule": {"dose": {"every": 7, "before": 1, "after": 1}}}
    ports = site("P1", "P2", "P3", section=section)
    decide(ports, "P1", "held")
    withdraw_participant(ports, "P3", by="P3")
    planned = plan_weeks(ports, weeks=1)
    people = {one.participant: name for name, one in planned.wishes.items()}
    assert set(people) == {"P1", "P2"}
    assert planned.plan.unplaced() == (people["P1"],)
    assert "standing held" in planned.refused[people["P1"]][0]
    assert sorted(anchors(ports)) == ["P1", "P2"]


@pytest.mark.hazard("H-309")
def test_a_stronger_claim_takes_a_place_and_who_loses_it_waits() -> None:
    section = {
        **SECTION,
        "sites": {"ward": {"capacity": {"clin": 1, "room": 1}, "open": ["tue"]}},
    }
    ports = site("P1", "P2", "P3", section=section)
    use_plan(ports, plan_weeks(ports, weeks=1), reason="plan", by="planner")
    assert len(board_now(ports).waiting()) == 1  # two places for three
    ask = VisitAsk(participant="P1", kind="safety", opens=AT.day, planned=AT.day, closes=AT.day)
    name = ask_visit(ports, ask, by="physician")
    entries = use_plan(ports, plan_weeks(ports, weeks=1), reason="safety", by="planner")
    board = board_now(ports)
    assert board.bookings[name].state == "booked"
    assert len(board.waiting()) == 2
    assert entries
    assert not [one for one in entries if isinstance(one, VisitAsked)]  # they wait already


def test_a_room_that_is_gone_is_named_beforehand_and_its_visits_move() -> None:
    ports = site("P1", "P2")
    for who in ("P1", "P2"):
        wish = PlaceWish(booking="", participant=who, kind="weekly", site="ward", at=AT)
        book_visit(ports, wish, by="nurse")
    gone = CapacityChanged(site="ward", resource="room", first=AT.day, last=AT.day, units=1,
                           reason="flooded", by="x")  # fmt: skip
    ports.ledger.append([gone], actor="x", at=NOW)
    section_free = plan_weeks(ports, weeks=1)
    entries = use_plan(ports, section_free, reason="flooded", by="planner")
    assert sum(isinstance(one, VisitMoved) for one in entries) <= 1
    shut = replace(gone, first=TODAY, last=TODAY + timedelta(days=30), units=0)
    ports.ledger.append([shut], actor="x", at=NOW)
    (impossible, *_) = plan_weeks(ports, weeks=1).impossible
    assert (impossible.resource, impossible.there) == ("room", 0)


@pytest.mark.hazard("H-308")
def test_a_plan_is_not_used_where_anybody_booked_meanwhile() -> None:
    ports = site("P1", "P2")
    planned = plan_weeks(ports, weeks=1)
    decide(ports, "P1", "held")
    with pytest.raises(LedgerMovedError):
        use_plan(ports, planned, reason="plan", by="planner")


def test_sites_are_named_where_there_are_several() -> None:
    with pytest.raises(NoSiteError):
        plan_weeks(site("P1"), weeks=1, site="moon")
    with pytest.raises(NoSiteError):
        plan_weeks(site("P1", section={}), weeks=1)
    one = next(iter(plan_weeks(site("P1"), weeks=1).wishes.values()))
    assert planned_day(one) == TODAY


@pytest.mark.hazard("H-308")
def test_at_several_sites_everybody_is_planned_at_one_and_is_in_one_place_at_once() -> None:
    ward = SECTION["sites"]["ward"]
    section = {**SECTION, "sites": {"ward": ward, "north": {**ward, "people": ["P2"]}}}
    ports = site("P1", "P2", section=section)
    first = plan_weeks(ports, weeks=2, site="ward")
    second = plan_weeks(ports, weeks=2, site="north")
    assert {one.participant for one in first.wishes.values()} == {"P1"}
    assert {one.participant for one in second.wishes.values()} == {"P2"}
    place = next(one for one in second.plan.places.values() if one is not None)
    at = HalfDay(TODAY + timedelta(days=place // 2), ("morning", "afternoon")[place % 2])
    elsewhere = PlaceWish(booking="", participant="P2", kind="safety", site="ward", at=at)
    book_visit(ports, elsewhere, by="nurse")
    again = plan_weeks(ports, weeks=2, site="north")
    assert again.plan.unplaced() == ()
    assert place not in again.plan.places.values()


@pytest.mark.skipif(not PILOT.exists(), reason="the pilot is not here")
@pytest.mark.shared
def test_the_pilots_visits_lie_in_the_windows_that_clearance_counts() -> None:
    """V5: visits that TV plans after the anchor, within 1, 3 and 7 days of their day."""
    tables = {name: pl.read_parquet(PILOT / f"{name}.parquet") for name in ("tv", "sv", "dm")}
    starts = anchors_of(tables["dm"])
    told = visit_windows(tables["tv"], tables["sv"], starts)
    plan = planned_visits(tables["tv"]).filter(~pl.col("conditional") & (pl.col("day") > 0))
    told = told.filter(
        pl.col("visit").is_in(plan["visit"].to_list()) & ~pl.col("late").is_null()
    )
    made = {(row["participant"], row["visit"]): row["made"] for row in told.to_dicts()}
    assert len(made) == told.height > 2_000
    for days in (1, 3, 7):
        schedule = {
            f"v{row['visit']}": {"kind": "weekly", "every": 900, "first": row["day"] - 1,
                                 "last": row["day"] - 1, "before": days, "after": days}
            for row in plan.to_dicts()
        }  # fmt: skip
        ports = site(section={**SECTION, "schedule": schedule})
        signed = [
            ConsentSigned(participant=row["participant"], document_sha256="d", version="1",
                          signed=row["anchor"], at=NOW, uses=("study",))
            for row in starts.to_dicts()
        ]  # fmt: skip
        ports.ledger.append(signed, actor="x", at=NOW)
        begin = starts["anchor"].min()
        assert isinstance(begin, date)
        wanted = wanted_visits(
            ports, rules_of_programme(ports), board_now(ports), begin, weeks=250
        )
        inside = sum(
            one.opens <= at <= one.closes
            for one in wanted.values()
            if one.opens and one.closes
            and (at := made.get((one.participant, float(one.occasion.split()[0][1:]))))
        )  # fmt: skip
        assert inside == within(told, days)


@pytest.mark.hazard("H-309")
def test_a_kind_that_the_plan_no_longer_knows_is_told_and_holds_up_nobody_else() -> None:
    needs = {"weekly": SECTION["needs"]["weekly"]}
    ports = site("P1", section={**SECTION, "needs": needs})
    asked = VisitAsked(
        booking="b-old", participant="P1", kind="dose", occasion="", opens=TODAY, planned=TODAY,
        closes=TODAY, by="x",
    )  # fmt: skip
    ports.ledger.append([asked], actor="x", at=NOW)
    planned = plan_weeks(ports, weeks=1)
    assert planned.plan.unplaced() == ("b-old",)
    assert planned.refused == {"b-old": ("nothing says what 'dose' needs",)}
    assert len(planned.plan.places) == 2
