"""Room 1. What is this product, and is this lot really built to it?

`spec_of` reads a spec from a document, `check_spec` holds it against its reference,
`refusals` says why it may not be published, `lot_verdict` whether a lot may be given.
"""

from nanoward.agents.checks import check_spec, sequence_sha256
from nanoward.agents.publication import (
    SpecSignature,
    UnpublishableError,
    refusals,
    signed_bytes,
    spec_sha256,
)
from nanoward.agents.register import (
    BadLotNameError,
    Register,
    lot_findings,
    lot_record_doubts,
    register_of,
    require_lot_name,
    spec_findings,
)
from nanoward.agents.release import (
    LotDifference,
    LotStructure,
    LotVerdict,
    claimed_escapes,
    lot_verdict,
)
from nanoward.agents.spec import (
    AgentSpec,
    Contig,
    Effect,
    KillSwitch,
    Locus,
    Setting,
    Transmission,
    version_of,
)
from nanoward.agents.spec_document import (
    document_of,
    document_toml,
    spec_changes,
    spec_of,
    toml_of,
)

SECTIONS = {
    "agents": (
        "nanoward.agents.agent_keys:AgentsSection",
        "nanoward.agents.agent_keys:agents_section",
    )
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "AgentSpec",
    "BadLotNameError",
    "Contig",
    "Effect",
    "KillSwitch",
    "Locus",
    "LotDifference",
    "LotStructure",
    "LotVerdict",
    "Register",
    "Setting",
    "SpecSignature",
    "Transmission",
    "UnpublishableError",
    "check_spec",
    "claimed_escapes",
    "document_of",
    "document_toml",
    "lot_findings",
    "lot_record_doubts",
    "lot_verdict",
    "refusals",
    "register_of",
    "require_lot_name",
    "sequence_sha256",
    "signed_bytes",
    "spec_changes",
    "spec_findings",
    "spec_of",
    "spec_sha256",
    "toml_of",
    "version_of",
]
