"""A confirmation counts as whose key signed it, where the programme names who may sign."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.signers.ed25519 import Ed25519Signer
from nanoward.base.plan import Plan
from nanoward.flows.clearance.confirm_change import NobodyConfirmsError, confirm_changes
from nanoward.flows.clearance.sign_confirmation import confirmation_bytes, signing_confirmer
from nanoward.flows.desk.known_keys import key_verifies
from nanoward.ports.ports import Ports
from nanoward.testing.desks import NOW, SECTION, SIGNERS, bay_of
from nanoward.testing.ports import memory_site

WAITING = {"P1": {"aa": "row AE x: AE x -> gone"}}


def site(section: Mapping[str, Any]) -> Ports:
    plan = Plan(name="w", title="W", sha256="", sections={"control": dict(section)})
    return memory_site(plan, {}, now=NOW)


@pytest.mark.hazard("H-253")
def test_the_key_says_who_confirms_and_the_signature_verifies() -> None:
    bay, ports = bay_of(), site(SECTION)
    sign = signing_confirmer(bay.desk, SIGNERS["anna"])
    entry = confirm_changes(ports, WAITING, "P1", reason="a double", by="", sign=sign)
    name, key, signature = entry.signed.split(" ", 2)
    assert (entry.by, name, key) == ("anna", "anna", SIGNERS["anna"].key)
    assert key_verifies(bay.desk, key, confirmation_bytes(entry), signature)
    bent = replace(entry, changes=("bb",))
    assert not key_verifies(bay.desk, key, confirmation_bytes(bent), signature)


@pytest.mark.hazard("H-253")
def test_a_name_alone_is_nobody_where_there_are_signers() -> None:
    ports = site(SECTION)
    with pytest.raises(NobodyConfirmsError, match="--key-file"):
        confirm_changes(ports, WAITING, "P1", reason="a double", by="anna")
    assert ports.ledger.head().size == 0


@pytest.mark.hazard("H-253")
def test_a_foreign_key_and_another_name_confirm_nothing() -> None:
    bay, ports = bay_of(), site(SECTION)
    stranger = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"z" * 32))
    with pytest.raises(NobodyConfirmsError, match="does not count"):
        signing_confirmer(bay.desk, stranger)
    sign = signing_confirmer(bay.desk, SIGNERS["anna"])
    with pytest.raises(NobodyConfirmsError, match="anna's, not ben's"):
        confirm_changes(ports, WAITING, "P1", reason="a double", by="ben", sign=sign)
    assert ports.ledger.head().size == 0
