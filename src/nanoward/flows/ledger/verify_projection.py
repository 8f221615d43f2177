"""Compare what is folded per person with the records, and fold it anew."""

from collections.abc import Mapping

from nanoward.base.findings import Finding
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.progress import Progress


def projection_findings(
    ledgers: Mapping[str, Ledger | None], progress: Progress
) -> list[Finding]:
    """An error for each ledger whose index of records by person does not fit its records.

    ledgers  name to ledger; None where the programme has none
    """
    found = []
    for name, ledger in ledgers.items():
        if not isinstance(ledger, ProvenLedger):
            continue
        with progress(f"comparing the index of the {name}", ledger.folded()) as step:
            fault = ledger.index_fault(step)
        if fault:
            found.append(_finding(name, fault))
    return found


def rebuild_projections(
    ledgers: Mapping[str, Ledger | None], progress: Progress
) -> dict[str, int]:
    """Make the index of each ledger anew from its records; how many were folded, by name."""
    done = {}
    for name, ledger in ledgers.items():
        if isinstance(ledger, ProvenLedger):
            with progress(f"folding the {name}", ledger.head().size) as step:
                ledger.fold(step, anew=True)
            done[name] = ledger.folded()
    return done


def _finding(name: str, fault: str) -> Finding:
    return Finding(
        code="OUT-073",
        severity="error",
        message=f"{name}: {fault}; the record itself verifies",
        next_step="Make it again from the record: nanoward rebuild PROGRAMME.",
    )
