"""A participant's card: a code that signs in once, and one that stops or leaves once.

128 bits each, kept by their hash, over after seven days; the code to stop and to leave holds
for a year, reads nothing, and needs no account, no passkey and no plan.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nanoward.base.entries.programme import CardIssued
from nanoward.base.names import participant_id
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.open_account import CARD
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Credentials, Invite

LASTS: Final = timedelta(days=7)
STOP_LASTS: Final = timedelta(days=366)
BITS: Final = 128
GROUP: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is printed for a participant, once; nobody can read it again."""

    card: str
    participant: str
    sign_in: str
    stop: str
    expires: datetime


def issue_card(
    acting: Acting,
    credentials: Credentials,
    participant: str,
    chance: Callable[[int], bytes],
) -> Card:
    """A new card for a participant; whatever card they had before serves no more."""
    who = participant_id(participant)
    account = next(
        (one for one in acting.accounts.accounts() if one.participant == who), None
    ) or Account(account=f"p-{chance(8).hex()}", shown=who, roles=(), participant=who)
    sign_in, stop = (code_of(chance(BITS // 8)) for _ in range(2))
    credentials.end_invites(account.account, who)
    invite = Invite(
        invite="",
        purpose=CARD,
        account=account.account,
        shown=who,
        participant=who,
        site="",
        expires=acting.at + LASTS,
    )
    credentials.put_invite(invite, bare(sign_in))
    kept = credentials.invite(bare(sign_in), acting.at)
    assert kept is not None
    credentials.put_stop_code(kept.invite, who, bare(stop), acting.at + STOP_LASTS)
    issued = CardIssued(
        card=kept.invite, participant=who, issued_by=acting.by, expires=invite.expires
    )
    acting.ledger.append([issued], actor=acting.by, at=acting.at)
    return Card(
        card=kept.invite, participant=who, sign_in=sign_in, stop=stop, expires=invite.expires
    )


def code_of(secret: bytes) -> str:
    """A secret as people copy it: in groups of four, none that look alike (RFC 4648)."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return "-".join(text[one : one + GROUP] for one in range(0, len(text), GROUP))


def bare(code: str) -> str:
    """A code as it is kept, however it was typed: no hyphens, blanks or small letters."""
    plain = "".join(one for one in code.upper() if one.isalnum())
    return plain.translate(str.maketrans("018", "OIB"))
