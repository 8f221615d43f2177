"""Passkeys at the doors: what is asked of a browser, and what its answer proves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from nanoward.base.entries.programme import DoorRefused, SignedIn
from nanoward.faces.service.guard import COOKIE
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.open_account import Drawn, drawn_by
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Challenge, Device
from nanoward.ports.service.passkeys import (
    Assertion,
    NewPasskey,
    PasskeyRefusedError,
    Passkeys,
)

WAITS: Final = timedelta(minutes=2)
MONTH_S: Final = 30 * 24 * 3600
LEAST_DEVICES: Final = 2
CLEAR: Final = '"cache", "cookies", "storage"'
# a wish to leave that a phone still keeps outlives the sign-out of its owner
CLEAR_OWN: Final = '"cache", "cookies"'


class PasskeyUnknownError(DoorClosedError):
    """This passkey does not sign in here, or what it signed was not asked for."""

    code = "SRV-043"
    status = 401
    next_step = "Begin again on the page of your account, with a passkey that you registered."


class CounterWentBackError(DoorClosedError):
    """The passkey has signed fewer times than we know of: it may have been copied."""

    code = "SRV-044"
    status = 401
    next_step = "Use another passkey, and tell an administrator: this one should be removed."


class WrongHostError(DoorClosedError):
    """The request came for a host that this service does not answer for."""

    code = "SRV-045"
    status = 421
    next_step = "Open the console or the participants' page by its own name."


class Answered(BaseModel):
    """What a browser sends back from a ceremony; `label` names a new passkey."""

    model_config = ConfigDict(extra="forbid", strict=True)

    credential: dict[str, Any]
    label: str = ""
    role: str = ""


class Asked(BaseModel):
    """What a browser says as it begins a ceremony."""

    model_config = ConfigDict(extra="forbid", strict=True)

    label: str = ""
    role: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a device of an account signed what was asked of it, once."""

    device: Device
    asked: Challenge
    assertion: Assertion


def party_asked(request: Request) -> tuple[Passkeys, bool]:
    """The ceremonies of the host that was asked, and whether it is the participants' own.

    WrongHostError for a host of neither.
    """
    service = service_of(request)
    host = request.headers.get("host", "")
    if host == urlsplit(service.origin).netloc:
        return service.identity.console, False
    if host == urlsplit(service.own_origin).netloc:
        return service.identity.own_page, True
    raise WrongHostError("this service has another name")


def challenge_of(message: bytes) -> bytes:
    """What a browser is asked to sign for a message: 32 bytes."""
    return sha256(message).digest()


def ask_signature(
    request: Request,
    *,
    purpose: str,
    message: bytes,
    account: str = "",
    devices: Sequence[str] = (),
    about: str = "",
) -> dict[str, Any]:
    """Keep what waits for a signature, and what the browser is to be asked."""
    passkeys, _ = party_asked(request)
    service, challenge = service_of(request), challenge_of(message)
    now = service.clock.now()
    asked = Challenge(
        purpose=purpose, account=account, message=message, about=about, expires=now + WAITS
    )
    service.identity.credentials.put_challenge(challenge, asked, now)
    told = passkeys.request(challenge=challenge, devices=devices)
    return {"kind": "get", "publicKey": told}


def ask_registration(
    request: Request, *, purpose: str, account: str, shown: str, about: str = ""
) -> dict[str, Any]:
    """Keep a challenge for a new passkey, and what the browser is to be asked."""
    passkeys, _ = party_asked(request)
    service = service_of(request)
    now, challenge = service.clock.now(), service.identity.chance(32)
    asked = Challenge(
        purpose=purpose, account=account, message=challenge, about=about, expires=now + WAITS
    )
    service.identity.credentials.put_challenge(challenge, asked, now)
    known = [one.device for one in service.identity.credentials.devices(account)]
    told = passkeys.registration(challenge=challenge, account=account, shown=shown, known=known)
    return {"kind": "create", "publicKey": told}


