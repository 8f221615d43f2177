"""A programme's plan as its programme.toml states it; each room reads its own section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the programme is, and the rules that each room works by.

    as_of     day that a round stands for when the command line names none; None means today
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
    agent: str | None = None
    origin: str = ""
    licence: str = ""
    citation: str = ""
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    def section(self, room: str) -> Mapping[str, Any]:
        return self.sections.get(room, {})
