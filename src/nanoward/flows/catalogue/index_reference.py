"""An agent's index from its reference file, kept so that it is made once for each reference."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from nanoward.base.findings import Finding
from nanoward.catalogue.calling.reference_index import AgentIndex, agent_index
from nanoward.flows.steps.memoised_tables import memo_key
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.ports.blobs import Blobs
from nanoward.ports.formats import Formats
from nanoward.sequencing.kmer_index import STEP, K, SeedIndex
from nanoward.sequencing.word_parallel import packed

ORDER = ("codes", "slots", "marks")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFile:
    """A reference FASTA as it stands in a file.

    primers  BED file (path, content) of the amplicon scheme that its reads were made by
    """

    path: str
    content: bytes
    primers: tuple[str, bytes] | None = None


def index_reference(
    reference: ReferenceFile, formats: Formats, kept: Blobs | None
) -> tuple[AgentIndex, tuple[Finding, ...]]:
    """The index of a reference file and what is wrong with the file.

    kept  where indices of sound files are kept and found again; None: it is made anew
    """
    name = hashlib.sha256(reference.content).hexdigest()
    key = memo_key("agent_index", reachable_digest(__name__), reference=name, words=[K, STEP])
    known = None if kept is None else kept.noted(key)
    if kept is not None and known is not None:
        return unpacked_agent(kept.get(known)), ()
    read = formats.read("reference", reference.path, reference.content)
    agent = agent_index(dict(read.table.select("contig", "sequence").rows()))
    if kept is not None and not read.findings:
        kept.note(key, kept.put(packed_agent(agent)))
    return agent, read.findings


def packed_agent(agent: AgentIndex) -> bytes:
    """One line of JSON, then the arrays as they lie in memory (little end first)."""
    arrays = {"codes": agent.codes, "slots": agent.index.slots, "marks": agent.index.marks}
    head = {
        "contigs": agent.contigs,
        "starts": agent.starts,
        "lengths": agent.lengths,
        "shift": int(agent.index.shift),
        "sizes": [len(arrays[one]) for one in ORDER],
    }
    pieces = [arrays[one].astype(arrays[one].dtype.newbyteorder("<")) for one in ORDER]
    return json.dumps(head).encode() + b"\n" + b"".join(one.tobytes() for one in pieces)


def unpacked_agent(content: bytes) -> AgentIndex:
    """What `packed_agent` wrote."""
    end = content.index(b"\n")
    head = json.loads(content[:end])
    arrays, at = {}, end + 1
    for name, size in zip(ORDER, head["sizes"], strict=True):
        kind = np.dtype("<u8" if name == "slots" else "u1")
        arrays[name] = np.frombuffer(content, kind, size, at).astype(kind.newbyteorder("="))
        at += size * kind.itemsize
    letters, holes = packed(arrays["codes"])
    return AgentIndex(
        contigs=tuple(head["contigs"]),
        starts=tuple(head["starts"]),
        lengths=tuple(head["lengths"]),
        codes=arrays["codes"],
        index=SeedIndex(
            slots=arrays["slots"],
            marks=arrays["marks"],
            shift=np.uint64(head["shift"]),
            letters=letters,
            holes=holes,
        ),
    )
