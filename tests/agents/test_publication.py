from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from nanoward.adapters.signers.spec_keys import Ed25519Signatures
from nanoward.agents import AgentSpec, SpecSignature, refusals, signed_bytes, spec_of
from nanoward.agents.publication import key_bytes, shared_keys

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


@pytest.mark.hazard("H-52")
def test_a_spec_is_expired_on_its_day_and_not_the_day_before(spec: AgentSpec) -> None:
    both = signed(spec, "ada"), signed(spec, "ben")
    assert "expired" in why(spec, *both, day=spec.expires)
    assert why(spec, *both, day=spec.expires - timedelta(days=1)) == ""


@pytest.mark.hazard("H-52")
def test_one_person_with_two_keys_is_one_person(spec: AgentSpec, day: date) -> None:
    """Two keys, two good signatures, one name in two spellings."""
    people = {"ada": KEYS["ada"].public, "Ada": KEYS["ben"].public}
    both = signed(spec, "ada"), signed(spec, "Ada", key="ben")
    told = "; ".join(refusals(spec, both, people, SIGNER.verify, (), day))
    assert "2 of 2 people have signed" in told


@pytest.mark.hazard("H-52")
def test_a_key_is_32_bytes_however_its_digits_are_spelt() -> None:
    key = KEYS["ada"].public
    assert key_bytes(key) == key_bytes(key.upper()) == bytes.fromhex(key)
    assert (
        key_bytes(key[:-2]) is key_bytes(key + "00") is key_bytes("") is key_bytes("qz") is None
    )
    assert shared_keys({"ada": key, "ben": key.upper()}) == ("ada and ben have one key",)
    assert shared_keys({"ada": "00", "ben": "00"}) == ()
