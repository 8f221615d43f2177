"""The [control] section of programme.toml: settings, kill mechanisms, flush rule, signers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.plan_keys.keys import unknown_keys
from nanoward.control.control_keys import ControlSection
from nanoward.control.flush import FlushRule, Route, RouteSpec
from nanoward.control.gate import Range, ReadingSpec, SettingSpec
from nanoward.control.identity import doubtful_keys
from nanoward.control.kill_state import PHYSICIAN, ROLES, SAFETY_OFFICER, Signer
from nanoward.control.strength import any_escapee

ROLES_THAT_SET = ("staff", "participant")
STAFF = "staff"  # role of a signer who gives orders and enrols, and releases no kill code
ROLES_OF_STAFF = frozenset({STAFF, PHYSICIAN, SAFETY_OFFICER})


class BadControlError(InputError):
    """The [control] section does not say what control needs."""

    code = "INP-060"
    next_step = "See docs/howto/control-an-agent.md for the keys of [control]."

    def __init__(self, message: str, column: str) -> None:
        super().__init__(message, file="programme.toml", column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One way to kill the agent, as its spec declares it.

    log_kill     log10 killed at first use
    escape       share that cannot be killed
    half_life_h  of the trigger in the person
    second       the route to take when it fails: another mechanism, or what is done by hand
    """

    name: str
    dose: float
    unit: str
    log_kill: float
    escape: float
    half_life_h: float
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledSigner:
    """A person who may sign, with the public key that checks it."""

    signer: Signer
    scheme: str
    public: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlan:
    """What the programme allows to be ordered, and by whom."""

    agent: str
    spec_sha256: str
    owner: str
    settings: Mapping[str, SettingSpec]
    mechanisms: Mapping[str, Mechanism]
    routes: Mapping[Route, RouteSpec]
    doubling_h: float
    response_h: float
    signers: tuple[EnrolledSigner, ...]
    drivers: Mapping[str, Mapping[str, Any]]
    passkeys: tuple[str, str] | None = None  # domain and origin of the page where they sign

    def doubtful(self) -> dict[str, str]:
        """Keys that count for nothing, with the reason: two of them may be one person's."""
        return _doubtful(self.signers)

    def flush_rule(self, mechanism: str, cells: float) -> FlushRule:
        """The rule for one person who carried `cells` of the agent."""
        one = self.mechanisms[mechanism]
        return FlushRule(
            routes=self.routes,
            doubling_h=self.doubling_h,
            half_life_h=one.half_life_h,
            capacity=max(cells, 1.0),
            prior=any_escapee(cells, one.escape),
            response_h=self.response_h,
        )


@cache
def _doubtful(signers: tuple[EnrolledSigner, ...]) -> dict[str, str]:
    return doubtful_keys([one.signer for one in signers])


def control_plan(section: Mapping[str, Any]) -> ControlPlan:
    """The plan that the section states; BadControlError names the key at fault."""
    flush = _table(section, "flush") if "flush" in section else {}
    return ControlPlan(
        agent=_text(section, "agent", "agent"),
        spec_sha256=_text(section, "spec_sha256", "spec_sha256"),
        owner=_text(section, "owner", "owner") if "owner" in section else "ours",
        settings={name: _setting(name, one) for name, one in _tables(section, "settings")},
        mechanisms={
            name: _mechanism(name, one) for name, one in _tables(section, "mechanisms")
        },
        routes=dict(_route(one) for one in _list(flush, "routes")),
        doubling_h=_number(flush, "doubling_h", "flush.doubling_h") if flush else 0.0,
        response_h=_number(flush, "response_h", "flush.response_h")
        if "response_h" in flush
        else 72.0,
        signers=tuple(_signer(one) for one in _list(section, "signers")),
        drivers=dict(_tables(section, "drivers")),
        passkeys=_passkeys(_table(section, "passkeys")),
    )


def strict_control_plan(section: Mapping[str, Any]) -> ControlPlan:
    """As `control_plan`, and a key that nobody reads is a BadControlError too.

    What starts or raises is asked by this; a stop goes by `control_plan`, which a key too many
    does not keep from reading the rest.
    """
    if unread := next(unknown_keys(ControlSection, section, "control"), ""):
        raise BadControlError(f"{unread} is no key of [control]", unread)
    return control_plan(section)


