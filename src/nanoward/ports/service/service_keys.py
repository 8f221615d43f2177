"""The keys of [service] in programme.toml: what the doors of the ward show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nanoward.base.sections import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSection:
    """The keys of [service].

    phone  the clinic's, shown on the participants' page beside stopping and leaving
    """

    phone: str = ""


def service_section(section: Mapping[str, Any]) -> ServiceSection:
    """[service] as a value; BadSectionError names the key at fault."""
    return rules_of(ServiceSection, section, "service")
