"""Put a version of the consent document in force; whoever signed an older one signs anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanoward.audit.receipts import Head
from nanoward.base.canonical import sha256_of
from nanoward.base.entries import ConsentDocumentIssued, ConsentRenewalDemanded
from nanoward.base.errors import RefusedError
from nanoward.flows.consent.read_consent import clearance_entries
from nanoward.ports.ports import Ports


class DocumentRefusedError(RefusedError):
    """A consent document that cannot be put in force; nothing was written."""

    code = "CLR-031"
    next_step = "Give a changed document a new version, and a pass mark that can be reached."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a version asks for; see ConsentDocumentIssued."""

    version: str
    needed: Sequence[str]
    optional: Sequence[str] = ()
    questions: int = 0
    pass_mark: int = 0
    least_reading_s: int = 0
    valid_days: int | None = None


def issue_document(ports: Ports, content: bytes, terms: Terms, *, by: str) -> tuple[str, Head]:
    """Keep the document by its hash and let it count from today.

    returns  the document's SHA-256, and the ledger's head
    """
    now = ports.clock.now()
    name = sha256_of(content)
    refusals = [
        *_refused_terms(content, terms),
        *_refused_by(ports, name, terms.version),
    ]
    if refusals:
        raise DocumentRefusedError("; ".join(refusals))
    ports.blobs.put(content)
    issued = ConsentDocumentIssued(
        document_sha256=name,
        version=terms.version,
        issued=ports.today(),
        needed=tuple(terms.needed),
        optional=tuple(terms.optional),
        questions=terms.questions,
        pass_mark=terms.pass_mark,
        least_reading_s=terms.least_reading_s,
        valid_days=terms.valid_days,
    )
    return name, ports.ledger.append([issued], actor=by, at=now)


def _refused_terms(content: bytes, terms: Terms) -> list[str]:
    uses = (*terms.needed, *terms.optional)
    wrong = {
        "the document is empty": not content.strip(),
        "it has no version": not terms.version.strip(),
        "it asks for no use": not terms.needed,
        "it names a use twice": len(set(uses)) < len(uses),
        f"{terms.pass_mark} of {terms.questions} questions cannot be right": not (
            0 <= terms.pass_mark <= terms.questions
        ),
        f"it cannot be valid for {terms.valid_days} days": (
            terms.valid_days is not None and terms.valid_days < 1
        ),
        f"nobody reads for {terms.least_reading_s} s": terms.least_reading_s < 0,
    }
    return [told for told, is_so in wrong.items() if is_so]


def _refused_by(ports: Ports, name: str, version: str) -> list[str]:
    earlier = [
        one for one in clearance_entries(ports.ledger) if isinstance(one, ConsentDocumentIssued)
    ]
    told = []
    if any(one.version == version and one.document_sha256 != name for one in earlier):
        told.append(f"version {version} is another document")
    if earlier and earlier[-1].document_sha256 == name:
        told.append(f"the document is in force already, as version {earlier[-1].version}")
    return told


def demand_renewal(
    ports: Ports, participant: str, reason: str, *, agent_off: bool, by: str
) -> Head:
    """Ask a person for a fresh signature; until then nothing new is done with them.

    agent_off  it must be signed while the agent is switched off
    """
    now = ports.clock.now()
    entry = ConsentRenewalDemanded(
        participant=participant, demanded=ports.today(), reason=reason, agent_off=agent_off
    )
    return ports.ledger.append([entry], actor=by, at=now)
