"""Faults planted in the files, each with the place where a reader must find it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from nanoward.simulation.genomes.genome import BASES, Genome, guarded_places, place_of
from nanoward.simulation.genomes.sequencing import UNREADABLE, Read
from nanoward.simulation.study import Study

STRANGER = "P999"  # a person whom the programme knows only by a faulty row
NOBODY = "P998"  # a person whom the programme does not know at all
WRONG_LOT = "LOT-B"  # a lot with a changed kill locus, which its release refuses
ESCAPED = 0.38  # share of the escaped mutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planted fault.

    line    1-based line of a text file (the header is line 1), or row of a transport file
    family  prefixes of the finding codes that may tell it, joined by |
    """

    kind: str
    file: str
    line: int | None
    column: str
    subject: str
    family: str


Tables = Mapping[str, pl.DataFrame]

SAMPLES, VARIANTS = "data/samples.csv", "data/variants.csv.gz"
CONTACTS, FASTA = "data/contacts.csv", "data/consensus.fasta.gz"
DM, LB, AE = "data/sdtm/dm.xpt", "data/sdtm/lb.xpt", "data/sdtm/ae.xpt"


class Planter:
    """Adds faulty rows behind the sound ones and notes each."""

    def __init__(self, tables: Tables) -> None:
        self.tables = dict(tables)
        self.faults: list[Fault] = []

    def add(
        self,
        kind: str,
        file: str,
        row: Mapping[str, Any],
        *,
        column: str,
        subject: str,
        family: str,
    ) -> None:
        """Append a row to a table; columns that the row does not name stay empty."""
        table = self.tables[file]
        empty = {name: "" if kind == pl.String else None for name, kind in table.schema.items()}
        new = pl.DataFrame([empty | dict(row)], schema=table.schema)
        self.tables[file] = pl.concat([table, new])
        header = 0 if file.endswith(".xpt") else 1
        self.note(
            kind, file, table.height + 1 + header, column=column, subject=subject, family=family
        )

    def note(
        self, kind: str, file: str, line: int | None, *, column: str, subject: str, family: str
    ) -> None:
        self.faults.append(
            Fault(
                kind=kind, file=file, line=line, column=column, subject=subject, family=family
            )
        )


def with_faults(
    study: Study, tables: Tables, genome: Genome, reads: Sequence[Read]
) -> tuple[dict[str, pl.DataFrame], list[Fault]]:
    """The tables with one fault of every kind, and the list of them; the sound rows stay.

    tables  by path within the programme, as sound files would hold them
    """
    planter = Planter(tables)
    _in_samples(study, planter)
    _in_variants(planter)
    _in_contacts(study, planter)
    _in_domains(study, planter)
    _in_agents(planter, genome, reads)
    return planter.tables, planter.faults


def _in_samples(study: Study, planter: Planter) -> None:
    sound = planter.tables[SAMPLES]
    first = sound.row(0, named=True)
    planter.add(
        "duplicate sample",
        SAMPLES,
        first,
        column="sample",
        subject=first["sample"],
        family="FMT",
    )
    late = study.day(study.days + 36_525).isoformat()  # a century: late whenever it is read
    planter.add(
        "date in the future",
        SAMPLES,
        sound.row(1, named=True) | {"sample": "FUTURE-01", "taken": late},
        column="taken",
        subject="FUTURE-01",
        family="PRG|FMT|CAT",
    )
    planter.add(
        "no such day",
        SAMPLES,
        sound.row(2, named=True) | {"sample": "NODAY-01", "taken": "2026-02-30"},
        column="taken",
        subject="NODAY-01",
        family="FMT",
    )
    planter.add(
        "sample without consent",
        SAMPLES,
        sound.row(3, named=True) | {"sample": f"{STRANGER}-01", "participant": STRANGER},
        column="participant",
        subject=f"{STRANGER}|{STRANGER}-01",
        family="PRG|CLR",
    )


def _in_variants(planter: Planter) -> None:
    sound = planter.tables[VARIANTS]
    first = sound.row(0, named=True)
    sample = first["sample"]
    wrong = "A" if first["ref"] != "A" else "C"
    other = next(base for base in "GT" if base not in (first["ref"], wrong))
    planter.add(
        "frequency above 1",
        VARIANTS,
        first | {"position": 1, "frequency": 1.4},
        column="frequency",
        subject=sample,
        family="FMT",
    )
    planter.add(
        "other reference base",
        VARIANTS,
        first | {"ref": wrong, "alt": other},
        column="ref",
        subject=sample,
        family="CAT",
    )
    planter.add(
        "contig not of the agent",
        VARIANTS,
        first | {"contig": "plasmid9", "position": 5},
        column="contig",
        subject=sample,
        family="CAT",
    )
    planter.add(
        "variant of an unknown sample",
        VARIANTS,
        first | {"sample": "GHOST-01"},
        column="sample",
        subject="GHOST-01",
        family="CAT|PRG",
    )


