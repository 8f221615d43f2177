"""nanoward watch unknown and sketch: what nobody knows, and what was shown so far."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_findings, print_result, text_table
from nanoward.faces.cli.watch.sightings import (
    asked_whose,
    raise_in_programme,
    sighting_options,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_SHOWN = ("name", "kmers", "reads", "depth", "length", "told")


@click.command()
@click.argument("sample", type=_FILE, nargs=-1, required=True)
@click.option("--shown", type=_FILE, multiple=True,
              help="What is known: reads, FASTA or sketches (.sig) of the person, the"
              " programme, the background.")  # fmt: skip
@click.option("--control", type=_FILE, multiple=True,
              help="A sample (reads, .sig) with nothing unknown in it; best five.")  # fmt: skip
@click.option("--follow", type=_NEW, default=None,
              help="File of agents that are followed over weeks; written anew.")  # fmt: skip
@sighting_options
@common
def unknown(sample: tuple[Path, ...], **options: Any) -> int:
    """Look in the reads of SAMPLE (FASTQ) for agents that nobody knows.

    Their k-mers were never shown, are more abundant than any new ones of the controls, and
    hang together by the reads that share them: one agent is told once, with a stretch of its
    sequence. Exit code 1: an agent, or findings.
    """
    from nanoward.flows.watch.raise_sightings import unknown_alarms
    from nanoward.flows.watch.scan_unknown import (
        agents_text,
        read_agents,
        scan_unknown,
        shown_sketches,
    )
    from nanoward.ports.reads import ReadFile
    from nanoward.wiring import open_bench

    asked_whose(options, "follow", "programme")
    bench, follow = open_bench(quiet=options["quiet"]), options["follow"]
    files = [ReadFile(name=str(one), path=str(one)) for one in sample]
    shown, told = shown_sketches(_named(options["shown"]), bench.formats)
    controls, more = shown_sketches(_named(options["control"]), bench.formats)
    kept = follow is not None and follow.exists()
    followed = read_agents(follow.read_text(), str(follow)) if kept else ()
    found = scan_unknown(
        files, [one for one, _ in shown], controls, bench.formats, day=options["as_of"],
        followed=followed,
    )  # fmt: skip
    if follow is not None:
        follow.write_text(agents_text(found.followed))
    alarms = []
    if options["programme"] is not None:
        alarms = unknown_alarms(found, options["subject"], options["as_of"])
    open_ones = raise_in_programme(options["programme"], alarms, quiet=options["quiet"])
    findings = (*told, *more, *found.findings)
    rows = found.as_rows()
    result = {"agents": rows, "reads": found.reads, "floor": found.floor,
              "followed": _followed_rows(found.followed), "incidents": open_ones,
              "findings": [one.as_row() for one in findings]}  # fmt: skip
    print_result(result, _text(found, rows), as_json=options["as_json"])
    code = print_findings(findings, quiet=options["quiet"])
    return 1 if code or rows else 0


def _named(paths: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    return [(str(one), one.read_bytes()) for one in paths]


def _followed_rows(agents: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "samples": len(one.history),
            "reads": one.history[-1][1],
            "rate": one.growth.rate,
            "low": one.growth.low,
            "high": one.growth.high,
            "told": one.growth.told,
        }
        for one in agents
    ]


def _text(found: Any, rows: list[dict[str, Any]]) -> str:
    head = (
        f"{found.reads:,} reads; a new k-mer counts from {found.floor} on: an agent at about "
        f"{1.25 * found.floor:.0f}x or more would have been seen"
    )
    lines = [head, text_table(rows, _SHOWN) if rows else "nothing unknown"]
    lines += [f">{one['name']}\n{one['stretch']}" for one in rows]
    lines += [f"{one.name}: {one.growth.told}" for one in found.followed]
    return "\n".join(lines)


@click.command()
@click.argument("file", type=_FILE, nargs=-1, required=True)
@click.option("--out", type=_NEW, required=True, help="Signature file of sourmash (.sig).")
@click.option("--name", default="", help="What it is of; the first file unless given.")
@common
def sketch(file: tuple[Path, ...], **options: Any) -> int:
    """Sketch reads, FASTA or other sketches as one signature of sourmash (k=31, abundances)."""
    from nanoward.flows.watch.scan_unknown import shown_sketches
    from nanoward.sequencing.kmers.sketches import SCALED, merged
    from nanoward.watch.sequences.signatures import written_signature
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=options["quiet"])
    parts, findings = shown_sketches(_named(file), bench.formats)
    whole = merged(((one.hashes, one.counts) for one, _ in parts), SCALED)
    options["out"].write_text(written_signature(whole, options["name"] or file[0].name))
    told = {"kmers": len(whole.hashes), "scaled": SCALED,
            "findings": [one.as_row() for one in findings]}  # fmt: skip
    text = f"{len(whole.hashes):,} k-mers, one in {SCALED}"
    print_result(told, text, as_json=options["as_json"])
    return print_findings(findings, quiet=options["quiet"])
