"""nanoward agents: what is this product, and is this lot really built to it?"""

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.agents.check_agents import CheckedAgent
    from nanoward.flows.lots.release_lot import LotReport

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
REFERENCE = click.option(
    "--reference", type=FILE, help="FASTA; default: reference.fasta beside the spec."
)
PROGRAMME = click.option("--programme", type=FOLDER, help="Write it on this ledger.")


@click.group("agents")
def group() -> None:
    """What is this product, and is this lot really built to it?"""


def _checked(spec: Path, reference: Path | None, as_of: date | None) -> "CheckedAgent":
    from nanoward.flows.agents.check_agents import check_agent
    from nanoward.wiring import open_bench
    from nanoward.wiring.designs import open_designs

    beside = spec.parent / "reference.fasta"
    if reference is None and spec.suffix == ".toml" and beside.exists():
        reference = beside
    drawings = sorted(spec.parent.glob("design.*")) if spec.suffix == ".toml" else []
    return check_agent(
        (str(spec), spec.read_bytes()),
        None if reference is None else (str(reference), reference.read_bytes()),
        open_bench(quiet=True).formats,
        open_designs(),
        as_of or datetime.now(UTC).date(),
        (drawings[0].name, drawings[0].read_bytes()) if drawings else None,
    )


def _sound(spec: Path, reference: Path | None, as_of: date | None) -> "CheckedAgent":
    """A checked spec without a fault; UsageError naming the first otherwise."""
    checked = _checked(spec, reference, as_of)
    if checked.spec is None or checked.findings:
        first = checked.findings[0]
        raise UsageError(
            f"{spec} has {len(checked.findings)} faults, first {first.code}: {first.message}",
            next_step=f"nanoward agents check {spec}",
        )
    return checked


@group.command()
@click.argument("spec", type=FILE)
@REFERENCE
@click.option(
    "--to", "out", type=NEW, help="Write it as .toml (with a FASTA), .gb, .nt, .ttl or .rdf."
)
@common
def check(spec: Path, reference: Path | None, out: Path | None, **options: Any) -> int:
    """Check SPEC (TOML, GenBank or SBOL3) against its reference.

    With --to it is written in another format too: whole, or as a draft to be filled in where
    it is a drawing of others. Back in its own format a drawing is the same to the letter.
    """
    from dataclasses import asdict

    checked = _checked(spec, reference, options["as_of"])
    if out is not None:
        _write(checked, out)
    told = {
        "sound": not checked.findings,
        "findings": [one.as_row() for one in checked.findings],
        "account": [asdict(one) for one in checked.design.account],
    }
    name = spec if checked.spec is None else f"{checked.spec.name} {checked.spec.version}"
    print_result(
        told, f"{name}: {len(checked.findings) or 'no'} faults", as_json=options["as_json"]
    )
    return print_findings(checked.findings, quiet=options["quiet"])


def _write(checked: "CheckedAgent", out: Path) -> None:
    """The spec in the format that the end of the name tells.

    TOML has its FASTA beside it, and the drawing of others that it came from.
    """
    from nanoward.agents import document_toml
    from nanoward.flows.agents.check_agents import design_of, fasta_of
    from nanoward.wiring.designs import open_designs

    design = design_of(checked)
    if out.suffix != ".toml":
        out.write_bytes(open_designs().write(out.name, design))
        return
    out.write_text(document_toml(design.document))
    if design.sequences:
        out.with_name("reference.fasta").write_text(fasta_of(design.sequences))
    if design.origin is not None:
        out.with_name(f"design{design.origin[0]}").write_text(design.origin[1])


@group.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@common
def diff(old: Path, new: Path, **options: Any) -> int:
    """What changed from the spec OLD to the spec NEW."""
    from nanoward.agents import spec_changes

    made = [_checked(path, None, options["as_of"]) for path in (old, new)]
    if made[0].spec is None or made[1].spec is None:
        return print_findings([*made[0].findings, *made[1].findings])
    rows = [
        {"what": what, "before": before, "after": after}
        for what, before, after in spec_changes(made[0].spec, made[1].spec)
    ]
    text = text_table(rows, ("what", "before", "after")) if rows else "no difference"
    print_result({"changes": rows}, text, as_json=options["as_json"])
    return 1 if rows else 0