def registered(
    request: Request, told: Mapping[str, Any], *, purpose: str, account: str, about: str
) -> NewPasskey:
    """The new passkey that a browser made for what it was asked; its challenge serves once.

    PasskeyUnknownError where it was not asked for; PasskeyRefusedError where it is not sound.
    """
    passkeys, _ = party_asked(request)
    service = service_of(request)
    challenge, now = passkeys.challenge_in(told), service.clock.now()
    asked = service.identity.credentials.take_challenge(challenge, now)
    wanted = (purpose, account, about)
    if asked is None or (asked.purpose, asked.account, asked.about) != wanted:
        raise _unknown(service, now, "a new passkey that was not asked for")
    return passkeys.registered(told, challenge=challenge)


def proved(
    request: Request, told: Mapping[str, Any], *, purpose: str, account: str = ""
) -> Proof:
    """What a browser's answer proves; PasskeyUnknownError, the same for everything unknown.

    A challenge serves once, whatever comes of it. CounterWentBackError for a device that
    counts backwards; whoever is on duty is told.
    """
    passkeys, own_page = party_asked(request)
    service = service_of(request)
    now, credentials = service.clock.now(), service.identity.credentials
    try:
        assertion = passkeys.read(told)
    except PasskeyRefusedError as fault:
        raise _unknown(service, now, "unreadable answer") from fault
    asked = credentials.take_challenge(assertion.challenge, now)
    device = credentials.device(assertion.device)
    public = device.public if device else NOBODYS  # an unknown one takes as long as a known one
    message = asked.message if asked else b""
    sound = passkeys.verifies(public, message, assertion.signature)
    if asked is None or device is None or not sound or asked.purpose != purpose:
        raise _unknown(service, now, "not asked for, unknown, or not signed by it")
    if device.own_page != own_page or asked.account not in ("", device.account):
        raise _unknown(service, now, "a passkey of another page or account")
    if account and device.account != account:
        raise _unknown(service, now, "a passkey of another account")
    if not credentials.count_up(device.device, assertion.counter):
        raise _copied(service, now, device)
    return Proof(device=device, asked=asked, assertion=assertion)


NOBODYS: Final = (  # a P-256 key to verify with where there is none: nothing it signs counts
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


def open_session(
    request: Request, response: Response, account: Account, device: str, purpose: str
) -> None:
    """A new session for whoever proved who they are; limited for staff with one passkey."""
    service = service_of(request)
    now, credentials = service.clock.now(), service.identity.credentials
    few = len(credentials.devices(account.account)) < LEAST_DEVICES
    limited = account.participant is None and few
    signed = SignedIn(account=account.account, device=device, purpose=purpose)
    service.looks.tell(signed, account.account, now)
    value = service.accounts.begin_session(account.account, now, limited=limited)
    set_cookie(response, value, account)


def set_cookie(response: Response, value: str, account: Account) -> None:
    """The cookie of a session: for this host alone, over TLS alone, out of scripts' reach.

    A participant's is sent when a link of elsewhere leads to their page; staff's is not.
    """
    own = account.participant is not None
    response.set_cookie(
        COOKIE,
        value,
        max_age=MONTH_S if own else None,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax" if own else "strict",
    )


def acting(service: Service, ports: Ports, by: str) -> Acting:
    """Who acts on accounts now."""
    return Acting(ledger=ports.ledger, accounts=service.accounts, by=by, at=service.clock.now())


def drawn(service: Service) -> Drawn:
    """Secrets of 256 bits, and identifiers of 64."""
    return drawn_by(service.identity.chance)


def safe_next(told: str, otherwise: str) -> str:
    """Where to go after signing in: a path of our own, never another host (ASVS 3.7.2)."""
    sound = told.startswith("/") and not told.startswith(("//", "/\\")) and told.isprintable()
    return told if sound and "\\" not in told else otherwise


def _unknown(service: Service, now: datetime, why: str) -> PasskeyUnknownError:
    fault = PasskeyUnknownError("this passkey does not sign in here")
    service.looks.tell(DoorRefused(account="", code=fault.code, what=why), "door", now)
    return fault


def _copied(service: Service, now: datetime, device: Device) -> CounterWentBackError:
    fault = CounterWentBackError("the passkey counts backwards")
    refused = DoorRefused(account=device.account, code=fault.code, what="counter went back")
    service.looks.tell(refused, device.account, now)
    known = service.accounts.account(device.account)
    service.identity.duty.notify(
        urgency="now",
        subject=known.shown if known else device.account,
        message="a passkey counts backwards: it may have been copied; remove it",
    )
    return fault
