from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.agents import AgentSpec, SpecSignature, refusals, signed_bytes, spec_of

Made = tuple[dict[str, Any], dict[str, str]]
SIGNER = Ed25519Signatures()
KEYS = {name: SIGNER.new_key() for name in ("ada", "ben", "eve")}
PEOPLE = {name: KEYS[name].public for name in ("ada", "ben")}


def signed(spec: AgentSpec, name: str, key: str = "") -> SpecSignature:
    public, signature = SIGNER.sign(KEYS[key or name].private, signed_bytes(spec))
    return SpecSignature(person=name, key=public, signature=signature)


@pytest.fixture
def spec(make_spec: Callable[[int], Made]) -> AgentSpec:
    made, _ = spec_of(make_spec(4)[0])
    assert made is not None
    return made


def why(spec: AgentSpec, *who: SpecSignature, before: tuple[str, ...] = (), day: date) -> str:
    return "; ".join(refusals(spec, who, PEOPLE, SIGNER.verify, before, day))


def test_two_people_publish_a_rising_version(spec: AgentSpec, day: date) -> None:
    both = signed(spec, "ada"), signed(spec, "ben")
    assert why(spec, *both, before=("0.1.0", "1.2.3"), day=day) == ""


@pytest.mark.hazard("H-52")
def test_one_person_twice_or_a_stranger_does_not_publish(spec: AgentSpec, day: date) -> None:
    ada = signed(spec, "ada")
    assert "1 of 2" in why(spec, ada, ada, day=day)
    assert "eve may not" in why(spec, ada, signed(spec, "eve"), day=day)
    assert "ben may not" in why(spec, ada, signed(spec, "ben", key="ada"), day=day)


@pytest.mark.hazard("H-52")
def test_a_signature_for_another_spec_does_not_count(
    spec: AgentSpec, day: date, make_spec: Callable[[int], Made]
) -> None:
    other, _ = spec_of(make_spec(8)[0])
    assert other is not None
    told = why(spec, signed(spec, "ada"), signed(other, "ben"), day=day)
    assert "ben does not fit" in told


@pytest.mark.parametrize("before", ["1.2.4", "1.10.0", "2.0.0"])
def test_a_version_that_does_not_rise_is_no_publication(
    spec: AgentSpec, day: date, before: str
) -> None:
    both = signed(spec, "ada"), signed(spec, "ben")
    assert "does not rise" in why(spec, *both, before=(before,), day=day)


def test_an_expired_spec_is_no_publication(spec: AgentSpec) -> None:
    both = signed(spec, "ada"), signed(spec, "ben")
    assert "expired" in why(spec, *both, day=date(2028, 1, 1))
