"""A small ward in memory that counts how often its round was really held."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.repeat.hold_round import hold_round
from nanoward.flows.round.round import Round, RoundSummary
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import MemoryFolder, MemoryLedger
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BASES = "ACGT" * 50
PLAN = Plan(name="ward", title="A ward", sha256="ab", agent="phage")
FILES = {
    "agents/phage/reference.fasta": f">phage\n{BASES}\n".encode(),
    "data/samples.csv": b"sample,participant,taken\nS1,P1,2026-11-01\nS2,P2,2026-11-20\n",
    "data/genomes.fasta": f">S1|phage\n{BASES}\n>S2|phage\n{BASES}\n".encode(),
}


@dataclass
class Ward:
    """`held` grows by one whenever a round is held, not when its answer is given again."""

    ports: Ports = field(
        default_factory=lambda: replace(memory_site(PLAN, FILES, now=NOW), spool=MemoryLedger())
    )
    lane: MemoryLedger = field(default_factory=MemoryLedger)
    held: int = 0
    seed: int = 7

    @property
    def folder(self) -> MemoryFolder:
        assert isinstance(self.ports.folder, MemoryFolder)
        return self.ports.folder

    def round(self, day: date = date(2026, 11, 23), *, anew: bool = False) -> RoundSummary:
        def render(round_: Round) -> bytes:
            self.held += 1
            return f"report {round_.as_of} {sorted(round_.tables)}".encode()

        return hold_round(
            self.ports, as_of=day, seed=self.seed, render=render, lane=self.lane, anew=anew
        )


@pytest.fixture
def ward() -> Ward:
    return Ward()
