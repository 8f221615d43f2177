from dataclasses import replace

import pytest
from tests.faces.service.identity.identity_world import SoftPasskey
from webauthn.helpers.cose import COSECRV

from nanoward.adapters.accounts import host_passkeys
from nanoward.adapters.accounts.host_passkeys import HostPasskeys
from nanoward.adapters.signers.webauthn import RelyingParty
from nanoward.ports.service.passkeys import PasskeyRefusedError

ORIGIN = "https://ward.example"
HOST = HostPasskeys(RelyingParty(domain="ward.example", origin=ORIGIN), "A ward")
CHALLENGE = bytes(range(32))


def test_what_is_registered_is_verified_by_the_verifier_of_orders() -> None:
    key = SoftPasskey(ORIGIN)
    asked = {"publicKey": dict(HOST.registration(
        challenge=CHALLENGE, account="a", shown="A", known=[]))}  # fmt: skip
    made = HOST.registered(key.create(asked), challenge=CHALLENGE)
    assert made.bound
    assert made.public == key.device("a").public
    assert made.key == key.device("a").key
    message = b"an order"
    from hashlib import sha256

    wanted = {"publicKey": dict(HOST.request(challenge=sha256(message).digest(), devices=[]))}
    read = HOST.read(key.get(wanted))
    assert HOST.verifies(made.public, message, read.signature)
    assert not HOST.verifies(made.public, b"another", read.signature)
    assert (read.device, read.counter, read.bound) == (made.device, 1, True)


def test_a_passkey_that_can_be_copied_says_so() -> None:
    key = SoftPasskey(ORIGIN, backed_up=True)
    asked = {"publicKey": dict(HOST.registration(
        challenge=CHALLENGE, account="a", shown="A", known=[]))}  # fmt: skip
    assert not HOST.registered(key.create(asked), challenge=CHALLENGE).bound
    assert not HOST.read(key.get(asked)).bound


@pytest.mark.parametrize(
    "told",
    [{}, {"response": None}, {"response": {"clientDataJSON": "%%"}}, {"id": 3, "response": []},
     {"response": dict.fromkeys(("clientDataJSON", "authenticatorData", "signature"), "W10"),
      "id": ""}],
    ids=["nothing", "null", "no base64", "a list", "too short"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_nothing_else(told: dict[str, object]) -> None:
    for read in (
        HOST.read,
        HOST.challenge_in,
        lambda one: HOST.registered(one, challenge=CHALLENGE),
    ):
        with pytest.raises(PasskeyRefusedError):
            read(told)


@pytest.mark.parametrize("kind", ["another curve", "another kind"])
def test_a_passkey_that_cannot_sign_an_order_is_refused(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"publicKey": dict(HOST.registration(
        challenge=CHALLENGE, account="a", shown="A", known=[]))}  # fmt: skip
    told = SoftPasskey(ORIGIN).create(asked)
    decode = host_passkeys.decode_credential_public_key

    def other(key: bytes) -> object:
        return replace(decode(key), crv=COSECRV.P384) if kind == "another curve" else object()

    monkeypatch.setattr(host_passkeys, "decode_credential_public_key", other)
    with pytest.raises(PasskeyRefusedError, match="cannot sign an order"):
        HOST.registered(told, challenge=CHALLENGE)