@group.command()
@click.argument("file", type=NEW)
def key(file: Path) -> None:
    """Make a key pair: the private key into FILE, the public key on stdout."""
    from nanoward.wiring.designs import open_signatures

    if file.exists():
        raise UsageError(f"{file} is there already", next_step="Choose another file")
    made = open_signatures().new_key()
    file.touch(mode=0o600)
    file.write_text(made.private + "\n")
    click.echo(made.public)


@group.command()
@click.argument("spec", type=FILE)
@click.option("--person", required=True, help="Who signs.")
@click.option("--key", "key_file", type=FILE, required=True, help="File of the private key.")
@click.option("--out", type=NEW, required=True, help="Where the signature goes.")
@REFERENCE
@common
def sign(spec: Path, reference: Path | None, **options: Any) -> None:
    """Sign SPEC, once it is without a fault."""
    from nanoward.flows.agents.check_agents import sign_spec
    from nanoward.wiring.designs import open_signatures

    checked = _sound(spec, reference, options["as_of"])
    assert checked.spec is not None
    text = sign_spec(
        checked.spec, options["person"], options["key_file"].read_text(), open_signatures()
    )
    options["out"].write_text(text)


@group.command()
@click.argument("spec", type=FILE)
@click.option("--signature", "signed", type=FILE, multiple=True, help="Two or more.")
@click.option("--people", type=FILE, help="TOML: person = public key.")
@click.option("--registry", type=FOLDER, help="Folder of published specs.")
@PROGRAMME
@REFERENCE
@common
def publish(spec: Path, reference: Path | None, **options: Any) -> None:
    """Publish SPEC: sound, signed by two people, not expired, of a rising version.

    Into --registry (with --people), or onto the ledger of --programme, whose programme.toml
    says under [agents.people] who may sign.
    """
    from nanoward.flows.agents.check_agents import publish_spec
    from nanoward.wiring.designs import open_signatures

    checked = _sound(spec, reference, options["as_of"])
    assert checked.spec is not None
    if options["programme"] is not None:
        _publish_on_ledger(checked, options)
        return
    if options["registry"] is None or options["people"] is None:
        raise UsageError("a spec is published in a --programme, or a --registry by --people")
    folder: Path = options["registry"] / checked.spec.name
    before = [path.stem for path in sorted(folder.glob("*.json"))]
    record = publish_spec(
        checked.spec,
        [(str(path), path.read_bytes()) for path in options["signed"]],
        tomllib.loads(options["people"].read_text()),
        before,
        open_signatures(),
        options["as_of"] or datetime.now(UTC).date(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{checked.spec.version}.json"
    with place.open("xb") as file:
        file.write(record)
    print_result(json.loads(record), f"published {place}", as_json=options["as_json"])


def _publish_on_ledger(checked: "CheckedAgent", options: Mapping[str, Any]) -> None:
    from dataclasses import asdict

    from nanoward.flows.lots.register_agents import record_spec
    from nanoward.wiring import open_ports
    from nanoward.wiring.designs import open_signatures

    assert checked.spec is not None
    with open_ports(str(options["programme"]), quiet=True) as ports:
        entry = record_spec(
            ports,
            checked.spec,
            [(str(path), path.read_bytes()) for path in options["signed"]],
            open_signatures(),
            options["as_of"] or datetime.now(UTC).date(),
            actor="agents publish",
        )
    text = f"published {entry.agent} {entry.version} as {entry.spec_sha256}"
    print_result(asdict(entry), text, as_json=options["as_json"])


@group.command()
@click.argument("lot")
@click.argument("reads", type=FILE, nargs=-1, required=True)
@click.option("--spec", type=FILE, required=True, help="The spec that it was built to.")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the lot's VCF, consensus, and what would have been seen where.",
)
@PROGRAMME
@REFERENCE
@common
def release(lot: str, reads: tuple[Path, ...], **options: Any) -> int:
    """Compare LOT, sequenced as READS, with its spec: may it be given?

    With --programme the verdict is written on its ledger, and the variants of a released lot
    become what every recipient starts with.
    """
    from dataclasses import asdict

    from nanoward.agents import claimed_escapes, require_lot_name
    from nanoward.catalogue.calling.calling_rules import CallingRules
    from nanoward.flows.lots.release_lot import release_lot
    from nanoward.ports.reads import ReadFile
    from nanoward.wiring import open_bench

    if len(reads) > 2:
        raise UsageError("a lot has one file of reads, or two of mates")
    require_lot_name(lot)
    checked = _checked(options["spec"], options["reference"], options["as_of"])
    if checked.spec is None:
        print_findings(checked.findings)
        return 4  # a lot whose spec cannot be read is refused
    files = [ReadFile(name=str(path), path=str(path)) for path in reads]
    formats = open_bench(quiet=True).formats
    report = release_lot(
        lot, checked, files, CallingRules(), formats, threads=options["threads"]
    )
    if options["programme"] is not None:
        _record_lot(checked, report, reads, options)
    if options["out"] is not None:
        options["out"].mkdir(parents=True, exist_ok=True)
        for name, content in report.files.items():
            (options["out"] / name).write_bytes(content)
    verdict = report.verdict
    rows = [asdict(one) for one in verdict.differences]
    signed = _signed_words(options["programme"], released=verdict.released)
    escapes = claimed_escapes(checked.spec, verdict)
    told = {"lot": lot, **asdict(verdict), "spec_signed": signed, "escapes": escapes}
    told["account"] = [asdict(one) for one in report.account]
    lines = [f"lot {lot}: {'may be given' if verdict.released else 'REFUSED'}"]
    lines += [f"  because {one}" for one in verdict.reasons]
    lines += [
        f"  {name}: a variant at {'-' if limit is None else f'{limit:.1%}'} would be seen at "
        f"95 % of positions; {verdict.blind[name]} positions could not be read"
        for name, limit in sorted(verdict.limits.items())
    ]
    lines += [
        f"  {name}: a structural change in "
        f"{'no share' if limit is None else f'{limit:.1%}'} of the cells would be found in 95 "
        "of 100 lots"
        for name, limit in sorted(verdict.structural.items())
    ] or ["  cannot tell structural changes: these are no short reads of random fragments"]
    lines += [f"  {one}" for one in escapes]
    lines.append(f"  {signed}")
    if rows:
        columns = ("contig", "position", "ref", "alt", "frequency", "depth", "part", "locus")
        lines.append(text_table(rows, columns))
    print_result(told, "\n".join(lines), as_json=options["as_json"])
    return 0 if verdict.released else 4


def _signed_words(programme: Path | None, *, released: bool) -> str:
    """Whether anybody vouched for the spec, in words."""
    if programme is None:
        return (
            "the spec's signatures were not looked at: without --programme nothing says that "
            "two people signed it, and nothing was recorded"
        )
    if not released:
        return f"the refusal is recorded on the ledger of {programme}"
    return f"the spec is the one in force on the ledger of {programme}, signed by two people"


def _record_lot(
    checked: "CheckedAgent", report: "LotReport", reads: tuple[Path, ...], options: Any
) -> None:
    from nanoward.base.canonical import sha256_of
    from nanoward.flows.lots.register_agents import record_lot
    from nanoward.wiring import open_ports

    assert checked.spec is not None
    with open_ports(str(options["programme"]), quiet=True) as ports:
        record_lot(
            ports,
            checked.spec,
            report,
            [sha256_of(path.read_bytes()) for path in reads],
            options["as_of"] or datetime.now(UTC).date(),
            actor="agents release",
        )
