"""A round ends well whatever a sample's reads are: deep, thin, none, unread, or one alone.

One sample of each kind beside sound ones, in a programme with a spec, kill loci, runs, contacts
and lots, up to the finished report.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.safety.lots.test_lots_suite import GENOME, document
from tests.safety.lots.test_samples_suite import first_of, pairs, unread

from nanoward.agents import document_toml
from nanoward.base.plan import Plan
from nanoward.faces.report.page import render_report
from nanoward.flows.round.ward_round import RoundSummary, ward_round
from nanoward.testing.ports import memory_site
from nanoward.testing.reads import packed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Pair = tuple[bytes, bytes]
KINDS: dict[str, Callable[[], Pair]] = {
    "30x": lambda: pairs(GENOME, depth=30),
    "3x": lambda: pairs(GENOME, depth=3),
    "1x": lambda: pairs(GENOME, depth=1),
    "one pair": lambda: first_of(1),
    "no reads": lambda: (b"", b""),
    "reads of N alone": lambda: (unread(40), unread(40)),
    "one read of N": lambda: (unread(1), unread(1)),
    "no letters": lambda: (b"@r\n\n+\n\n", b"@r\n\n+\n\n"),
    "no FASTQ": lambda: (b"qzword\n", b"qzword\n"),
    "mates missing": lambda: (pairs(GENOME, depth=3)[0], b""),
}


def held(kind: str) -> RoundSummary:
    """The round of a programme in which P2's second sample is of this kind."""
    reference = "".join(f">{name}\n{text}\n" for name, text in GENOME.items()).encode()
    rows = "".join(
        f"{who}-{at},{who},2026-1{at - 1}-0{at},L1,2026-09-01,r{at}\n"
        for who in ("P1", "P2")
        for at in (1, 2)
    )
    files = {
        "agents/lysin/spec.toml": document_toml(document()).encode(),
        "agents/lysin/reference.fasta": reference,
        "data/samples.csv": f"sample,participant,taken,lot,dosed,run\n{rows}".encode(),
        "data/contacts.csv": b"a,b,kind\nP1,P2,room\n",
        "data/genomes.fasta": "".join(
            f">{name}|{contig}\n{text}\n"
            for name in ("P1-1", "P2-1")
            for contig, text in GENOME.items()
        ).encode(),
    }
    for name, made in {"P1-2": pairs(GENOME, depth=20), "P2-2": KINDS[kind]()}.items():
        for side, text in enumerate(made, 1):
            files[f"data/reads/{name}_{side}.fastq.gz"] = packed(text)
    plan = Plan(name="ward", title="A ward", sha256="ab", agent="lysin")
    ports = memory_site(plan, files, now=NOW)
    return ward_round(ports, as_of=NOW.date(), seed=1, render=render_report)


@pytest.mark.hazard("H-270")
@pytest.mark.parametrize("kind", KINDS)
def test_a_round_ends_well_whatever_a_samples_reads_are(kind: str) -> None:
    tables = held(kind).round_.tables
    failed = tables["undecided"].filter(question="all that it is asked")
    assert failed["reason"].to_list() == []
    assert not [one for one in tables["findings"]["message"] if "fault" in one.lower()]
    typed = dict(tables["profiles"].select("sample", "typed_as").rows())
    assert typed["P1-2"] == "agent"
    if kind == "30x":
        assert typed["P2-2"] == "agent"
    else:  # whatever is not known of it is told
        told = {*tables["findings"]["subject"], *tables["undecided"]["subject"]}
        assert told & {"P2-2", "P2"}
