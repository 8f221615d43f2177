"""The keys of [agents] in programme.toml: who may sign specs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nanoward.base.sections import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsSection:
    """The keys of [agents].

    people  who may sign specs: name to public key (`nanoward agents key`)
    """

    people: Mapping[str, str] = field(default_factory=dict)


def agents_section(section: Mapping[str, Any]) -> AgentsSection:
    """[agents] as a value; BadSectionError names the key at fault."""
    return rules_of(AgentsSection, section, "agents")
