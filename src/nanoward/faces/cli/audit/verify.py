"""nanoward verify."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_findings, print_result


@click.command()
@click.argument("programme", type=click.Path())
@click.option(
    "--continue", "resume", is_flag=True, help="Go on where a verification was interrupted."
)
@click.option("--sealed", is_flag=True, help="Decrypt nothing: about twice as fast.")
@common
def verify(
    programme: str, resume: bool, sealed: bool, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Prove that the record of PROGRAMME is whole: ledgers, blobs and reports.

    Exit code 0: whole; 1: a report was changed or is missing, or a witness lags; 5: a ledger
    or blobs are broken. Interrupted with Ctrl-C, it can go on later with --continue.

    PROGRAMME may be an exported ledger instead: then its lines, records and checkpoint are
    verified (exit code 3 or 5 where they are not whole).
    """
    if Path(programme).is_file():
        _verify_export(programme, as_json=as_json, quiet=quiet)
        return
    from nanoward.flows.ledger.verify_lane import verify_lane, verify_spool
    from nanoward.flows.ledger.verify_projection import projection_findings
    from nanoward.flows.ledger.verify_record import verify_record
    from nanoward.flows.ledger.witness_ledger import lagging
    from nanoward.ports.ledger import ProvenLedger
    from nanoward.wiring import open_lane_beside, open_ports
    from nanoward.wiring.exit import open_exit_spool
    from nanoward.wiring.ledgers import marks_of, open_look_ledger, witnesses_of

    with (
        open_ports(programme, quiet=quiet, use="read") as ports,
        open_lane_beside(programme) as lane,
        open_exit_spool(programme) as spool,
        open_look_ledger(programme) as looks,
    ):
        verdict = verify_record(ports, marks_of(programme), resume=resume, bodies=not sealed)
        beside = verify_lane(ports.ledger, lane, ports.progress, bodies=not sealed)
        reads = None if looks is None else looks.verify()
        way_out = verify_spool(ports.ledger, spool, ports.progress, bodies=not sealed)
        late = []
        if isinstance(ports.ledger, ProvenLedger):
            late = lagging(ports.ledger, witnesses_of(programme).known(), ports.clock.now())
        if lane is not None:
            known = witnesses_of(programme, lane=True).known()
            late += lagging(lane, known, ports.clock.now())
        ledgers = {"ledger": ports.ledger, "kill lane": lane, "exit": spool}
        late += projection_findings(ledgers, ports.progress)
    told = {
        "records": verdict.head.size,
        "head": verdict.head.hash,
        "lane": None if beside is None else {"records": beside.size, "head": beside.hash},
        "exit": None if way_out is None else {"records": way_out.size, "head": way_out.hash},
        "reads": None if reads is None else {"records": reads.size, "head": reads.hash},
        "blobs": verdict.blobs,
        "rounds": verdict.rounds,
        "findings": [one.as_row() for one in (*verdict.findings, *late)],
    }
    lines = [
        f"ledger: {verdict.head.size} records verify, head {verdict.head.hash}",
        f"blobs: {verdict.blobs} hold what their names say",
        f"rounds: {verdict.rounds} checked, {len(verdict.findings)} files differ",
    ]
    if beside is not None:
        lines.insert(1, f"kill lane: {beside.size} records verify, head {beside.hash}")
    if way_out is not None:
        lines.insert(-2, f"exit: {way_out.size} records verify, head {way_out.hash}")
    if reads is not None:
        lines.insert(-2, f"reads: {reads.size} records verify, head {reads.hash}")
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(print_findings((*verdict.findings, *late), quiet=quiet or as_json))


def _verify_export(path: str, *, as_json: bool, quiet: bool) -> None:
    from nanoward.flows.ledger.export_ledger import verify_export
    from nanoward.wiring import open_bench

    with Path(path).open(encoding="utf-8", newline="\n") as lines:
        head = verify_export(lines, open_bench(quiet=quiet).progress)
    told = {"records": head.size, "head": head.hash}
    text = (
        f"export: {head.size} records verify, head {head.hash}\n"
        "it agrees with itself; what you kept is held against it by tools/verify_ledger.py"
    )
    print_result(told, text, as_json=as_json)
