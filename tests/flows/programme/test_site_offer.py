"""What a site offers a plan: less what is booked and who sleeps there."""

from datetime import timedelta

from tests.flows.programme.programme_site import SECTION, TODAY, site
from tests.flows.programme.test_book_visit import AT, wish

from nanoward.flows.programme.ask_gate import board_now, rules_of_programme
from nanoward.flows.programme.book_visit import book_visit
from nanoward.flows.programme.site_offer import half_day_number, site_offer
from nanoward.programme.visits.plan_problem import Offer
from nanoward.programme.visits.site_calendar import HalfDay

NEEDS = {**SECTION["needs"], "image": {"bed_shared": 1}, "sample": {"bed": 1}}


def offered(*, anew: bool) -> Offer:
    ports = site("P1", "P2", section={**SECTION, "needs": NEEDS})
    names = {
        book_visit(ports, wish("P1", "image"), by="n"),
        book_visit(ports, wish("P2", "dose"), by="n"),
    }
    rules, board = rules_of_programme(ports), board_now(ports)
    asked = frozenset(names) if anew else frozenset()
    return site_offer(rules, rules.visits.sites["ward"], board, TODAY, 1, asked)


def test_what_is_booked_is_not_offered_again_unless_it_is_planned_anew() -> None:
    number = half_day_number(TODAY, AT)
    assert number == 2
    kept, anew = offered(anew=False), offered(anew=True)
    for name, there, left in (("clin", 2, 0), ("room", 2, 1), ("bed_shared", 2, 1)):
        assert anew.most(name, number) == there
        assert kept.most(name, number) == left
    assert kept.most("bed", number) == 2
    assert kept.most("bed_shared", number + 1) == 1  # the night belongs to both halves
    assert kept.most("bed_apart", number) == 1
    assert half_day_number(TODAY, HalfDay(TODAY + timedelta(days=2), "afternoon")) == 5
