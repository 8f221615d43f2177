"""Who is told of an incident, in which order, and who else takes part: the plan's [watch]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.names import identity_of
from nanoward.base.plan_keys.keys import key_names
from nanoward.watch.watch_keys import WatchSection


class BadWatchPlanError(InputError):
    """The plan's [watch] holds something that is not understood."""

    code = "WCH-010"
    next_step = "Correct [watch] in programme.toml; see docs/howto/watch.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPlan:
    """The plan's [watch].

    run_length   periods until a false alarm of the whole programme
    acknowledge  until when somebody of a level must have acknowledged
    levels       people by level; the first is on duty
    roles        of [programme.messages] by which each level is told, "" where none is named
    partners     name to public key (hexadecimal) of those who may report
    """

    run_length: float = 500.0
    acknowledge: timedelta = timedelta(minutes=30)
    levels: tuple[tuple[str, ...], ...] = ()
    roles: tuple[str, ...] = ()
    partners: Mapping[str, str] = field(default_factory=dict)

    def role(self, level: int) -> str:
        """The role of a level, the last one's for those beyond it; "" where none is named."""
        return self.roles[min(level, len(self.roles) - 1)] if self.roles else ""

    def is_on_rota(self, name: str) -> bool:
        """Whether somebody, however their name is written, may acknowledge and stand down."""
        known = {identity_of(one) for level in self.levels for one in level}
        return identity_of(name) in known


_KEYS = key_names(WatchSection)


def watch_plan(section: Mapping[str, Any]) -> WatchPlan:
    """[watch] as a value; BadWatchPlanError for what is not understood."""
    unknown = sorted(set(section) - _KEYS)
    if unknown:
        raise BadWatchPlanError(f"[watch] has no key {unknown[0]!r}; it has {sorted(_KEYS)}")
    minutes = section.get("acknowledge_minutes", 30)
    length = section.get("run_length", 500.0)
    for name, value, least in (("acknowledge_minutes", minutes, 1), ("run_length", length, 1)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            raise BadWatchPlanError(f"[watch] {name} is {value!r}, not a number of 1 or more")
    return WatchPlan(
        run_length=float(length),
        acknowledge=timedelta(minutes=minutes),
        levels=_levels(section.get("rota", [])),
        roles=tuple(_role(one) for one in section.get("rota", [])),
        partners=_partners(section.get("partners", {})),
    )


def _levels(rota: Any) -> tuple[tuple[str, ...], ...]:
    """[[rota]]: tables of people, the first on duty; or lists of names."""
    if not isinstance(rota, Sequence) or isinstance(rota, str):
        raise BadWatchPlanError("[watch] rota is no list of levels")
    levels = []
    for one in rota:
        people = one.get("people") if isinstance(one, Mapping) else one
        fit = isinstance(people, list) and people and all(isinstance(n, str) for n in people)
        if not fit:
            raise BadWatchPlanError(f"[watch] rota: {one!r} names no people")
        assert isinstance(people, list)
        levels.append(tuple(people))
    return tuple(levels)


def _role(level: Any) -> str:
    """The role that a level names; a misspelt key would leave somebody untold."""
    if not isinstance(level, Mapping):
        return ""
    unknown = sorted(set(level) - {"people", "role"})
    role = level.get("role", "")
    if unknown or not isinstance(role, str):
        raise BadWatchPlanError(f"[watch] rota: {level!r} has people and role")
    return role


def _partners(table: Any) -> Mapping[str, str]:
    if not isinstance(table, Mapping):
        raise BadWatchPlanError("[watch] partners is no table of name = key")
    for name, key in table.items():
        if not isinstance(key, str) or len(key) != 64 or not _is_hex(key):
            raise BadWatchPlanError(f"[watch] partners: the key of {name} is not 64 hex digits")
    return dict(table)


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True
