"""A playbook counts when somebody of [agents.people] signed it, and its version rises."""

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import PlaybookPublished, kind_of
from nanoward.base.errors import RefusedError
from nanoward.ports.designs import Signatures
from nanoward.ports.ports import Ports
from nanoward.watch.incidents.playbook import Playbook, playbook_of


class PlaybookRefusedError(RefusedError):
    """A playbook may not be published."""

    code = "WCH-014"
    next_step = "Raise its version, and sign it with a key of [agents.people]."


def publish_playbook(
    ports: Ports, text: str, *, by: str, private: str, signatures: Signatures, file: str = ""
) -> PlaybookPublished:
    """Sign a playbook and put it on the ledger; its text is kept as a blob.

    private  the signer's key, hexadecimal; its public half must be theirs in [agents.people]
    """
    book = playbook_of(text, file)
    people = ports.folder.plan().section("agents").get("people", {})
    key, signature = signatures.sign(private, book.signed_bytes)
    if str(people.get(by, "")).lower() != key.lower():
        raise PlaybookRefusedError(
            f"this is not the key of {by or 'nobody'} in [agents.people]"
        )
    _rising(ports, book)
    content = text.encode()
    entry = PlaybookPublished(
        playbook=book.name,
        version=book.version,
        playbook_sha256=sha256_of(content),
        signed_by=by,
        key=key,
        signature=signature,
    )
    ports.blobs.put(content)
    ports.ledger.append([entry], actor=by, at=ports.clock.now())
    return entry


def _rising(ports: Ports, book: Playbook) -> None:
    before = [
        int(one.body["version"])
        for one in ports.ledger.records(kind=kind_of(PlaybookPublished))
        if one.body["playbook"] == book.name
    ]
    if before and book.version <= max(before):
        raise PlaybookRefusedError(f"version {max(before)} of {book.name} is published already")
