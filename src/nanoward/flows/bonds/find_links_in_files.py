"""The bonds of plain files, without a programme or a ledger: see `analyse_bonds`."""

from dataclasses import dataclass

from nanoward.bonds import BondRules
from nanoward.catalogue import CatalogueRules
from nanoward.flows.bonds.analyse_bonds import analyse
from nanoward.flows.catalogue.type_files import Files, read_files, type_files
from nanoward.flows.steps.step_outcome import Outcome, merge
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
    found = analyse({**typed.tables, **met}, rules.bonds, progress=progress)
    read = Outcome(tables={**typed.tables, **met}, findings=(*typed.findings, *doubts),
                   undecided=typed.undecided, facts=typed.facts)  # fmt: skip
    return merge(read, found)
