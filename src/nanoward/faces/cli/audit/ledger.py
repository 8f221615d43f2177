"""nanoward ledger: show, prove, export, import, erase, stress."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.renamed import RenamedGroup

PROGRAMME = click.argument("programme", type=click.Path(file_okay=False))
SPOOL = click.option("--spool", is_flag=True, help="The exit's own ledger instead.")
LANE = click.option("--lane", is_flag=True, help="The kill lane's ledger instead.")


@click.group("ledger", cls=RenamedGroup, renamed={"hammer": "stress"})
def group() -> None:
    """The record of a programme, and proof of it for people who trust nobody."""


@group.command()
@PROGRAMME
@click.option("--after", type=int, default=None, help="Show from the record after this one.")
@click.option("--most", type=int, default=20, show_default=True, help="Records to show.")
@LANE
@SPOOL
@common
def show(
    programme: str, after: int | None, most: int, lane: bool, spool: bool,
    as_json: bool, quiet: bool, **_: Any
) -> None:  # fmt: skip
    """Show the ledger's key, its signed checkpoint and its last records."""
    from nanoward.flows.ledger.prove_record import shown_records
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=quiet, lane=lane, spool=spool) as site:
        head, key = site.ledger.head(), str(site.ledger.key())
        note = str(site.ledger.checkpoint())
        start = max(0, head.size - most) if after is None else after
        records = shown_records(site.ledger, after=start, most=most)
    rows = [
        {
            "seq": one.seq,
            "at": one.at.isoformat(timespec="seconds"),
            "actor": one.actor,
            "kind": one.kind,
            "body": dict(one.body) if as_json else _short(one.body),
            "hash": one.hash,
        }
        for one in records
    ]
    told = {"key": key, "records": head.size, "head": head.hash, "checkpoint": note}
    table = text_table(rows, ("seq", "at", "actor", "kind", "body"))
    text = f"key: {key}\n\n{note}\n{table}"
    print_result(told | {"shown": rows}, text, as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("seq", type=int)
@click.option("--out", type=click.Path(dir_okay=False), help="File to write (.tlog-proof).")
@LANE
@SPOOL
@common
def prove(
    programme: str, seq: int, out: str | None, lane: bool,
    spool: bool, as_json: bool, quiet: bool, **_: Any
) -> None:  # fmt: skip
    """Prove that record SEQ stands on the ledger: a receipt that can be verified offline."""
    from nanoward.flows.ledger.prove_record import prove_record
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=quiet, lane=lane, spool=spool) as site:
        proof = str(prove_record(site.ledger, seq, site.witnesses.known()))
    _give(out, proof, {"seq": seq, "proof": proof}, as_json=as_json)


@group.command()
@PROGRAMME
@click.option("--out", type=click.Path(dir_okay=False), help="File to write (.txt).")
@LANE
@SPOOL
@common
def checkpoint(
    programme: str, out: str | None, lane: bool,
    spool: bool, as_json: bool, quiet: bool, **_: Any
) -> None:  # fmt: skip
    """Give the signed checkpoint: whoever keeps it can tell later that nothing was changed."""
    from nanoward.flows.ledger.witness_ledger import cosigned_checkpoint
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=quiet, lane=lane, spool=spool) as site:
        note = str(cosigned_checkpoint(site.ledger, site.witnesses.known()))
    _give(out, note, {"checkpoint": note}, as_json=as_json)


@group.command("export")
@PROGRAMME
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--proofs", is_flag=True, help="With a proof of inclusion for each record.")
@LANE
@SPOOL
@common
def export_(
    programme: str, file: str, proofs: bool, lane: bool,
    spool: bool, as_json: bool, quiet: bool, **_: Any
) -> None:  # fmt: skip
    """Write the ledger to FILE, for tools/verify_ledger.py. Sealed records stay sealed."""
    from nanoward.flows.ledger.export_ledger import export_ledger
    from nanoward.flows.ledger.witness_ledger import cosigned_checkpoint
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=quiet, lane=lane, spool=spool) as site:
        note = cosigned_checkpoint(site.ledger, site.witnesses.known())
        size = site.ledger.head().size
        with Path(file).open("w", encoding="utf-8") as target:
            for line in export_ledger(site.ledger, note, site.progress, proofs=proofs):
                target.write(f"{line}\n")
    print_result({"records": size, "file": file}, f"{size} records in {file}", as_json=as_json)


