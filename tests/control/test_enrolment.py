from dataclasses import replace
from typing import Any

import pytest

from nanoward.base.entries import CarrierEnrolled
from nanoward.control.enrolment import (
    enrolment_bytes,
    enrolment_refusals,
    second_person_for,
)
from nanoward.control.kill_state import Signer

NURSE = Signer(name="nurse", roles=frozenset({"staff"}), key="kn")
ANNA = Signer(name="anna", roles=frozenset({"physician"}), key="ka")
CARA = Signer(name="cara", roles=frozenset({"council"}), key="kc")
P1 = CarrierEnrolled(
    participant="P1",
    agent="A1",
    spec_sha256="5",
    lot="L1",
    driver="sim",
    owner="ours",
    person_class="adult",
    cells=1e9,
)
RELEASED = {"L1": "5", "L2": "5", "L3": "other"}


def why_not(
    carrier: CarrierEnrolled = P1,
    earlier: CarrierEnrolled | None = None,
    *signers: Signer,
    open_: tuple[str, ...] = (),
) -> str:
    return " · ".join(
        enrolment_refusals(
            carrier, earlier, signers=signers or (NURSE,), open_=open_, released=RELEASED
        )
    )


@pytest.mark.hazard("H-72")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lot": "L9"}, "lot L9 was not released"),
        ({"lot": "L3"}, "released for another spec"),
        ({"person_class": "hero"}, "no class 'hero'"),
        ({"cells": -1.0}, "no amount"),
        ({"cells": float("nan")}, "no amount"),
        ({"cells": float("inf")}, "no amount"),
        ({"cells": 1.1e15}, "no amount"),
        ({"weight_kg": 0.9}, "kg is nobody"),
        ({"weight_kg": 401.0}, "kg is nobody"),
        ({"weight_kg": float("nan")}, "kg is nobody"),
        ({"age_years": -1.0}, "years is nobody"),
        ({"age_years": 121.0}, "years is nobody"),
        ({"age_years": 17.0}, "17.0 years is no adult"),
        ({"age_years": 18.0, "person_class": "adolescent"}, "18.0 years is no adolescent"),
        ({"age_years": 9.0, "person_class": "adolescent"}, "9.0 years is no adolescent"),
        ({"owner": "acme"}, "may not enrol with agents of acme"),
    ],
)
def test_what_cannot_be_is_not_enrolled(changes: dict[str, Any], reason: str) -> None:
    assert reason in why_not(replace(P1, **changes))


def test_a_sound_enrolment_is_taken_from_one_of_the_staff() -> None:
    assert why_not() == ""
    assert why_not(replace(P1, age_years=18.0, weight_kg=400.0, cells=1e15)) == ""
    assert why_not(replace(P1, age_years=10.0, person_class="adolescent")) == ""
    assert "nobody of the staff" in why_not(P1, None, CARA)


@pytest.mark.hazard("H-72")
def test_nothing_is_enrolled_over_what_is_open() -> None:
    assert why_not(open_=("order O1", "a kill code")) == "still open: order O1, a kill code"


@pytest.mark.hazard("H-72")
@pytest.mark.parametrize(
    ("before", "changes"),
    [
        ({}, {"lot": "L2"}),
        ({}, {"driver": "other"}),
        ({}, {"agent": "A2"}),
        ({}, {"cells": 1e8}),
        ({"person_class": "frail"}, {"person_class": "adult"}),
        ({"person_class": "pregnant"}, {"person_class": "frail"}),
        ({"person_class": "unknown"}, {"driver": "other"}),
    ],
)
def test_a_change_towards_less_care_takes_two_people(
    before: dict[str, Any], changes: dict[str, Any]
) -> None:
    earlier = replace(P1, **before)
    later = replace(P1, **changes)
    assert second_person_for(later, earlier)
    assert "a second person must sign" in why_not(later, earlier)
    assert "a second person must sign" in why_not(later, earlier, NURSE, CARA)
    renamed = Signer(name="Nurse", roles=NURSE.roles, key="k2")
    assert "a second person must sign" in why_not(later, earlier, NURSE, renamed)
    assert "second person" not in why_not(later, earlier, NURSE, ANNA)


def test_the_same_again_or_more_care_takes_one() -> None:
    assert second_person_for(P1, None) == ""
    assert second_person_for(P1, P1) == ""
    assert second_person_for(replace(P1, person_class="pregnant"), P1) == ""
    assert second_person_for(replace(P1, cells=1e10), P1) == ""


def test_what_is_signed_changes_with_every_part_and_with_who_signs() -> None:
    parts: dict[str, Any] = {
        "participant": "P2",
        "lot": "L2",
        "driver": "x",
        "person_class": "frail",
        "cells": 1.0,
        "age_years": 1.0,
        "weight_kg": 1.0,
    }
    texts = {
        enrolment_bytes(replace(P1, **{key: one}), signer="a") for key, one in parts.items()
    }
    texts |= {enrolment_bytes(P1, signer="a"), enrolment_bytes(P1, signer="b")}
    assert len(texts) == len(parts) + 2
    assert enrolment_bytes(replace(P1, signed=("x",)), signer="a") in texts
