"""nanoward witness: be one, and have the ledger of a programme witnessed."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.audit.ledger import LANE
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

PROGRAMME = click.argument("programme", type=click.Path(file_okay=False))
FOLDER = click.argument("folder", type=click.Path(file_okay=False))


@click.group("witness")
def group() -> None:
    """Partners and the council keep the last checkpoint, and cosign only what continues it.

    A witness has a FOLDER of its own: init, trust, serve, sign. A PROGRAMME has witnesses:
    add, ask (over the network), request and accept (by file, without a network), status.
    """


@group.command()
@FOLDER
@click.option("--name", required=True, help="Such as council.example/ward: no spaces, no plus.")
@common
def init(folder: str, name: str, as_json: bool, **_: Any) -> None:
    """Make a witness in FOLDER; prints the key that programmes add."""
    from nanoward.wiring.ledgers import new_witness

    key = new_witness(folder, name=name)
    print_result({"key": key}, key, as_json=as_json)


@group.command()
@FOLDER
@click.argument("key")
@common
def trust(folder: str, key: str, as_json: bool, **_: Any) -> None:
    """Have the witness in FOLDER know the ledger with KEY (from `nanoward ledger show`)."""
    from nanoward.audit.notes import verifier_key
    from nanoward.wiring.ledgers import open_desk

    ledger = verifier_key(key)
    open_desk(folder).trust(ledger)
    print_result({"ledger": ledger.name}, f"{ledger.name} is known now", as_json=as_json)


@group.command()
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=8_642, show_default=True)
@common
def serve(folder: str, host: str, port: int, **_: Any) -> None:
    """Answer requests over HTTP (C2SP tlog-witness) until stopped."""
    from nanoward.wiring.ledgers import open_desk, serve_desk

    with serve_desk(open_desk(folder), host=host, port=port) as server:
        click.echo(f"{server.url}/add-checkpoint", err=True)
        server.serve_forever()


@group.command()
@FOLDER
@click.argument("request", type=click.Path(exists=True, dir_okay=False))
@click.option("--out", type=click.Path(dir_okay=False), help="File to write.")
@common
def sign(folder: str, request: str, out: str | None, as_json: bool, **_: Any) -> None:
    """Cosign a REQUEST that came as a file, if it continues what was cosigned before.

    Exit code 4: refused, nothing was signed.
    """
    from nanoward.flows.ledger.witness_ledger import cosign_request
    from nanoward.wiring.ledgers import open_desk, write_file

    answer = cosign_request(open_desk(folder), Path(request).read_text(encoding="utf-8"))
    if out is not None:
        write_file(out, answer)
    text = answer.rstrip("\n") if out is None else f"written to {out}"
    print_result({"cosignature": answer}, text, as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("key")
@click.option("--url", default="", help="Where it answers; without, it is asked by file.")
@LANE
@common
def add(programme: str, key: str, url: str, lane: bool, as_json: bool, **_: Any) -> None:
    """Have PROGRAMME rely on the witness with this KEY."""
    from nanoward.audit.notes import verifier_key
    from nanoward.ports.witness import KnownWitness
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=True, lane=lane) as site:
        witness = KnownWitness(key=verifier_key(key), url=url)
        old = [one for one in site.witnesses.known() if one.key == witness.key]
        kept = KnownWitness(key=witness.key, url=url, cosigned=old[0].cosigned if old else None)
        site.witnesses.keep(kept)
    print_result({"witness": witness.key.name}, f"{witness.key.name} added", as_json=as_json)


@group.command()
@PROGRAMME
@LANE
@common
def ask(programme: str, lane: bool, as_json: bool, quiet: bool, **_: Any) -> None:
    """Ask every witness that has an address to cosign the present checkpoint."""
    from nanoward.audit.checkpoints import checkpoint_of
    from nanoward.flows.ledger.witness_ledger import ask_witness
    from nanoward.wiring.ledgers import open_ledger, witness_at

    rows = []
    with open_ledger(programme, quiet=quiet, lane=lane) as site:
        for one in site.witnesses.known():
            if one.url:
                kept = ask_witness(site.ledger, site.witnesses, one, witness_at(one.url))
                size = checkpoint_of(kept.cosigned).size if kept.cosigned else 0
                rows.append({"witness": one.key.name, "cosigned": size})
    table = text_table(rows, ("witness", "cosigned")) if rows else "no witness has an address"
    print_result({"asked": rows}, table, as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False), help="File to write.")
@LANE
@common
def request(
    programme: str, name: str, out: str | None, lane: bool, as_json: bool, **_: Any
) -> None:
    """Write the request for the witness NAME to a file, to be carried to it."""
    from nanoward.flows.ledger.witness_ledger import request_for, witness_named
    from nanoward.wiring.ledgers import open_ledger, write_file

    with open_ledger(programme, quiet=True, lane=lane) as site:
        text = str(request_for(site.ledger, witness_named(site.witnesses.known(), name)))
    if out is not None:
        write_file(out, text)
    shown = text.rstrip("\n") if out is None else f"written to {out}"
    print_result({"request": text}, shown, as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("name")
@click.argument("request_file", type=click.Path(exists=True, dir_okay=False))
@click.argument("answer_file", type=click.Path(exists=True, dir_okay=False))
@LANE
@common
def accept(
    programme: str, name: str, request_file: str, answer_file: str,
    lane: bool, as_json: bool, **_: Any
) -> None:  # fmt: skip
    """Keep the answer that the witness NAME gave to a request by file."""
    from nanoward.flows.ledger.witness_ledger import accept_answer, witness_named
    from nanoward.wiring.ledgers import open_ledger

    request, answer = (
        Path(one).read_text(encoding="utf-8") for one in (request_file, answer_file)
    )
    with open_ledger(programme, quiet=True, lane=lane) as site:
        witness = witness_named(site.witnesses.known(), name)
        size = accept_answer(site.ledger, site.witnesses, witness, request, answer)
    print_result({"cosigned": size}, f"{name} cosigned {size} records", as_json=as_json)


@group.command()
@PROGRAMME
@click.option("--most", type=float, default=60, show_default=True, help="Minutes of lag.")
@LANE
@common
def status(
    programme: str, most: float, lane: bool, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Tell what each witness has seen. Exit code 1: one lags."""
    from datetime import timedelta

    from nanoward.audit.checkpoints import checkpoint_of
    from nanoward.flows.ledger.witness_ledger import lagging
    from nanoward.wiring.ledgers import open_ledger

    with open_ledger(programme, quiet=quiet, lane=lane) as site:
        known, size = site.witnesses.known(), site.ledger.head().size
        late = lagging(site.ledger, known, site.clock.now(), most=timedelta(minutes=most))
    rows = [
        {
            "witness": one.key.name,
            "cosigned": checkpoint_of(one.cosigned).size if one.cosigned else 0,
            "records": size,
            "url": one.url or "by file",
        }
        for one in known
    ]
    table = text_table(rows, ("witness", "cosigned", "records", "url"))
    told = {"witnesses": rows, "findings": [one.as_row() for one in late]}
    print_result(told, table if rows else "there is no witness", as_json=as_json)
    raise SystemExit(print_findings(late, quiet=quiet or as_json))
