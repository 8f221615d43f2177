from datetime import timedelta

import pytest

from nanoward.base.entries import FlushSampled
from nanoward.base.plan import Plan
from nanoward.flows.killcode.fire_kill import fire_kill
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    approve_kill,
    request_kill,
)
from nanoward.flows.killcode.verify_flush import (
    SampleRefusedError,
    altered_locus,
    record_sample,
    verify_flush,
)
from nanoward.flows.lane.check_control import check_control
from nanoward.testing.desks import NOW, SECTION, Bay, approval_of, bay_of
from nanoward.testing.ports import memory_site


def fired(bay: Bay) -> str:
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="end", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    for name in ("anna", "ben"):
        approve_kill(bay.desk, bay.book, approval_of(request, name), actor=name)
    fire_kill(bay.desk, bay.book, request.order, actor="anna")
    return request.order


def sample(bay: Bay, order: str, number: int, **changes: object) -> FlushSampled:
    parts: dict[str, object] = {
        "order": order,
        "participant": "P1",
        "sample": f"S{number}",
        "assay": ("culture", "ddpcr")[number % 2],
        "matrix": "stool",
        "taken": bay.clock.now(),
        "valid": True,
        "detected": False,
        "count": None,
        "locus": "intact",
        **changes,
    }
    return FlushSampled(**parts)  # type: ignore[arg-type]


def days(bay: Bay, order: str, many: int, *, first: int = 0, **changes: object) -> list[str]:
    """One sample every 12 hours; the outcome after each."""
    words = []
    for number in range(first, first + many):
        bay.clock.advance(timedelta(hours=12))
        record_sample(bay.desk, bay.book, sample(bay, order, number, **changes), actor="lab")
        words.append(verify_flush(bay.desk, bay.book, actor="lane")[0].outcome)
    return words


@pytest.mark.hazard("H-26")
def test_a_person_is_cleared_behind_the_window_and_when_it_was_foretold() -> None:
    bay = bay_of()
    order = fired(bay)
    words = days(bay, order, 3)
    assert words == ["verifying"] * 3
    words += days(bay, order, 12, first=3)
    place = words.index("cleared")
    assert 5 * 24 <= 12 * (place + 1) <= 7 * 24
    assert bay.book.kills[order].people["P1"] == "cleared"
    told = bay.book.strengths["P1"][-1]
    assert told.log_kill < 6.0  # the next use is expected to be weaker
    assert days(bay, order, 1, first=20, detected=True) == ["escaped"]  # even afterwards
    assert days(bay, order, 1, first=21) == ["escaped"]


@pytest.mark.hazard("H-29")
def test_an_altered_kill_locus_in_the_catalogue_is_an_escape_with_a_second_route() -> None:
    bay = bay_of()
    order = fired(bay)
    bay.clock.advance(timedelta(hours=12))
    found = altered_locus(order, "P1", "S1", bay.clock.now())
    record_sample(bay.desk, bay.book, found, actor="catalogue")
    assert verify_flush(bay.desk, bay.book, actor="lane")[0].outcome == "escaped"
    assert "antibiotic" in bay.told.messages[-1][2]
    size = bay.desk.lane.head().size
    verify_flush(bay.desk, bay.book, actor="lane")
    assert bay.desk.lane.head().size == size  # said once
    weaker = bay.book.strengths["P1"][-1]
    assert weaker.escape > 1e-10


def test_counts_tell_a_response_apart_from_clearance() -> None:
    bay = bay_of()
    order = fired(bay)
    days(bay, order, 1, detected=True, count=1e6)
    days(bay, order, 1, first=1, detected=True, count=1e3)
    decided = bay.book.flushes[(order, "P1")]
    assert (decided.response, decided.outcome) == ("yes", "verifying")


def test_a_sample_of_somebody_not_fired_at_or_from_the_future_is_refused() -> None:
    bay = bay_of()
    order = fired(bay)
    later = bay.clock.now() + timedelta(seconds=1)
    for wrong in (
        sample(bay, order, 1, participant="P2"),
        sample(bay, "nothing", 1),
        sample(bay, order, 1, taken=later),
    ):
        with pytest.raises(SampleRefusedError):
            record_sample(bay.desk, bay.book, wrong, actor="lab")


@pytest.mark.hazard("H-26")
def test_a_clock_that_was_set_ahead_clears_nobody() -> None:
    bay = bay_of()
    order = fired(bay)
    words = days(bay, order, 4)
    bay.clock._now += timedelta(days=30)  # the clock of day alone
    bay.clock._start += timedelta(days=30)
    words.append(verify_flush(bay.desk, bay.book, actor="lane")[0].outcome)
    record_sample(
        bay.desk, bay.book, sample(bay, order, 9, taken=NOW + timedelta(hours=50)), actor="lab"
    )
    words.append(verify_flush(bay.desk, bay.book, actor="lane")[0].outcome)
    assert set(words) == {"verifying"}


def test_the_round_tells_who_is_due_and_who_escaped() -> None:
    plan = Plan(name="w", title="w", sha256="", sections={"control": SECTION})
    bay = bay_of()
    order = fired(bay)
    ports = memory_site(plan, {}, now=NOW)
    day = (NOW + timedelta(days=2)).date()
    told = check_control(ports, plan, day, lane=bay.desk.lane)
    assert told.facts["due for flush verification"] == 1
    assert [one.message for one in told.findings] == ["no valid sample since it was fired"]
    assert told.undecided[0].subject == "P1"
    assert told.tables["flushes"].to_dicts()[0]["outcome"] == "verifying"
    days(bay, order, 1, locus="altered")
    told = check_control(ports, plan, day, lane=bay.desk.lane)
    assert told.facts["escaped"] == "P1"
    assert told.findings[0].severity == "error"


@pytest.mark.hazard("H-81")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"assay": "cultures"}, "cultures of stool is no route of the plan"),
        ({"matrix": "Stool"}, "ddpcr of Stool is no route of the plan"),
        ({"sample": " - "}, "no identifier"),
    ],
)
def test_what_would_count_for_nothing_is_refused_where_it_is_entered(
    changes: dict[str, object], reason: str
) -> None:
    bay = bay_of()
    order = fired(bay)
    with pytest.raises(SampleRefusedError, match=reason):
        record_sample(bay.desk, bay.book, sample(bay, order, 1, **changes), actor="lab")
    assert "FlushSampled" not in bay.kinds()


@pytest.mark.hazard("H-81")
def test_a_sample_counts_once_however_often_and_however_it_is_spelt() -> None:
    bay = bay_of()
    order = fired(bay)
    bay.clock.advance(timedelta(hours=12))
    record_sample(bay.desk, bay.book, sample(bay, order, 1), actor="lab")
    for name in ("S1", "s1", "S 1", "S-1"):
        with pytest.raises(SampleRefusedError, match="on record already"):
            record_sample(bay.desk, bay.book, sample(bay, order, 2, sample=name), actor="lab")
    late = sample(bay, order, 1, detected=True)  # what was missed the first time is taken
    record_sample(bay.desk, bay.book, late, actor="lab")
    assert bay.kinds().count("FlushSampled") == 2