@group.command("import")
@PROGRAMME
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@LANE
@common
def import_(
    programme: str, file: str, lane: bool, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Lay an exported ledger in PROGRAMME, whose own keys must be in .nanoward/keys."""
    from nanoward.flows.ledger.export_ledger import import_ledger
    from nanoward.wiring.ledgers import open_ledger, restore_ledger

    def lines() -> Iterator[str]:
        with Path(file).open(encoding="utf-8", newline="\n") as source:
            yield from source

    with open_ledger(programme, quiet=quiet, restoring=True, lane=lane) as site:
        size = import_ledger(
            lines, lambda rows, note: restore_ledger(programme, site, rows, note), site.progress
        )
    print_result({"records": size}, f"{size} records verified and kept", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("participant")
@click.option("--reason", required=True, help="Why; without naming anybody.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def erase(
    programme: str, participant: str, reason: str, yes: bool, as_json: bool, **_: Any
) -> None:  # fmt: skip
    """Erase PARTICIPANT for good: destroy the key to all that the ledger says of them."""
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.ledger.erase_participant import erase_participant, require_finished
    from nanoward.wiring.ledgers import open_all_ledgers

    if not yes:
        click.confirm(f"Erase {participant}? This cannot be undone", abort=True)
    with open_all_ledgers(programme) as sites:
        ledgers, at = [site.ledger for site in sites], sites[0].clock.now()
        require_finished(OrderState().read(*ledgers), participant)
        heads = erase_participant(ledgers, participant, actor="erasure", reason=reason, at=at)
    size = sum(head.size for head in heads)
    told = {"records": size, "head": heads[0].hash, "ledgers": len(heads)}
    text = f"erased; every proof of the {size} records stands"
    print_result(told, text, as_json=as_json)


@group.command()
@click.option("--folder", type=click.Path(exists=True, file_okay=False), help="Disk to try.")
@click.option("--writers", type=click.IntRange(1, 512), default=8, show_default=True)
@click.option("--appends", type=click.IntRange(1), default=200, show_default=True)
@click.option("--batch", type=click.IntRange(1), default=1, show_default=True)
@common
def stress(
    folder: str | None, writers: int, appends: int, batch: int, as_json: bool, **_: Any
) -> None:  # fmt: skip
    """Write to a ledger of its own as hard as the disk allows; see that all was kept once."""
    from nanoward.flows.ledger.stress_ledger import stress_ledger
    from nanoward.wiring.ledgers import open_scratch_ledger

    with open_scratch_ledger(folder) as site:
        blow = stress_ledger(
            site.ledger,
            writers=writers,
            appends=appends,
            batch=batch,
            at=site.clock.now(),
            timer=time.perf_counter,
        )
        site.ledger.verify()
    told = {
        "records": blow.records,
        "per_second": round(blow.per_second),
        "median_ms": round(blow.median_s * 1e3, 3),
        "p99_ms": round(blow.p99_s * 1e3, 3),
        "lost": blow.lost,
        "doubled": blow.doubled,
    }
    text = (
        f"{blow.records} records, {blow.per_second:.0f}/s; an append took "
        f"{blow.median_s * 1e3:.2f} ms (median), {blow.p99_s * 1e3:.2f} ms (p99)\n"
        f"lost: {blow.lost}, doubled: {blow.doubled}; the ledger verifies"
    )
    print_result(told, text, as_json=as_json)
    raise SystemExit(1 if blow.lost or blow.doubled else 0)


def _give(out: str | None, text: str, told: dict[str, Any], *, as_json: bool) -> None:
    from nanoward.wiring.ledgers import write_file

    if out is None:
        print_result(told, text.rstrip("\n"), as_json=as_json)
        return
    write_file(out, text)
    print_result(told | {"file": out}, f"written to {out}", as_json=as_json)


def _short(body: Any, most: int = 60) -> str:
    text = ", ".join(f"{name}={value}" for name, value in body.items())
    return text if len(text) <= most else f"{text[: most - 1]}…"


@group.command(name="copy-blobs")
@PROGRAMME
@click.option(
    "--from", "origin", metavar="s3://BUCKET/PREFIX", help="Where they were, if not in files."
)
@common
def copy_blobs(
    programme: str, origin: str | None, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Copy what records refer to (blobs) to where [storage] of programme.toml keeps it."""
    from nanoward.flows.ledger import copy_blobs as flow
    from nanoward.wiring.ledgers import open_blobs_to_copy

    with open_blobs_to_copy(programme, origin=origin, quiet=quiet) as (
        source,
        target,
        progress,
    ):
        copied, there = flow.copy_blobs(source, target, progress)
    told = {"copied": copied, "there": there}
    print_result(told, f"{copied} blobs copied; {there} were there", as_json=as_json)
