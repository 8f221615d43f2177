"""Who may be enrolled with which agent, by whom; and when a second person must sign for it."""

from collections.abc import Mapping, Sequence
from typing import Final

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import CarrierEnrolled, body_of
from nanoward.control.gate import CLASS_SHARE
from nanoward.control.identity import identity_of
from nanoward.control.kill_state import Signer
from nanoward.control.plan import ROLES_OF_STAFF

DOMAIN: Final = b"enrolment-v1\0"
MOST_CELLS: Final = 1e15  # a gut holds some 4e13 bacteria of all kinds (Sender 2016)
WEIGHTS_KG: Final = (1.0, 400.0)
AGES: Final = (0.0, 120.0)
ADULT_AGE, ADOLESCENT_AGE = 18.0, 10.0  # years; WHO counts adolescents from 10


def enrolment_bytes(carrier: CarrierEnrolled, *, signer: str) -> bytes:
    """What a person signs who enrols a participant."""
    body = {**body_of(carrier), "signed": []}
    return DOMAIN + canonical_json([body, signer]).encode()


def enrolment_refusals(
    carrier: CarrierEnrolled,
    earlier: CarrierEnrolled | None,
    *,
    signers: Sequence[Signer],
    open_: Sequence[str],
    released: Mapping[str, str],
) -> tuple[str, ...]:
    """Why a participant must not be enrolled so; () when they may.

    signers   people whose signature under this enrolment verifies
    open_     orders, leases and kill codes of the participant that are not over
    released  lots that may be given, with the hash of the spec that each was compared with
    """
    second = second_person_for(carrier, earlier)
    staff = [one for one in signers if one.roles & ROLES_OF_STAFF]
    people = {identity_of(one) for one in staff}
    spec = released.get(carrier.lot)
    checks = (
        (bool(staff), "nobody of the staff has signed it"),
        (
            all(carrier.owner in one.scopes for one in staff),
            f"the key may not enrol with agents of {carrier.owner}",
        ),
        (not second or len(people) >= 2, f"a second person must sign: {second}"),
        (not open_, f"still open: {', '.join(open_)}"),
        (spec is not None, f"lot {carrier.lot} was not released"),
        (
            spec is None or spec == carrier.spec_sha256,
            f"lot {carrier.lot} was released for another spec",
        ),
    )
    return (*(reason for holds, reason in checks if not holds), *_out_of_range(carrier))


def second_person_for(carrier: CarrierEnrolled, earlier: CarrierEnrolled | None) -> str:
    """What changes so that one person alone must not decide it; "" for nothing."""
    if earlier is None:
        return ""
    more = CLASS_SHARE.get(carrier.person_class, 1.0) > CLASS_SHARE.get(
        earlier.person_class, 1.0
    )
    changes = (
        (more, f"class {earlier.person_class} becomes {carrier.person_class}, with less care"),
        (carrier.lot != earlier.lot, f"lot {earlier.lot} becomes {carrier.lot}"),
        (carrier.driver != earlier.driver, f"driver {earlier.driver} becomes {carrier.driver}"),
        (
            (carrier.agent, carrier.spec_sha256, carrier.owner)
            != (earlier.agent, earlier.spec_sha256, earlier.owner),
            "another agent, spec or owner",
        ),
        (carrier.cells < earlier.cells, "fewer cells, so that a flush is over sooner"),
    )
    return "; ".join(told for changed, told in changes if changed)


def _out_of_range(carrier: CarrierEnrolled) -> tuple[str, ...]:
    weight, age, kind = carrier.weight_kg, carrier.age_years, carrier.person_class
    young = age is not None and age < ADULT_AGE
    checks = (
        (kind in CLASS_SHARE, f"no class {kind!r}: {', '.join(CLASS_SHARE)}"),
        (0.0 <= carrier.cells <= MOST_CELLS, f"{carrier.cells:g} cells are no amount"),
        (weight is None or WEIGHTS_KG[0] <= weight <= WEIGHTS_KG[1], f"{weight} kg is nobody"),
        (age is None or AGES[0] <= age <= AGES[1], f"{age} years is nobody"),
        (not (young and kind == "adult"), f"{age} years is no adult"),
        (
            age is None or kind != "adolescent" or ADOLESCENT_AGE <= age < ADULT_AGE,
            f"{age} years is no adolescent",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)
