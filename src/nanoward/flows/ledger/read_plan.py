"""Read every section of a plan as its room reads it: what would fail later is told now."""

from nanoward.base.errors import NanowardError
from nanoward.base.plan import Plan
from nanoward.base.plan_keys.declared_sections import declared_sections


def read_sections(plan: Plan) -> dict[str, NanowardError | None]:
    """Each section that the plan states to what its reader refuses; None where it is read."""
    sections = declared_sections()
    found: dict[str, NanowardError | None] = dict.fromkeys(plan.sections)
    for name, section in plan.sections.items():
        try:
            sections[name].read(section)
        except NanowardError as fault:
            found[name] = fault
    return found
