from dataclasses import replace
from datetime import timedelta

import pytest

from nanoward.base.entries import CarrierEnrolled, LotRefused
from nanoward.control.enrolment import enrolment_bytes
from nanoward.flows.desk.known_keys import key_verifies
from nanoward.flows.orders.enrol_carrier import (
    EnrolmentRefusedError,
    enrol_carrier,
    open_matters,
)
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import (
    NOW,
    NURSE,
    SIGNERS,
    SPEC_SHA256,
    Bay,
    asked_of,
    bay_of,
    key_of,
)

ANNA = SIGNERS["anna"]


def carrier(bay: Bay, who: str = "P3", **changes: object) -> CarrierEnrolled:
    return replace(bay.book.carriers["P1"], participant=who, **changes)  # type: ignore[arg-type]


@pytest.mark.hazard("H-72")
def test_an_enrolment_bears_the_signatures_of_who_made_it() -> None:
    bay = bay_of()
    made = enrol_carrier(bay.desk, bay.book, carrier(bay), keys=[NURSE], actor="nurse")
    name, key, signature = made.signed[0].split(" ")
    assert (name, key) == ("nurse", NURSE.key)
    assert key_verifies(bay.desk, key, enrolment_bytes(made, signer=name), signature)
    assert bay.book.carriers["P3"] == made


@pytest.mark.hazard("H-72")
def test_who_is_unknown_or_alone_or_without_a_driver_or_lot_enrols_nobody() -> None:
    bay = bay_of()
    size = bay.desk.lane.head().size
    for changes, keys, reason in (
        ({}, [key_of("P1")], "does not count here"),
        ({"driver": "pump"}, [NURSE], "no driver is called 'pump'"),
        ({"lot": "L2"}, [NURSE], "lot L2 was not released"),
        ({"who": "P1", "person_class": "frail", "cells": 1.0}, [NURSE], "second person"),
        ({"who": "P1", "cells": 1.0}, [NURSE, NURSE], "second person"),
    ):
        with pytest.raises(EnrolmentRefusedError, match=reason):
            enrol_carrier(bay.desk, bay.book, carrier(bay, **changes), keys=keys, actor="eve")
    assert bay.desk.lane.head().size == size
    less = carrier(bay, "P1", cells=1.0)
    assert enrol_carrier(bay.desk, bay.book, less, keys=[NURSE, ANNA], actor="nurse")


def test_a_lot_that_was_refused_later_is_given_to_nobody_more() -> None:
    bay = bay_of()
    refused = LotRefused(
        lot="L1",
        agent="A1",
        version="1",
        spec_sha256=SPEC_SHA256,
        refused=NOW.date(),
        reasons=("kill locus",),
        reads=(),
    )
    bay.desk.ledger.append([refused], actor="lab", at=NOW)
    with pytest.raises(EnrolmentRefusedError, match="lot L1 was not released"):
        enrol_carrier(bay.desk, bay.book, carrier(bay), keys=[NURSE], actor="nurse")


@pytest.mark.hazard("H-70")
def test_nobody_is_enrolled_again_over_an_order_a_lease_or_a_kill_code() -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    assert open_matters(bay.desk, bay.book, "P1") == ("lease of order O1",)
    with pytest.raises(EnrolmentRefusedError, match="still open: lease of order O1"):
        enrol_carrier(bay.desk, bay.book, carrier(bay, "P1"), keys=[NURSE], actor="nurse")
    bay.clock.advance(timedelta(seconds=600))
    assert open_matters(bay.desk, bay.book, "P1") == ()
    bay.agents.misbehave("P1", ["silent"])
    again = asked_of(order="O2", issued=bay.clock.now())
    send_order(bay.desk, bay.book, again, actor="nurse")
    assert open_matters(bay.desk, bay.book, "P1") == ("order O2",)
