"""Which software decides: its version, and the digest over sources that a standing reaches."""

from nanoward import __version__
from nanoward.flows.steps.source_digest import reachable_digest

# where what a standing rests on is read, decided, and kept from round to round; all that these
# can reach by imports counts
ROOTS = (
    "nanoward.adapters.formats",
    "nanoward.flows.clearance.clear_participants",
    "nanoward.flows.clearance.trace_people",
    "nanoward.flows.round.collect_materials",
    "nanoward.flows.round.compare_rounds",
)


def source_identity() -> tuple[str, str]:
    """Version of nanoward, and 64 hexadecimal digits over the deciding sources."""
    return __version__, reachable_digest(*ROOTS)
