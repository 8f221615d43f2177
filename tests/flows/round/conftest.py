"""A small ward in memory whose files change from round to round."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.round.ward_round import RoundSummary, ward_round
from nanoward.flows.steps.finding_rows import findings_in
from nanoward.testing.fakes import MemoryFolder
from nanoward.testing.ports import memory_site

DM = "STUDYID,DOMAIN,USUBJID,RFICDTC,RFSTDTC,ARM\n" + "".join(
    f"S,DM,P{n},2026-11-01,2026-11-09,Active\n" for n in (1, 2)
)
EX = "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC\n" + "".join(
    f"S,EX,P{n},1,LBP,1,2026-11-09\n" for n in (1, 2)
)
LB = (
    "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC\n"
    + "".join(
        f"S,LB,P{n},{k},ALT,30,U/L,0,40,{day}\n"
        for n in (1, 2)
        for k, day in enumerate(("2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29"), 1)
    )
)
AE = (
    "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESER,AESTDTC,AEENDTC\n"
    "S,AE,P2,1,Sepsis,Sepsis,SEVERE,Y,2026-11-14,\n"
)


@dataclass
class Ward:
    """Files by name, and rounds held on them; the ledger and the blobs stay."""

    files: dict[str, str]
    rules: dict[str, Any] = field(default_factory=lambda: {"psychological_weeks": 0})

    def __post_init__(self) -> None:
        self.ports = memory_site(self.plan, {}, now=datetime(2026, 11, 30, 12, tzinfo=UTC))

    @property
    def plan(self) -> Plan:
        return Plan(
            name="w", title="W", sha256="", agent="x", sections={"clearance": self.rules}
        )

    def round(self, day: int) -> RoundSummary:
        folder = self.ports.folder
        assert isinstance(folder, MemoryFolder)
        folder._plan = self.plan
        folder._contents = {name: text.encode() for name, text in self.files.items()}
        return ward_round(
            self.ports, as_of=date(2026, 11, day), seed=7, render=lambda round_: b"r"
        )

    def standing(self, day: int, who: str = "P2") -> tuple[str, str]:
        """The person's standing and deciding reason."""
        table = self.round(day).round_.tables["standings"]
        row = table.filter(pl.col("participant") == who).to_dicts()[0]
        return row["standing"], "; ".join(row["reasons"])

    def findings(self, day: int) -> list[Finding]:
        return [
            one
            for one in findings_in(self.round(day).round_.tables["findings"])
            if one.code.startswith("PRG")
        ]

    def codes(self, day: int) -> list[str]:
        return [one.code for one in self.findings(day)]

    def changes(self, day: int) -> list[dict[str, Any]]:
        return self.round(day).round_.tables["round_changes"].to_dicts()


@pytest.fixture
def a_ward() -> Callable[..., Ward]:
    def made(**more: str) -> Ward:
        base = {"data/sdtm/dm.csv": DM, "data/sdtm/ex.csv": EX, "data/sdtm/lb.csv": LB}
        return Ward({**base, **{f"data/sdtm/{name}.csv": text for name, text in more.items()}})

    return made


@pytest.fixture
def ill_ward(a_ward: Callable[..., Ward]) -> Ward:
    """P2 has a sepsis and is held; P1 is cleared."""
    return a_ward(ae=AE)
