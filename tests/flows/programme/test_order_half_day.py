"""A half-day in order: everybody once, payment last, and what cannot be ordered is told."""

import numpy as np
import pytest
from tests.flows.programme.programme_site import SECTION, site
from tests.flows.programme.test_book_visit import AT, wish

from nanoward.flows.programme.book_visit import book_visit
from nanoward.flows.programme.order_half_day import NoOrderError, OrderedHalfDay, order_half_day
from nanoward.ports.ports import Ports

STEPS = {"weekly": {"clin": 2, "payment": 1}, "safety": {"clin": 3}}
RNG = np.random.default_rng(1)


def ordered(ports: Ports) -> OrderedHalfDay:
    return order_half_day(ports, AT, rng=RNG)


def test_everybody_is_seen_once_and_paid_last() -> None:
    ports = site("P1", "P2", section={**SECTION, "steps": STEPS})
    for who in ("P1", "P2"):
        book_visit(ports, wish(who), by="n")
    found = ordered(ports)
    assert (found.order.quarters, found.quarters, found.fits) == (4, 20, True)
    assert found.begins.hour == 8
    begins = {(one.step.person, one.step.staff): one.begins for one in found.order.slots}
    assert begins["P1", "clin"] == begins["P2", "clin"] == 0
    assert sorted(begins[who, "payment"] for who in ("P1", "P2")) == [2, 3]


def test_what_cannot_be_put_in_order_is_told() -> None:
    ports = site("P1", "P2", section={**SECTION, "steps": {"weekly": {"nurse": 1}}})
    book_visit(ports, wish("P1"), by="n")
    with pytest.raises(NoOrderError, match="nobody is there for nurse"):
        ordered(ports)
    book_visit(ports, wish("P2", "safety"), by="n")
    with pytest.raises(NoOrderError, match="of the kind safety"):
        ordered(ports)
    assert ordered(site("P1")).order.quarters == 0
