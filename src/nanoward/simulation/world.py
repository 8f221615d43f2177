"""A whole simulated programme as values: the files' tables and the truth beside them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations

import polars as pl

from nanoward.simulation.files.faults import Fault, with_faults
from nanoward.simulation.files.sdtm import (
    demographics_rows,
    disposition_rows,
    exposure_rows,
    visit_rows,
    vital_signs_rows,
)
from nanoward.simulation.genomes.genome import Genome, lot_table, simulated_genome
from nanoward.simulation.genomes.sequencing import (
    Read,
    fasta_of,
    planned_samples,
    samples_table,
    simulated_reads,
)
from nanoward.simulation.genomes.spread import Arrival, shared_days, simulated_spread
from nanoward.simulation.hosts.contacts import Contact, simulated_contacts
from nanoward.simulation.hosts.exposure import (
    Kinetics,
    events_table,
    parameters_table,
    simulated_kinetics,
)
from nanoward.simulation.hosts.harms import Harm, harm_rows, simulated_harms
from nanoward.simulation.hosts.laboratory import (
    Toxicity,
    grades_rows,
    laboratory_rows,
    planted_toxicities,
)
from nanoward.simulation.hosts.people import Person, simulated_people
from nanoward.simulation.hosts.questionnaires import planted_answers, questionnaire_rows
from nanoward.simulation.hosts.standings import standing_rows
from nanoward.simulation.study import Study

STUDY_ID = "NWSIM"


@dataclass(frozen=True, kw_only=True)
class World:
    """What happened (people to toxicities) and what is told of it (tables and consensus).

    tables     by path within the programme; texts and numbers as the files hold them
    consensus  FASTA
    truth      by path within the programme
    """

    study: Study
    people: Sequence[Person]
    contacts: Sequence[Contact]
    arrivals: Sequence[Arrival]
    genome: Genome
    reads: Sequence[Read]
    kinetics: Sequence[Kinetics]
    harms: Sequence[Harm]
    toxicities: Sequence[Toxicity]
    answers: dict[int, int]
    consensus: str
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    truth: dict[str, pl.DataFrame] = field(default_factory=dict)
    faults: Sequence[Fault] = ()


def simulated_world(
    study: Study,
    *,
    step: Callable[[int], None] = lambda count: None,  # noqa: ARG005
) -> World:
    """Everything, from people to planted faults; the same study gives the same world.

    step  is called after each simulated day of evolution: `study.days` + 1 times
    """
    people = simulated_people(study)
    contacts = simulated_contacts(study, people)
    arrivals = simulated_spread(study, people, contacts)
    genome = simulated_genome(study)
    samples = planned_samples(study, people)
    reads = simulated_reads(study, genome, samples, arrivals, step=step)
    kinetics = simulated_kinetics(study, people)
    toxicities = planted_toxicities(study, people)
    world = World(
        study=study,
        people=people,
        contacts=contacts,
        arrivals=arrivals,
        genome=genome,
        reads=reads,
        kinetics=kinetics,
        harms=simulated_harms(study, people, kinetics),
        toxicities=toxicities,
        answers=planted_answers(study, people, [one.person for one in toxicities]),
        consensus=fasta_of(reads),
    )
    world.tables.update(_told(world))
    faults: list[Fault] = []
    if study.faults:
        tables, faults = with_faults(study, world.tables, genome, reads)
        world.tables.update(tables)
    world.truth.update(_truth(world, faults))
    return world


def _told(world: World) -> dict[str, pl.DataFrame]:
    """All tables as sound files would hold them, by path."""
    study, people = world.study, world.people
    domains = {
        "dm": demographics_rows(study, people),
        "ds": disposition_rows(study, people),
        "ex": exposure_rows(study, people),
        "ae": harm_rows(study, people, world.harms),
        "lb": laboratory_rows(study, people, world.toxicities),
        "qs": questionnaire_rows(study, people, world.answers),
        "sv": visit_rows(study, people),
        "vs": vital_signs_rows(study, people),
    }
    tables = {
        f"data/sdtm/{name}.xpt": pl.DataFrame(
            [{"STUDYID": STUDY_ID, **row} for row in rows], infer_schema_length=None
        )
        for name, rows in domains.items()
    }
    tables["data/samples.csv"] = samples_table(study, people, world.reads)
    tables["data/variants.csv.gz"] = pl.concat([read.variants for read in world.reads])
    tables["data/contacts.csv"] = _contacts_table(world)
    tables["data/events.csv"] = events_table(study, people, world.kinetics)
    return tables


def _contacts_table(world: World) -> pl.DataFrame:
    people, study = world.people, world.study
    return pl.DataFrame(
        [
            {
                "a": people[one.a].name,
                "b": people[one.b].name,
                "kind": one.kind,
                "first": study.day(one.first).isoformat(),
                "last": study.day(one.last).isoformat(),
                "hours": one.hours,
            }
            for one in world.contacts
        ],
        schema={
            **dict.fromkeys(("a", "b", "kind", "first", "last"), pl.String),
            "hours": pl.Float64,
        },
    )


def _truth(world: World, faults: Sequence[Fault]) -> dict[str, pl.DataFrame]:
    study, people = world.study, world.people
    text = pl.String
    return {
        "truth/carriage.csv": _carriage_table(world),
        "truth/transmissions.csv": _carriage_table(world)
        .filter(pl.col("source") != "")
        .rename({"host": "recipient"})
        .select("source", "recipient", "date", "kind"),
        "truth/links.csv": links_table(world),
        "truth/lot.csv": lot_table(world.genome),
        "truth/parameters.csv": parameters_table(people, world.kinetics),
        "truth/grades.csv": pl.DataFrame(
            grades_rows(study, people, world.toxicities),
            schema={
                "participant": text,
                "test": text,
                "taken": text,
                "value": pl.Float64,
                "grade": pl.Int64,
            },
        ),
        "truth/standings.csv": pl.DataFrame(standing_rows(world)),
        "truth/faults.csv": pl.DataFrame(
            [asdict(fault) for fault in faults],
            schema={
                "kind": text,
                "file": text,
                "line": pl.Int64,
                "column": text,
                "subject": text,
                "family": text,
            },
        ),
    }


def _carriage_table(world: World) -> pl.DataFrame:
    """Every arrival of the agent in a host, from the lot (no source) or from a person."""
    return pl.DataFrame(
        [
            {
                "host": world.people[one.host].name,
                "date": world.study.day(one.day).isoformat(),
                "source": "" if one.source is None else world.people[one.source].name,
                "kind": one.kind,
            }
            for one in world.arrivals
        ],
        schema=dict.fromkeys(("host", "date", "source", "kind"), pl.String),
    )


def links_table(world: World) -> pl.DataFrame:
    """Pairs whose last samples descend from one host after the lot.

    link         direct: one passed the agent to the other, and that arrival is the one that
                 still stood at the last samples; common: through others
    shared_days  days that the two populations have in common after they left the lot
    """
    last = {read.sample.host: read.sample.day for read in world.reads}
    rows = []
    for a, b in combinations(sorted(last), 2):
        days = shared_days(world.arrivals, (a, last[a]), (b, last[b]))
        if days is not None:
            rows.append(
                {
                    "a": world.people[a].name,
                    "b": world.people[b].name,
                    "link": "direct" if _is_direct(world, a, b, last) else "common",
                    "shared_days": days,
                }
            )
    return pl.DataFrame(
        rows,
        schema={"a": pl.String, "b": pl.String, "link": pl.String, "shared_days": pl.Int64},
    )


def _is_direct(world: World, a: int, b: int, last: dict[int, int]) -> bool:
    for host, other in ((a, b), (b, a)):
        came = [one for one in world.arrivals if one.host == host and one.day <= last[host]]
        if came and came[-1].source == other:
            return True
    return False
