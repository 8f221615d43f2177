"""The council's charter as the plan's [programme.council] states it.

```toml
[programme.council]
quorum = 2
chair = "anna"
advocate = "dora"        # whose position must be there; empty: nobody's
meeting_hours = 72       # within which the council meets after a pause
[programme.council.members]
anna = "SEALING SIGNING"  # two public keys, as nanoward council key prints them
[programme.council.physicians]
drew = "SEALING SIGNING"  # who may unblind one person in an emergency
[programme.council.grades]
"sdtm.AE" = "guessed"     # where an input is not measured; a domain, a role or a register
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nanoward.base.errors import InputError, RefusedError, UsageError
from nanoward.base.evidence import GRADES
from nanoward.base.near_misses import nearest
from nanoward.base.plan_keys.keys import key_names
from nanoward.base.tables.lineage import evidence_names
from nanoward.programme.programme_keys import CouncilSection


class BadCharterError(InputError):
    """The plan's [programme.council] states a charter that cannot be followed."""

    code = "PRG-190"
    next_step = "Correct [programme.council]: members with two keys each, a quorum, a chair."


class NotMemberError(RefusedError):
    """Somebody who is no member, or cannot show it by their key."""

    code = "PRG-191"
    next_step = "Use the member's own key file; the plan names its public keys."


class CouncilRefusedError(RefusedError):
    """The charter says no; nothing was decided and nothing was lost."""

    code = "PRG-192"
    next_step = "Read the reasons; positions that were taken stay."


class UnknownCouncilMatterError(UsageError):
    """No pack, action, pause or number has this name."""

    code = "PRG-193"
    next_step = "See nanoward council actions PROGRAMME, or make a pack."


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilMember:
    """A member's public keys: to seal for them, and to know their signature."""

    name: str
    sealing_key: str
    signing_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """See the top of this file for each key. grades: input to the grade of its evidence."""

    members: Mapping[str, CouncilMember] = field(default_factory=dict)
    quorum: int = 0
    chair: str = ""
    advocate: str = ""
    meeting_hours: int = 72
    physicians: Mapping[str, CouncilMember] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)

    def member(self, name: str) -> CouncilMember:
        """A member by name; NotMemberError."""
        if name not in self.members:
            raise NotMemberError(f"{name!r} is no member of the council")
        return self.members[name]


def charter_of(section: Mapping[str, Any]) -> Charter:
    """The charter of a section; BadCharterError names what is not understood."""
    if not isinstance(section, Mapping):
        raise _error("[programme.council] is no table", "council")
    unknown = sorted(set(section) - key_names(CouncilSection))
    if unknown:
        raise _error(f"[programme.council] does not know {unknown[0]!r}", unknown[0])
    members = _people(section, "members")
    quorum = section.get("quorum", len(members) // 2 + 1 if members else 0)
    if type(quorum) is not int or not min(1, len(members)) <= quorum <= len(members):
        raise _error(f"a quorum of {quorum!r} among {len(members)} members", "quorum")
    for role in ("chair", "advocate"):
        if str(section.get(role, "")) not in ("", *members):
            raise _error(f"{role} = {section[role]!r} is no member", role)
    hours = section.get("meeting_hours", 72)
    if type(hours) is not int or not 1 <= hours <= 72:
        raise _error(f"meeting_hours = {hours!r}; from 1 to 72", "meeting_hours")
    grades = {str(name): str(one) for name, one in _table(section, "grades").items()}
    if any(one not in GRADES for one in grades.values()):
        raise _error(f"grades are {', '.join(GRADES)}", "grades")
    for name in grades:  # a misspelt input would be taken for measured
        if name not in evidence_names():
            near = nearest(name, evidence_names())
            raise _error(
                f"nothing is made from {name!r}{f'; {near!r}?' if near else ''}", "grades"
            )
    return Charter(
        members=members, quorum=quorum, chair=str(section.get("chair", "")),
        advocate=str(section.get("advocate", "")), meeting_hours=hours, grades=grades,
        physicians=_people(section, "physicians"),
    )  # fmt: skip


def _table(section: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = section.get(key, {})
    if not isinstance(found, Mapping):
        raise _error(f"{key} = {found!r} is no table", key)
    return found


def _people(section: Mapping[str, Any], role: str) -> dict[str, CouncilMember]:
    found = {}
    for name, keys in _table(section, role).items():
        parts = str(keys).split()
        if len(parts) != 2 or any(not _is_key(one) for one in parts):
            raise _error(f"{name!r} of {role} has no two public keys", role)
        found[str(name)] = CouncilMember(
            name=str(name), sealing_key=parts[0], signing_key=parts[1]
        )
    return found


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(one in "0123456789abcdef" for one in text)


def _error(told: str, key: str) -> BadCharterError:
    return BadCharterError(told, file="programme.toml", column=key)
