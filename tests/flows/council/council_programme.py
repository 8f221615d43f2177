"""A programme on disk with a council of three, a physician, and a round that was held."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from tests.faces.cli.programme.programme_folder import make, today_of
from tests.programme.council.test_pack_tables import events

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.flows.steps.parquet import parquet_of
from nanoward.ports.messages import MemberKeys
from nanoward.wiring import open_ports
from nanoward.wiring.council import member_keys

MEMBERS = ("anna", "ben", "cara")
PEOPLE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilProgramme:
    """The folder, and the key file of each member and of the physician."""

    folder: str
    files: dict[str, Path]

    def keys(self, name: str) -> MemberKeys:
        return member_keys(str(self.files[name]))


def council_programme(folder: Path, *, more: str = "") -> CouncilProgramme:
    """Anna has the chair, cara is the advocate, the quorum is two."""
    files = {name: folder / f"{name}.keys" for name in (*MEMBERS, "drew")}
    public = {}
    for name, file in files.items():
        keys = member_keys(str(file))
        public[name] = f"{keys.sealing_key} {keys.signing_key}"
    plan = [
        "[programme.council]", "quorum = 2", 'chair = "anna"', 'advocate = "cara"',
        "[programme.council.members]", *(f'{one} = "{public[one]}"' for one in MEMBERS),
        "[programme.council.physicians]", f'drew = "{public["drew"]}"', more, "",
    ]  # fmt: skip
    made = make(folder, "P000", "P001", more="\n".join(plan))
    hold_round(made, tables_of(made))
    return CouncilProgramme(folder=made, files=files)


def tables_of(folder: str) -> dict[str, pl.DataFrame]:
    """Thirty people in two arms; skin and eye each are hit in one arm alone."""
    day = today_of(folder)
    people = [f"P{n:03d}" for n in range(PEOPLE)]
    standings = pl.DataFrame(
        {"participant": people, "arm": [("High", "Placebo")[n % 2] for n in range(PEOPLE)],
         "standing": ["cleared"] * 18 + ["held"] * 12, "first_dose": [day] * PEOPLE}
    )  # fmt: skip
    rows = [(people[n], "Heart") for n in range(12)]
    rows += [(people[n], ("Skin", "Eye")[n % 2]) for n in range(PEOPLE)]
    findings = pl.DataFrame({"code": ["PRG-041"], "severity": ["warning"]})
    return {"standings": standings, "adverse_events": events(rows), "findings": findings}


def eye_events(folder: str, *, more: bool) -> dict[str, pl.DataFrame]:
    """Eye: all but one of Heart's twelve, and five of one arm; MORE: that one too."""
    people = [f"P{n:03d}" for n in range(PEOPLE)]
    rows = [(people[n], "Heart") for n in range(12)]
    rows += [(people[n], "Skin") for n in range(12, PEOPLE)]
    rows += [(people[n], "Eye") for n in (*range(0 if more else 1, 12), 12, 14, 16, 18, 20)]
    return {**tables_of(folder), "adverse_events": events(rows)}


def hold_round(folder: str, tables: dict[str, pl.DataFrame], *, days_ago: int = 0) -> None:
    """Write a round's tables and the entry that names them."""
    files: dict[str, Any] = {
        f"tables/{name}.parquet": parquet_of(table) for name, table in tables.items()
    }
    with open_ports(folder, quiet=True) as ports:
        day = ports.today() - timedelta(days=days_ago)
        ports.folder.write_round(day.isoformat(), files)
        held = RoundHeld(
            round=day.isoformat(), as_of=day, report_sha256="r",
            tables=tuple(f"{path}={sha256_of(one)}" for path, one in sorted(files.items())),
        )  # fmt: skip
        ports.ledger.append([held], actor="round", at=ports.clock.now())
