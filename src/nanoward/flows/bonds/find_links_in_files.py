"""Type samples and find bonds on plain files, without a programme or a ledger."""

from dataclasses import dataclass

from nanoward.bonds import (
    BondRules,
    contacts_by_pair,
    group_table,
    lot_samples,
    participants_to_compare,
    stratum_bonds,
)
from nanoward.bonds.direction.dates import date_odds, doses_of
from nanoward.catalogue import (
    CatalogueRules,
)
from nanoward.flows.bonds.explain_bonds import BondContext, explain_bonds
from nanoward.flows.bonds.find_links import (
    alone,
    bond_facts,
    by_stratum,
    judge,
    suspects_of,
    unsequenced,
)
from nanoward.flows.catalogue.type_files import Files, read_files, type_files
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """The rules of both rooms that a comparison of plain files goes through."""

    catalogue: CatalogueRules
    bonds: BondRules


def find_links_in_files(
    files: Files,
    rules: FileRules,
    formats: Formats,
    runner: Runner,
    progress: Progress,
) -> Outcome:
    """Bonds between the participants of plain files, and what could not be decided."""
    typed = type_files(
        {role: file for role, file in files.items() if role != "contacts"},
        rules.catalogue,
        formats,
        runner,
        progress,
    )
    met, doubts = read_files({r: f for r, f in files.items() if r == "contacts"}, formats)
    samples, tables = typed.tables["samples"], typed.tables
    people, undecided = participants_to_compare(samples, tables["profiles"], rules.bonds)
    lots = lot_samples(samples, tables["profiles"])
    known = frozenset(samples["participant"].drop_nulls().to_list())
    contacts, strangers = contacts_by_pair(met.get("contacts"), known)
    strata = by_stratum(people)
    pieces = []
    with progress("comparing participants", len(strata)) as step:
        for group in strata:
            pieces.append(
                stratum_bonds(
                    group, tables["aligned"], tables["factors"], contacts, rules.bonds, lots
                )
            )
            step(1)
    doses = doses_of(samples)
    bonds, questions = judge(
        pieces, rules.bonds, date_odds(people, doses, rules.bonds.serial_interval).of
    )
    beside = BondContext(
        contacts=met.get("contacts"),
        doses=doses,
        suspects=suspects_of(tables["adaptation"], lots),
        window_d=rules.bonds.window_d,
    )
    told = explain_bonds(bonds, people, beside)
    return Outcome(
        tables={
            **tables,
            "bonds": told.tables["bonds"],
            "bond_groups": group_table(bonds),
            **met,
        },
        findings=(*typed.findings, *doubts, *strangers, *told.findings),
        undecided=(
            *typed.undecided,
            *undecided,
            *questions,
            *told.undecided,
            *alone(strata),
            *unsequenced(people, lots),
        ),
        facts={**typed.facts, **bond_facts(bonds, people), **told.facts},
        computed=len(strata),
    )