def _in_contacts(study: Study, planter: Planter) -> None:
    day = study.day(30).isoformat()
    known = planter.tables[DM]["USUBJID"][0]
    row = {"a": known, "b": NOBODY, "kind": "casual", "first": day, "last": day, "hours": 1.0}
    planter.add(
        "contact with an unknown person",
        CONTACTS,
        row,
        column="b",
        subject=NOBODY,
        family="PRG|BND",
    )
    planter.add(
        "contact with oneself",
        CONTACTS,
        row | {"b": known, "kind": "room"},
        column="a",
        subject=known,
        family="FMT",
    )


def _in_domains(study: Study, planter: Planter) -> None:
    planter.add(
        "no consent on file",
        DM,
        planter.tables[DM].row(0, named=True)
        | {"USUBJID": STRANGER, "SUBJID": STRANGER}
        | dict.fromkeys(("RFICDTC", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "DTHDTC"), "")
        | dict.fromkeys(("ARMCD", "ARM", "ACTARMCD", "ACTARM", "DTHFL"), ""),
        column="RFICDTC",
        subject=STRANGER,
        family="CLR|PRG",
    )
    done = _completed(planter)
    laboratory = planter.tables[LB].filter(
        (pl.col("USUBJID") == done) & (pl.col("LBTESTCD") == "K")
    )
    planter.add(
        "unknown unit",
        LB,
        laboratory.row(0, named=True)
        | {"LBSEQ": 9001.0, "LBORRESU": "furlong", "LBSTRESU": "furlong", "LBBLFL": ""},
        column="LBSTRESU|LBORRESU",
        subject=done,
        family="CLR",
    )
    _in_events(study, planter, done)


def _in_events(study: Study, planter: Planter, done: str) -> None:
    sound = planter.tables[AE].row(0, named=True) | {
        "USUBJID": done,
        "AESEV": "MILD",
        "AESER": "N",
        "AESDTH": "N",
        "AESHOSP": "N",
        "AEACN": "DOSE NOT CHANGED",
        "AEOUT": "RECOVERED/RESOLVED",
        "AEDECOD": "Headache",
        "AETERM": "HEADACHE",
    }
    start, end = study.day(40).isoformat(), study.day(42).isoformat()
    planter.add(
        "serious by criterion, not by flag",
        AE,
        sound | {"AESEQ": 901.0, "AESHOSP": "Y", "AESTDTC": start, "AEENDTC": end},
        column="AESER",
        subject=done,
        family="CLR",
    )
    planter.add(
        "partial date",
        AE,
        sound | {"AESEQ": 902.0, "AESTDTC": start[:7], "AEENDTC": end},
        column="AESTDTC",
        subject=done,
        family="CLR|FMT",
    )


def _in_agents(planter: Planter, genome: Genome, reads: Sequence[Read]) -> None:
    """A lot that nobody released, and a mutant that has escaped its kill switch."""
    samples = planter.tables[SAMPLES].to_dicts()
    given = next(row for row in samples if row["lot"])
    planter.add(
        "lot that was refused",
        SAMPLES,
        given | {"sample": "LOTB-01", "lot": WRONG_LOT},
        column="lot",
        subject=WRONG_LOT,
        family="AGT",
    )
    last = max(
        (one for one in reads if not one.variants.is_empty()),
        key=lambda one: (one.sample.visit, one.sample.name),
    )
    readable = (last.consensus == genome.letters) & (last.consensus != UNREADABLE)
    at = int(np.flatnonzero(guarded_places() & readable)[-1])
    contig, position = place_of(at)
    letter = int(genome.letters[at])
    name = last.sample.name
    who = next(row["participant"] for row in samples if row["sample"] == name)
    planter.add(
        "escape from the kill switch",
        VARIANTS,
        {
            "sample": name,
            "contig": contig,
            "position": position,
            "ref": BASES[letter],
            "alt": BASES[(letter + 1) % 4],
            "frequency": ESCAPED,
            "depth": 400,
        },
        column="alt",
        subject=f"{name}|{who}",
        family="CAT",
    )


def _completed(planter: Planter) -> str:
    """Somebody whose stay has ended well: nothing found of them changes a standing."""
    ds = planter.tables["data/sdtm/ds.xpt"]
    done = ds.filter(pl.col("DSDECOD") == "COMPLETED")["USUBJID"]
    return str(done[0] if done.len() else ds["USUBJID"][0])
