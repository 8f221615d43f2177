"""A passkey as a signer of kill codes: what to add to programme.toml, and by whom it is read.

The service never writes it itself: who may sign a kill code stands in the plan, whose hash
every kill code carries, so that nobody who breaks into the web process makes a signer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from nanoward.base.errors import RefusedError
from nanoward.control.kill_state import COUNCIL, PHYSICIAN, SAFETY_OFFICER
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Device
from nanoward.programme.access.rights import Role

HELD_BY: Final[Mapping[str, Role]] = {
    PHYSICIAN: Role.INVESTIGATOR,
    SAFETY_OFFICER: Role.INVESTIGATOR,
    COUNCIL: Role.COUNCIL,
}


class NoSignerError(RefusedError):
    """An account or its passkey must not sign kill codes in that role."""

    code = "REF-246"
    next_step = "See docs/howto/serve-the-ward.md: who signs kill codes, and with what."


def signer_lines(
    account: Account,
    devices: Sequence[Device],
    role: str,
    section: Mapping[str, Any],
    origin: str,
) -> str:
    """Lines for programme.toml that enrol every bound passkey of an account; NoSignerError.

    section  [control] as it stands; lines that stand there already are not told again
    origin   of the console, where the passkeys sign
    """
    signers = [one for one in section.get("signers", ()) if isinstance(one, Mapping)]
    mine = [one for one in signers if one.get("person") == account.account]
    others = {name for one in mine for name in one.get("roles", ()) if name in HELD_BY}
    bound = [one for one in devices if one.bound]
    needed = HELD_BY.get(role)
    party = section.get("passkeys", {})
    checks = (
        (needed is not None, f"no role is called {role!r}: {', '.join(HELD_BY)}"),
        (needed is None or needed in account.roles, f"the account is no {needed}"),
        (bool(bound), "the account has no passkey that stays on its device"),
        (others <= {role}, f"one person signs in one role: {', '.join(sorted(others))}"),
        (
            party.get("origin", origin) == origin,
            f"[control.passkeys] names another origin: {party.get('origin')}",
        ),
    )
    if against := [reason for holds, reason in checks if not holds]:
        raise NoSignerError("; ".join(against))
    known = {one.get("key") for one in signers}
    blocks = [_block(account, one, role) for one in bound if one.key not in known]
    if not party:
        domain = urlsplit(origin).hostname or "localhost"
        blocks.append(
            f"[control.passkeys]\ndomain = {_quoted(domain)}\norigin = {_quoted(origin)}\n"
        )
    return "\n".join(blocks)


def _block(account: Account, device: Device, role: str) -> str:
    return (
        "[[control.signers]]\n"
        f"name = {_quoted(account.shown)}\n"
        f"person = {_quoted(account.account)}\n"
        f"roles = [{_quoted(role)}]\n"
        'scheme = "webauthn"\n'
        f"key = {_quoted(device.key)}\n"
        f"public = {_quoted(device.public)}\n"
    )


def _quoted(text: str) -> str:
    """A TOML basic string."""
    plain = "".join(one for one in text if one.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
