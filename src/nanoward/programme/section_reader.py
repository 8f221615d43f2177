"""[programme] of programme.toml by each of its readers: what one of them refuses is refused."""

from collections.abc import Mapping
from typing import Any

from nanoward.programme.council.charter import Charter, charter_of
from nanoward.programme.messages.rules import MessageRules, message_rules
from nanoward.programme.programme_rules import ProgrammeRules, programme_rules
from nanoward.programme.urgent.reference_safety import ReferenceSafety, reference_safety

ProgrammeParts = tuple[ProgrammeRules, Charter, MessageRules, ReferenceSafety]


def read_programme(section: Mapping[str, Any], zone: str = "UTC") -> ProgrammeParts:
    """[programme] and its own sections; the InputError of the first reader that refuses a key.

    zone  of the programme, where a site or role names none
    """
    return (
        programme_rules(section, zone),
        charter_of(section.get("council", {})),
        message_rules(section.get("messages", {}), zone),
        reference_safety(section.get("urgent", {})),
    )
