"""A programme's plan as its programme.toml states it; each room reads its own section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nanoward.base.plan_keys.keys import stated


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """The keys of programme.toml that stand before its sections.

    name       short name of the programme
    title      heading of the report
    council    the safety board that reads it, told in the report
    as_of      day that a round stands for where the command line names none
    time_zone  IANA name of the site's zone (`Europe/Berlin`): "today" is the day there
    agent      name of the agent: folder agents/NAME with spec.toml, and reference.fasta where
               it has a genome
    origin     of the data, told in the report
    licence    of the data, told in the report
    citation   of the data, told in the report
    facts      what is known to be true of the data, told in the report
    """

    name: str
    title: str = stated("", silent="the name")
    council: str = ""
    as_of: date | None = stated(None, silent="today")
    time_zone: str = "UTC"
    agent: str | None = None
    origin: str = ""
    licence: str = ""
    citation: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the programme is, and the rules that each room works by.

    as_of     day that a round stands for when the command line names none; None means today
    time_zone IANA name; "today" is the day there, and not that of Greenwich
    agent     name of the agent, folder agents/NAME; None for a programme without a genome
    sections  the tables [bonds], [clearance], [tuning] ... as they stand in the file
    facts     what is known to be true of the data, told in the report ([[facts]])
    sha256    of the file
    """

    name: str
    title: str
    sha256: str
    council: str = ""
    as_of: date | None = None
    time_zone: str = "UTC"
    agent: str | None = None
    origin: str = ""
    licence: str = ""
    citation: str = ""
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    def day_at(self, moment: datetime) -> date:
        """The day at the programme's site, at a moment with a time zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def section(self, room: str) -> Mapping[str, Any]:
        return self.sections.get(room, {})
