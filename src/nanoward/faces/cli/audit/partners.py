"""nanoward audit expect, claim, plan, reveal: what partners state, and what is drawn of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.lazy import LazyGroup
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE = click.Path(exists=True, path_type=Path)
_NEW = click.Path(path_type=Path)
_HERE = "nanoward.faces.cli.audit"

COMMANDS = {
    "answer": f"{_HERE}.verdicts:answer",
    "claim": f"{_HERE}.partners:claim",
    "compare": f"{_HERE}.verdicts:compare",
    "expect": f"{_HERE}.partners:expect",
    "gaps": f"{_HERE}.verdicts:gaps",
    "plan": f"{_HERE}.partners:plan",
    "pointers": f"{_HERE}.pointers:pointers",
    "reveal": f"{_HERE}.partners:reveal",
    "verdicts": f"{_HERE}.verdicts:verdicts",
}


@click.command(name="audit", cls=LazyGroup, commands_at=COMMANDS)
def group() -> None:
    """Partners: what they claim, what is measured again, and what we could not have seen."""


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("schedule", type=_FILE, required=False)
@common
def expect(programme: str, schedule: Path | None, **options: Any) -> int:
    """Put the SCHEDULE of owed claims on the ledger; without one, list who is silent.

    SCHEDULE: a table with partner, type, item, period and due. Exit code 1: claims are owed.
    """
    from nanoward.flows.audit.take_claims import expect_claims, silences
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=options["quiet"]) as ports:
        told: dict[str, Any] = {}
        if schedule is not None:
            entry = expect_claims(ports, str(schedule), schedule.read_bytes())
            told = {"claims": entry.claims, "partners": entry.partners, "due": entry.last_due}
        late = silences(ports)
    text = f"{told['claims']} claims are expected until {told['due']}" if told else ""
    text = text or (
        f"{len(late)} partners and types are silent" if late else "nobody is silent"
    )
    told["silent"] = [one.as_row() for one in late]
    print_result(told, text, as_json=options["as_json"])
    return print_findings(late, quiet=options["quiet"])


@click.command()
@click.argument("places", nargs=-1, required=True, type=_PLACE)
@click.option("--map", "mapping", type=_FILE, help="claims.toml: PLACES are tables to sign.")
@click.option("--key", type=_FILE, help="File of the private key to sign the rows with.")
@click.option("--out", type=_NEW, help="File for the signed claims (.jsonl).")
@click.option("--receipts", type=_NEW, help="Folder for a receipt of each claim taken in.")
@common
def claim(places: tuple[Path, ...], **options: Any) -> int:
    """Take signed claims in: PROGRAMME and files or folders of envelopes (.json, .jsonl).

    With --map, --key and --out: sign the rows of tables as claims, on the partner's side.
    Exit code 1: some do not count, or rows could not be mapped; what was sent is kept.
    """
    if options["mapping"] is not None:
        return _sign(places, options)
    if len(places) < 2 or not places[0].is_dir():
        raise UsageError("name a programme and files or folders of claims, or --map")
    from nanoward.flows.audit.take_claims import envelopes_in, take_claims
    from nanoward.wiring import open_ports
    from nanoward.wiring.audit import write_receipts

    files = [one for place in places[1:] for one in _files(place)]
    texts = [
        (str(file), text)
        for file in files
        for text in envelopes_in(file.read_bytes().decode("utf-8", "surrogateescape"))
    ]
    with open_ports(str(places[0]), quiet=options["quiet"]) as ports:
        taken = take_claims(ports, texts)
    counting = [one for one in taken.taken if one.counts and one.claim is not None]
    receipts = 0
    if options["receipts"] is not None:
        mine = {
            one.claim.claim: taken.records[one.claim.claim]
            for one in taken.taken
            if one.kept and one.claim is not None and one.claim.claim in taken.records
        }
        receipts = write_receipts(str(places[0]), str(options["receipts"]), mine)
    told = {
        "received": len(texts),
        "counting": len(counting),
        "receipts": receipts,
        "findings": [one.as_row() for one in taken.findings],
    }
    text = f"{len(texts)} received, {len(counting)} count"
    print_result(told, text, as_json=options["as_json"])
    return print_findings(taken.findings, quiet=options["quiet"])


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(one for one in place.rglob("*") if one.suffix in (".json", ".jsonl"))


def _sign(tables: tuple[Path, ...], options: dict[str, Any]) -> int:
    from nanoward.flows.audit.take_claims import ClaimSigner, signed_claims
    from nanoward.wiring import open_bench
    from nanoward.wiring.audit import fresh_nonce, mapping_in
    from nanoward.wiring.designs import open_signatures

    if options["key"] is None or options["out"] is None:
        raise UsageError("--map needs --key and --out")
    bench = open_bench(quiet=True)
    signer = ClaimSigner(
        made=datetime.now(UTC),
        nonce=fresh_nonce,
        private=options["key"].read_text(),
        signatures=open_signatures(),
    )
    plain = [(str(one), bench.formats.plain(str(one), one.read_bytes())) for one in tables]
    lines, findings = signed_claims(mapping_in(str(options["mapping"])), plain, signer)
    options["out"].write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    told = {"signed": len(lines), "findings": [one.as_row() for one in findings]}
    text = f"{len(lines)} claims signed in {options['out']}"
    print_result(told, text, as_json=options["as_json"])
    return print_findings(findings, quiet=options["quiet"])


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("partner")
@click.option("--period", default=None, help="Of the claims; the year of today unless given.")
@click.option("--items", type=click.IntRange(1), default=None, help="Audited of each type.")
@click.option("--runs", type=click.IntRange(50), default=400, show_default=True,
              help="Simulated years behind each figure of power.")  # fmt: skip
@click.option("--register", is_flag=True, help="Put the rules on the ledger, before data.")
@click.option("--bind", default="", metavar="SIDE", help="Bind SIDE to the nonce in --nonce.")
@click.option("--commitment", default="", help="SHA-256 that SIDE published, in its place.")
@click.option("--nonce", "nonces", multiple=True, metavar="[SIDE=]FILE",
              help="File of a nonce; made where there is none.")  # fmt: skip
@click.option("--checkpoint", is_flag=True, help="Fix the joint checkpoint of the draw.")
@click.option("--draw", is_flag=True, help="Draw, with the nonces that are shown.")
@click.option("--out", type=_NEW, help="Write the drawn items (CSV).")
@common
def plan(programme: str, partner: str, **options: Any) -> None:
    """Say what an audit of PARTNER would find, and at which cost; plan and draw it.

    In this order: --register, --bind for both sides, --checkpoint, --draw. Without any of
    them: how many items find which lie of which size, with which probability.
    """
    from nanoward.flows.audit.plan_audit import plan_name
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=options["quiet"]) as ports:
        name = plan_name(partner, options["period"] or str(ports.today().year))
        told, text = _planned(ports, partner, name, options)
    print_result(told, text, as_json=options["as_json"])


def _planned(
    ports: Any, partner: str, name: str, options: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    from nanoward.flows.audit import plan_audit as flow

    if options["register"]:
        period = name.split("/", 1)[1]
        entry = flow.register_plan(ports, partner, period, options["items"])
        told = f"{name}: {entry.items} items of each of {len(entry.types)} types, rules "
        return {"plan": name, "rules_sha256": entry.rules_sha256}, told + entry.rules_sha256
    if options["bind"]:
        return _bound(ports, name, options)
    if options["checkpoint"]:
        fixed = flow.fix_checkpoint(ports, name)
        return {"size": fixed.size, "root": fixed.root}, f"{fixed.size} {fixed.root}"
    if options["draw"]:
        return _drawn(ports, name, options)
    rows = [
        {"type": one.type, "lie": one.lie, "size": one.size, "items": one.items,
         "power": one.power, "cost": one.cost}
        for one in flow.stated_power(
            ports, partner, options["items"], seed=options["seed"], runs=options["runs"]
        )
    ]  # fmt: skip
    text = text_table(rows, ("type", "lie", "size", "items", "power", "cost"))
    return {"plan": name, "power": rows}, text


def _bound(ports: Any, name: str, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
    from nanoward.flows.audit.plan_audit import bind_nonce
    from nanoward.wiring.audit import nonce_in

    side, told = options["bind"], options["commitment"]
    if not told and len(options["nonces"]) != 1:
        raise UsageError("--bind needs one --nonce, or --commitment")
    nonce = None if told else nonce_in(options["nonces"][0].split("=")[-1], make=True)
    entry = bind_nonce(ports, name, side, nonce=nonce, commitment=told)
    return {"side": side, "commitment": entry.commitment}, f"{side}: {entry.commitment}"


def _drawn(ports: Any, name: str, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
    from nanoward.flows.audit.plan_audit import draw_audit
    from nanoward.wiring.audit import nonce_in

    pairs = [one.split("=", 1) for one in options["nonces"]]
    if any(len(one) != 2 for one in pairs):
        raise UsageError("--draw takes --nonce SIDE=FILE")
    shown = {side: nonce_in(file, make=False) for side, file in pairs}
    found = draw_audit(ports, name, shown)
    rows = [
        {"type": kind, "stratum": place, "item": item}
        for kind, strata in found.items.items()
        for place, items in strata.items()
        for item in items
    ]
    if options["out"] is not None:
        lines = ["type,stratum,item", *(",".join(row.values()) for row in rows)]
        options["out"].write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = {"seed": found.entry.seed, "withheld": found.entry.withheld, "items": rows}
    text = f"{len(rows)} items drawn by the seed {found.entry.seed}"
    if found.entry.withheld:
        text += f"; {', '.join(found.entry.withheld)} withheld a nonce"
    return told, text


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name", metavar="PLAN")
@click.argument("measurements", type=_FILE)
@click.option("--commit", "only", is_flag=True, help="Only bind us to it: nothing is shown.")
@common
def reveal(
    programme: str, name: str, measurements: Path, *, only: bool, **options: Any
) -> None:
    """Show our MEASUREMENTS of the drawn items of PLAN (PARTNER/PERIOD), or bind us to them.

    A table with type, item, period, value, and uncertainty, level, replicates, produced where
    there are any. A claim that comes after this counts as made too late.
    """
    from nanoward.base.canonical import sha256_of
    from nanoward.flows.audit.judge_partner import reveal_measurements
    from nanoward.flows.audit.take_claims import commit
    from nanoward.wiring import open_ports

    content = measurements.read_bytes()
    with open_ports(programme, quiet=options["quiet"]) as ports:
        if only:
            made = commit(ports, "own", f"measurements {name}", sha256_of(content))
            told: dict[str, Any] = {"commitment": made.commitment}
            text = f"bound to {made.commitment}"
        else:
            entry = reveal_measurements(ports, name, str(measurements), content)
            told = {"items": entry.items, "committed": entry.committed}
            text = f"{entry.items} measurements revealed"
            text += (
                ", as we were bound to" if entry.committed else "; we were not bound to them"
            )
    print_result(told, text, as_json=options["as_json"])
