"""The simulated spec is published and the simulated lots are judged, by the flows for it.

Two simulated people sign the spec; the lots' reads are written, typed and held against it,
and the verdicts stand on the programme's ledger: the lot that everybody received is released,
and the wrong lot of a programme with faults is refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from nanoward.base.canonical import sha256_of
from nanoward.simulation.files.faults import WRONG_LOT
from nanoward.simulation.files.packing import packed
from nanoward.simulation.files.plan_text import AGENT
from nanoward.simulation.genomes.genome import simulated_genome
from nanoward.simulation.genomes.lots import lot_reads
from nanoward.simulation.genomes.sequencing import LOT
from nanoward.simulation.study import Study
from nanoward.wiring import open_ports
from nanoward.wiring.designs import open_signatures

SIGNERS = ("Signer One", "Signer Two")  # nobody: their keys come from the seed
PUBLISHED, JUDGED = timedelta(days=28), timedelta(days=14)  # before day 0
ACTOR = "simulate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What stands on the ledger: the spec's hash, and each lot's verdict in words."""

    spec_sha256: str
    lots: dict[str, str]


def private_key(study: Study, person: str) -> str:
    """A key that anybody can make again: it protects nothing."""
    return sha256(f"nanoward simulated signer {study.seed} {person}".encode()).hexdigest()


def signers_text(study: Study) -> str:
    """[agents.people] of programme.toml: who may sign specs."""
    signatures = open_signatures()
    keys = [signatures.sign(private_key(study, one), b"")[0] for one in SIGNERS]
    lines = "".join(
        f'"{one}" = "{key}"  # simulated\n' for one, key in zip(SIGNERS, keys, strict=True)
    )
    return f"\n[agents.people]\n{lines}"


def release_programme(study: Study, folder: Path) -> Released:
    """Publish the spec and judge the lots of a programme that was just written."""
    from nanoward.catalogue.calling.calling_rules import CallingRules
    from nanoward.flows.agents.check_agents import checked_spec, sign_spec, spec_document
    from nanoward.flows.lots.register_agents import record_lot, record_spec
    from nanoward.flows.lots.release_lot import release_lot
    from nanoward.ports.reads import ReadFile

    genome, home = simulated_genome(study), folder / "agents" / AGENT
    path = f"agents/{AGENT}/spec.toml"
    document = spec_document(path, (home / "spec.toml").read_bytes())
    published, judged = study.start - PUBLISHED, study.start - JUDGED
    checked = checked_spec(path, document, genome.contigs(), published)
    assert checked.spec is not None
    assert not checked.findings
    signatures = open_signatures()
    signed = [
        (one, sign_spec(checked.spec, one, private_key(study, one), signatures).encode())
        for one in SIGNERS
    ]
    words: dict[str, str] = {}
    with open_ports(str(folder), quiet=True) as ports:
        entry = record_spec(ports, checked.spec, signed, signatures, published, actor=ACTOR)
        for lot in (LOT, WRONG_LOT) if study.faults else (LOT,):
            made = lot_reads(study, genome, lot, wrong=lot == WRONG_LOT)
            files = []
            for number, text in enumerate((made.first, made.second), start=1):
                content = packed(text)
                name = home / "lots" / f"{lot}_{number}.fastq.gz"
                name.parent.mkdir(exist_ok=True)
                name.write_bytes(content)
                files.append(ReadFile(name=name.name, content=content))
            report = release_lot(lot, checked, files, CallingRules(), ports.formats)
            hashes = [sha256_of(one.content or b"") for one in files]
            record_lot(ports, checked.spec, report, hashes, judged, actor=ACTOR)
            verdict = report.verdict
            words[lot] = "released" if verdict.released else "; ".join(verdict.reasons)
    return Released(spec_sha256=entry.spec_sha256, lots=words)
