"""People at the doors: a passkey in software, and accounts with the roles that a test needs."""

import hashlib
import json
import struct
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from tests.faces.service.service_world import NOON, Doors

from nanoward.base.entries import Entry
from nanoward.base.entries.programme import AccountOpened, RoleConfirmed, RoleProposed
from nanoward.flows.access.role_facts import role_book, sync_accounts
from nanoward.ports.service.accounts import Account, Accounts
from nanoward.ports.service.credentials import Device
from nanoward.programme.access.rights import Role
from nanoward.wiring.service import open_accounts, to_act

ADMINISTRATORS = ("a-first", "a-second")
HERE = ("127.0.0.1", 40_000)


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")


class SoftPasskey:
    """An authenticator in software: one P-256 key, one counter; every rule can be broken."""

    def __init__(self, origin: str, number: int = 1, *, backed_up: bool = False) -> None:
        self.key = ec.derive_private_key(number + 1_000, ec.SECP256R1())
        self.id = hashlib.sha256(f"device {number}".encode()).digest()
        self.origin, self.counter = origin, 0
        self.domain = origin.split("//")[1].split(":", maxsplit=1)[0]
        self.flags = 0x05 | (0x18 if backed_up else 0)

    def create(self, asked: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
        """What the browser answers to a registration."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big")}
        cose[-3] = public.y.to_bytes(32, "big")
        cose |= changed.pop("cose", {})
        credential = struct.pack(">16sH", bytes(16), len(self.id)) + self.id + cbor2.dumps(cose)
        data = self._data(changed.pop("flags", self.flags) | 0x40) + credential
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked, changed)
        return self._told(attestationObject=attested, clientDataJSON=client)

    def get(self, asked: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
        """What the browser answers to a request for a signature."""
        self.counter += changed.pop("step", 1)
        data = self._data(changed.pop("flags", self.flags))
        client = self._client("webauthn.get", asked, changed)
        sign = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._told(authenticatorData=data, clientDataJSON=client, signature=sign)

    def device(self, account: str, *, own_page: bool = False) -> Device:
        """As it is kept once it was registered."""
        public = self.key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return Device(
            device=packed(self.id),
            account=account,
            public=public.hex(),
            key=hashlib.sha256(public).hexdigest(),
            counter=self.counter,
            bound=not self.flags & 0x08,
            label="a key",
            added=NOON,
            own_page=own_page,
        )

    def _data(self, flags: int) -> bytes:
        domain = hashlib.sha256(self.domain.encode()).digest()
        return struct.pack(">32sBI", domain, flags, self.counter)

    def _client(self, kind: str, asked: Mapping[str, Any], changed: dict[str, Any]) -> bytes:
        challenge = asked["publicKey"]["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, **changed}
        return json.dumps(told).encode()

    def _told(self, **parts: bytes) -> dict[str, Any]:
        response = {name: packed(part) for name, part in parts.items()}
        name = packed(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def seed_administrators(ward: Path) -> None:
    """Two administrators by the ledger, so that anybody can be invited."""
    accounts = open_accounts(str(ward))
    with to_act(str(ward)) as ports:
        entries: list[Entry] = []
        for name in ADMINISTRATORS:
            entries.append(AccountOpened(account=name, name=name, site="", invite=""))
            entries.append(_held(name, "administrator"))
            accounts.add_account(Account(account=name, shown=name, roles=()))
        ports.ledger.append(entries, actor="test", at=ports.clock.now())
        sync_accounts(role_book(ports.ledger), accounts, ports.clock.now())
    accounts.close()


def give_role(ward: Path, account: str, role: str) -> None:
    """A role in force for an account, as if two people had granted it."""
    accounts = open_accounts(str(ward))
    name = f"g-{account}-{role}"
    proposed = RoleProposed(
        grant=name, account=account, role=role, proposed_by=ADMINISTRATORS[0], reason="test"
    )
    with to_act(str(ward)) as ports:
        entries = [proposed, _held(account, role)]
        ports.ledger.append(entries, actor="test", at=ports.clock.now())
        sync_accounts(role_book(ports.ledger), accounts, ports.clock.now())
    accounts.close()


def _held(account: str, role: str) -> RoleConfirmed:
    name = f"g-{account}-{role}"
    return RoleConfirmed(grant=name, account=account, role=role, confirmed_by="a-second")


def stranger(made: Doors, origin: str = "") -> TestClient:
    """Somebody at the machine itself who is not signed in."""
    base = origin or made.service.origin
    return TestClient(
        made.app, base_url=base, raise_server_exceptions=False, client=HERE,
        follow_redirects=False, headers={"origin": base},
    )  # fmt: skip


def opened(client: TestClient, link: str, key: SoftPasskey) -> None:
    """Whoever holds an invite registers a first passkey with it."""
    asked = client.post(f"{link}/begin", json={}).json()
    told = client.post(link, json={"credential": key.create(asked)})
    assert told.status_code == 201, told.text


def second_key(client: TestClient, key: SoftPasskey) -> None:
    """... and a second one."""
    asked = client.post("/devices/begin", json={}).json()
    told = client.post("/devices", json={"credential": key.create(asked), "label": "two"})
    assert told.status_code == 201, told.text


def signed_in(client: TestClient, key: SoftPasskey) -> Any:
    """... and signs in with one."""
    asked = client.post("/sign-in/begin", json={}).json()
    return client.post("/sign-in", json={"credential": key.get(asked)})


def account_named(accounts: Accounts, shown: str) -> Account:
    """The account that others see by a name."""
    (found,) = [one for one in accounts.accounts() if one.shown == shown]
    return found


def enrolled(
    made: Doors,
    name: str,
    *roles: str,
    number: int,
    keys: int = 2,
    participant: str | None = None,
    site: str = "",
) -> SoftPasskey:
    """An account with roles and passkeys; the first of its keys."""
    base = made.service.own_origin if participant else made.service.origin
    made.accounts.add_account(
        Account(
            account=name,
            shown=name,
            roles=tuple(Role(one) for one in roles),
            participant=participant,
            site=site,
        )
    )
    found = [SoftPasskey(base, number * 10 + place) for place in range(keys)]
    for one in found:
        made.service.identity.credentials.add_device(
            one.device(name, own_page=bool(participant))
        )
    return found[0]


def bare_programme(folder: Path) -> Path:
    """A programme with a plan and nothing else."""
    folder.mkdir(parents=True)
    (folder / "programme.toml").write_text('name = "ward"\ntitle = "A ward"\n')
    return folder


def role_facts(made: Doors, *held: tuple[str, str]) -> None:
    """Accounts and roles by the ledger, as pairs of account and role."""
    with made.service.acting() as ports:
        names = dict.fromkeys(name for name, _ in held)
        entries: list[Entry] = [
            AccountOpened(account=one, name=one, site="", invite="") for one in names
        ]
        entries += [_held(name, role) for name, role in held if role]
        ports.ledger.append(entries, actor="test", at=made.clock.now())


def entered(made: Doors, key: SoftPasskey) -> TestClient:
    """A client in which somebody is signed in with a passkey."""
    client = stranger(made, key.origin)
    told = signed_in(client, key)
    assert told.status_code == 200, told.text
    return client


def kinds(made: Doors) -> list[str]:
    """Kinds of the programme's records, in order."""
    with made.service.reading() as ports:
        return [one.kind.split(".")[1] for one in ports.ledger.records()]


def looks(made: Doors) -> list[tuple[str, Mapping[str, Any]]]:
    """Kinds and bodies of the ledger of reads, in order."""
    found = made.service.looks.records()
    return [(one.kind.split(".")[1], one.body) for one in found]
