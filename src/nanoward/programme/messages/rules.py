"""The plan's [programme.messages]: roles, their duty and quiet hours, chains, channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from nanoward.base.plan_keys.keys import key_names
from nanoward.base.sections import BadSectionError, check
from nanoward.programme.messages.duty import Roster, duty_span
from nanoward.programme.messages.kinds import KINDS, PARTICIPANT, URGENCIES
from nanoward.programme.messages.quiet_hours import QuietHours, minutes_of
from nanoward.programme.programme_keys import MessagesSection

NAME = "programme.messages"
KEYS = key_names(MessagesSection)
ROLE_KEYS = ("zone", "quiet", "duty", "away", "deliveries", "address")
SCREEN = ("screen",)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRole:
    """Whom a message is for: how they are reached, and when.

    deliveries  names of channels, the first that takes it is enough
    address     for those channels, such as a mailbox
    """

    name: str
    roster: Roster = field(default_factory=Roster)
    quiet: QuietHours = field(default_factory=lambda: QuietHours(zone="UTC"))
    deliveries: tuple[str, ...] = SCREEN
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """A role that is turned to, and how long it has before the next one is."""

    role: str
    wait: timedelta


@dataclass(frozen=True, kw_only=True)
class MessageRules:
    """How messages are handled at this site.

    chains    kind, urgency or "default" to the roles that are turned to after the addressee
    done      how long whoever acknowledged has, by urgency
    first     how long an addressee has of a message that is urgent now
    flap      what is reported again within it after it was over is the same cause
    reminder  first pause before a message urgent now is sent again; each further one doubles
    silent    longest time without a tick before that is told
    """

    site: str = "centre"
    zone: str = "UTC"
    roles: Mapping[str, DutyRole] = field(default_factory=dict)
    chains: Mapping[str, tuple[ChainStep, ...]] = field(default_factory=dict)
    deliveries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    participants: tuple[str, ...] = SCREEN
    quiet: QuietHours = field(default_factory=lambda: QuietHours(zone="UTC"))
    done: Mapping[str, timedelta] = field(default_factory=dict)
    first: timedelta = timedelta(minutes=15)
    flap: timedelta = timedelta(minutes=30)
    reminder: timedelta = timedelta(minutes=15)
    silent: timedelta = timedelta(minutes=30)
    heartbeat: str = ""

    @cached_property
    def person(self) -> DutyRole:
        """Participants, as an addressee."""
        return DutyRole(name=PARTICIPANT, quiet=self.quiet, deliveries=self.participants)

    def chain(self, kind: str, urgency: str) -> tuple[ChainStep, ...]:
        """Who is turned to after the addressee of a message."""
        for name in (kind, urgency, "default"):
            if name in self.chains:
                return self.chains[name]
        return ()


DONE = {"now": timedelta(hours=4), "today": timedelta(days=1), "week": timedelta(days=7)}
DEFAULT_ROLES = ("coordinator", "physician", "council", "advocate")
DEFAULT_CHAIN = (("physician", 60), ("council", 24 * 60))


def message_rules(section: Mapping[str, Any], zone: str) -> MessageRules:
    """The rules that a plan's [programme.messages] states; BadSectionError names the key.

    zone  of the plan: roles and people without one of their own live by it
    Without roles in the plan: coordinator, physician, council and advocate, always on duty.
    """
    check(isinstance(section, Mapping), NAME, "messages", "a table", section)
    unknown = sorted(set(section) - KEYS)
    if unknown:
        raise BadSectionError(
            f"[{NAME}] does not know {unknown[0]!r}; it knows {', '.join(sorted(KEYS))}",
            file="programme.toml",
            column=unknown[0],
        )
    quiet = _quiet(section.get("quiet"), zone, "quiet", QuietHours(zone=zone))
    given = _table(section, "roles")
    roles = {
        name: _role(name, one, zone, quiet)
        for name, one in (given or {key: {} for key in DEFAULT_ROLES}).items()
    }
    check(PARTICIPANT not in roles, NAME, "roles", "no role called participant", PARTICIPANT)
    deliveries = {"screen": {"kind": "screen"}} | _table(section, "deliveries")
    chains = _chains(_table(section, "chains"), roles)
    if "default" not in chains:
        steps = [(role, wait) for role, wait in DEFAULT_CHAIN if role in roles]
        chains["default"] = tuple(
            ChainStep(role=role, wait=timedelta(minutes=wait)) for role, wait in steps
        )
    rules = MessageRules(
        site=_text(section, "site", "site", "centre"),
        zone=zone,
        roles=roles,
        chains=chains,
        deliveries=deliveries,
        participants=_texts(section, "participants", SCREEN),
        quiet=quiet,
        done=DONE | _hours(section.get("done_hours", {})),
        first=_minutes(section, "first_minutes", 15),
        flap=_minutes(section, "flap_minutes", 30),
        reminder=_minutes(section, "reminder_minutes", 15),
        silent=_minutes(section, "silent_minutes", 30),
        heartbeat=_text(section, "heartbeat", "heartbeat", ""),
    )
    _check_names(rules)
    return rules


def _check_names(rules: MessageRules) -> None:
    named = {name for role in rules.roles.values() for name in role.deliveries}
    for name in sorted(named | set(rules.participants) | {rules.heartbeat} - {""}):
        check(name in rules.deliveries, NAME, "deliveries", "a channel of that name", name)
    for name, one in rules.deliveries.items():
        check(isinstance(one, Mapping), NAME, f"deliveries.{name}", "a table", one)


def _role(name: str, given: Any, zone: str, quiet: QuietHours) -> DutyRole:
    key = f"roles.{name}"
    check(isinstance(given, Mapping), NAME, key, "a table", given)
    for one in given:
        check(one in ROLE_KEYS, NAME, f"{key}.{one}", f"one of {', '.join(ROLE_KEYS)}", one)
    own = _text(given, "zone", f"{key}.zone", zone)
    try:
        ZoneInfo(own)
        spans = tuple(duty_span(one) for one in _texts(given, "duty", ()))
        away = tuple(_days(one) for one in _texts(given, "away", ()))
    except (ValueError, OSError, LookupError) as fault:
        raise BadSectionError(
            f"[{NAME}] {key}: {fault}", file="programme.toml", column=key
        ) from None
    usual = QuietHours(zone=own, begins=quiet.begins, ends=quiet.ends)
    return DutyRole(
        name=name,
        roster=Roster(zone=own, spans=spans, away=away),
        quiet=_quiet(given.get("quiet"), own, f"{key}.quiet", usual),
        deliveries=_texts(given, "deliveries", SCREEN) or SCREEN,
        address=_text(given, "address", f"{key}.address", ""),
    )


def _days(text: str) -> tuple[date, date]:
    first, _, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _quiet(value: Any, zone: str, key: str, usual: QuietHours) -> QuietHours:
    """Two times of day; an empty list: never quiet."""
    if value is None:
        return usual
    wish = 'two times of day such as ["21:00", "08:00"], or an empty list'
    check(isinstance(value, list | tuple) and len(value) in (0, 2), NAME, key, wish, value)
    if not value:
        return QuietHours(zone=zone, begins=0, ends=0)
    try:
        begins, ends = (minutes_of(str(one)) for one in value)
    except ValueError:
        check(False, NAME, key, wish, value)  # noqa: FBT003 - the one way to tell it
        raise
    return QuietHours(zone=zone, begins=begins, ends=ends)


def _chains(
    given: Mapping[str, Any], roles: Mapping[str, DutyRole]
) -> dict[str, tuple[ChainStep, ...]]:
    """Each step is "ROLE MINUTES"."""
    known, found = (*KINDS, *URGENCIES, "default"), {}
    for name, steps in given.items():
        check(name in known, NAME, f"chains.{name}", "a kind, an urgency or default", name)
        told = _texts(given, name, ())
        found[name] = tuple(_step(name, one, roles) for one in told)
        check(bool(steps), NAME, f"chains.{name}", "at least one step", steps)
    return found


def _step(name: str, text: str, roles: Mapping[str, DutyRole]) -> ChainStep:
    role, _, minutes = text.rpartition(" ")
    fits = role in roles and minutes.isdecimal() and int(minutes) > 0
    check(fits, NAME, f"chains.{name}", 'steps such as "physician 30", of known roles', text)
    return ChainStep(role=role, wait=timedelta(minutes=int(minutes)))


def _table(section: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = section.get(key, {})
    check(isinstance(value, Mapping), NAME, key, "a table", value)
    return dict(value)


def _text(section: Mapping[str, Any], name: str, key: str, usual: str) -> str:
    value = section.get(name, usual)
    check(isinstance(value, str), NAME, key, "a text", value)
    return str(value)


def _texts(section: Mapping[str, Any], key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    value = section.get(key, usual)
    fits = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    check(fits, NAME, key, "a list of texts", value)
    return tuple(value)


def _minutes(section: Mapping[str, Any], key: str, usual: int) -> timedelta:
    value = section.get(key, usual)
    check(type(value) is int and value > 0, NAME, key, "minutes above 0", value)
    return timedelta(minutes=value)


def _hours(value: Any) -> dict[str, timedelta]:
    fits = isinstance(value, Mapping) and all(
        name in URGENCIES and type(one) in (int, float) and one > 0
        for name, one in value.items()
    )
    check(fits, NAME, "done_hours", "hours above 0 by urgency", value)
    return {name: timedelta(hours=one) for name, one in value.items()}