def _setting(name: str, table: Mapping[str, Any]) -> SettingSpec:
    at = f"settings.{name}"
    who = table.get("who", ["staff"])
    if not isinstance(who, list) or not all(one in ROLES_THAT_SET for one in who):
        raise BadControlError("who is a list of staff, participant", f"{at}.who")
    try:
        return SettingSpec(
            setting=name,
            unit=_text(table, "unit", at),
            range=Range(low=_number(table, "low", at), high=_number(table, "high", at)),
            default=_number(table, "default", at),
            step=_number(table, "step", at),
            rise_per_h=_number(table, "rise_per_h", at),
            exposure_per_day=_number(table, "exposure_per_day", at),
            lease_s=int(_number(table, "lease_s", at)),
            who=frozenset(who),
            reading=_reading(table, at) if "reading" in table else None,
        )
    except ValueError as fault:
        raise BadControlError(str(fault), at) from None


def _passkeys(table: Mapping[str, Any]) -> tuple[str, str] | None:
    if not table:
        return None
    return _text(table, "domain", "passkeys"), _text(table, "origin", "passkeys")


def _reading(table: Mapping[str, Any], at: str) -> ReadingSpec:
    told, at = _table(table, "reading"), f"{at}.reading"
    return ReadingSpec(
        quantity=_text(told, "quantity", at),
        unit=_text(told, "unit", at),
        plausible=Range(low=_number(told, "low", at), high=_number(told, "high", at)),
    )


def _mechanism(name: str, table: Mapping[str, Any]) -> Mechanism:
    at = f"mechanisms.{name}"
    made = Mechanism(
        name=name,
        dose=_number(table, "dose", at),
        unit=_text(table, "unit", at),
        log_kill=_number(table, "log_kill", at),
        escape=_number(table, "escape", at),
        half_life_h=_number(table, "half_life_h", at),
        second=_text(table, "second", at),
    )
    if not (made.dose > 0 and 0 <= made.escape <= 1 and made.second != name):
        raise BadControlError("dose, escape or second route make no sense", at)
    return made


def _route(table: Mapping[str, Any]) -> tuple[Route, RouteSpec]:
    at = "flush.routes"
    names = ("lod", "fraction", "clumping", "alpha", "beta")
    try:
        spec = RouteSpec(**{name: _number(table, name, at) for name in names})
    except ValueError as fault:
        raise BadControlError(str(fault), at) from None
    return (_text(table, "assay", at), _text(table, "matrix", at)), spec


def _signer(table: Mapping[str, Any]) -> EnrolledSigner:
    roles = table.get("roles", [])
    known = (STAFF, *ROLES)
    if not isinstance(roles, list) or not roles or not all(one in known for one in roles):
        raise BadControlError(
            f"roles is a list of {STAFF}, {', '.join(ROLES)}", "signers.roles"
        )
    scopes = table.get("scopes", ["ours"])
    if not isinstance(scopes, list) or not all(isinstance(one, str) for one in scopes):
        raise BadControlError("scopes is a list of owners of agents", "signers.scopes")
    scheme = _text(table, "scheme", "signers")
    if scheme not in ("ed25519", "webauthn"):
        raise BadControlError(f"unknown scheme {scheme}", "signers.scheme")
    person = Signer(
        name=_text(table, "name", "signers"),
        roles=frozenset(roles),
        key=_text(table, "key", "signers"),
        person=_text(table, "person", "signers") if "person" in table else "",
        scopes=tuple(scopes),
    )
    public = _text(table, "public", "signers")
    return EnrolledSigner(signer=person, scheme=scheme, public=public)


def _text(table: Mapping[str, Any], key: str, at: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise BadControlError(f"{key} is missing or no text", f"control.{at}")
    return value


def _number(table: Mapping[str, Any], key: str, at: str) -> float:
    value = table.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadControlError(f"{key} is missing or no number", f"control.{at}")
    return float(value)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise BadControlError(f"{key} is no table", f"control.{key}")
    return value


def _tables(section: Mapping[str, Any], key: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    found = _table(section, key)
    return tuple((name, _table(found, name)) for name in found)


def _list(table: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise BadControlError(f"{key} is no list of tables", f"control.{key}")
    return tuple(value)
