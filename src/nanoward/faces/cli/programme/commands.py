"""nanoward init and nanoward round."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.findings import Finding
from nanoward.base.tables.facts import COMPARED_WITH, NO_ROUND_BEFORE
from nanoward.faces.cli.options import common, print_findings, print_result

if TYPE_CHECKING:
    from nanoward.ports.progress import MeasuredStep
    from nanoward.wiring.engines import ClusterAddress

FAILS = ("danger", "recalled", "held", "findings")
SOMEBODY = 8


@click.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option(
    "--full", is_flag=True, help="Every key in programme.toml, commented, with its meaning."
)
@common
def init(folder: str, full: bool, as_json: bool, **_: Any) -> None:
    """Lay out a new programme in FOLDER."""
    from nanoward.flows.ledger.open_programme import open_programme
    from nanoward.wiring import open_folder

    made = open_programme(open_folder(folder), folder, full=full)
    print_result(
        {"folder": made},
        f"{made} is ready: fill in programme.toml, put files into data/, then\n"
        f"  nanoward round {folder}",
        as_json=as_json,
    )


@click.command(name="round")
@click.argument("programme", type=click.Path(file_okay=False))
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes; all cores.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Dask scheduler to work on: tls://HOST:PORT."
)
@click.option("--cluster-ca", metavar="FILE", default="", help="PEM: who signed both sides.")
@click.option("--cluster-cert", metavar="FILE", default="", help="PEM: this side's own.")
@click.option("--cluster-key", metavar="FILE", default="", help="PEM: the key of that.")
@click.option(
    "--fail-on",
    type=click.Choice(FAILS),
    multiple=True,
    default=FAILS,
    help="What the exit code tells, any number of times; everything where it is not given.",
)
@click.option("--anew", is_flag=True, help="Hold it even where nothing changed since.")
@click.option("--explain", is_flag=True, help="Say what each step cost, and why.")
@click.option("--profile", type=click.Path(dir_okay=False), help="Write that to a file (JSON).")
@common
def round_(
    programme: str,
    *,
    workers: int | None,
    cluster: str | None,
    cluster_ca: str,
    cluster_cert: str,
    cluster_key: str,
    fail_on: tuple[str, ...],
    anew: bool,
    explain: bool,
    profile: str | None,
    as_json: bool,
    as_of: date | None,
    seed: int,
    quiet: bool,
) -> None:
    """Hold the weekly ward round of PROGRAMME and write its report.

    Exit code 0: all material was used; 1: there are findings to read; see the report.
    8: somebody was newly held or recalled, or is in danger; the first line names them.
    """
    from nanoward.flows.repeat.hold_round import hold_round
    from nanoward.flows.steps.finding_rows import findings_in
    from nanoward.wiring import open_lane_beside, open_meter, open_ports

    meter = open_meter() if explain or profile else None
    place = _cluster(cluster, workers, cluster_ca, cluster_cert, cluster_key)
    given: dict[str, Any] = {"quiet": quiet, "workers": workers, "meter": meter}
    with (
        open_ports(programme, use="round", cluster=place, **given) as ports,
        open_lane_beside(programme) as lane,
    ):
        summary = hold_round(
            ports, as_of=as_of, seed=seed, render=_report_of(ports), lane=lane, anew=anew
        )
    tables = summary.round_.tables
    findings = findings_in(tables["findings"])
    told = {
        "programme": summary.round_.plan.name,
        "as_of": summary.round_.as_of,
        "report": f"{summary.folder}/report.html",
        "findings": dict(sorted(Counter(one.severity for one in findings).items())),
        "people": asdict(summary.concerns),
        "states": dict(sorted(Counter(tables["finding_states"]["state"]).items())),
        "undecided": tables["undecided"].height,
        "rows": {name: table.height for name, table in tables.items()},
        "computed": summary.computed,
        "recalled": summary.recalled,
        "ledger": {"size": summary.head.size, "head": summary.head.hash},
        "facts": summary.round_.facts,
        "changed": tables["round_changes"].to_dicts() if "round_changes" in tables else [],
    }
    text = round_text(told)
    if meter is not None:
        told["steps"] = steps = step_rows(meter.steps)
        text += step_text(steps) if explain else ""
        if profile is not None:
            Path(profile).write_text(json.dumps(steps, indent=1) + "\n", encoding="utf-8")
    print_result(told, text, as_json=as_json)
    code = print_findings(_not_accepted(tables, findings), quiet=quiet or as_json)
    raise SystemExit(exit_code(asdict(summary.concerns), code, fail_on))


def _report_of(ports: Any) -> Callable[[Any], bytes]:
    """What makes the report; what draws it loads only for a round that is held."""

    def render(round_: Any) -> bytes:
        from nanoward.faces.report import page
        from nanoward.flows.repeat.kept_sections import KeptSections
        from nanoward.flows.steps.source_digest import reachable_digest

        kept = KeptSections(ports.blobs, reachable_digest(page.__name__))
        return page.render_report(round_, kept)

    return render


def exit_code(
    people: Mapping[str, Sequence[str]], findings: int, fail_on: Collection[str]
) -> int:
    """8 where somebody needs another person now, else 1 where there are findings, else 0."""
    if any(people[kind] for kind in people if kind in fail_on):
        return SOMEBODY
    return findings if "findings" in fail_on else 0


def headline(people: Mapping[str, Sequence[str]]) -> str:
    """Who was newly recalled or held, and who is in danger, by name."""
    parts = [
        f"{word} {', '.join(people[kind])}"
        for kind, word in (("danger", "IN DANGER"), ("recalled", "RECALLED"), ("held", "HELD"))
        if people[kind]
    ]
    return "; ".join(parts) or "nobody newly held or recalled"


def round_text(told: dict[str, Any]) -> str:
    """A round in a few lines."""
    rows = told["rows"]
    named = ("profiles", "bonds", "standings", "fits", "recommendations")
    counts = ", ".join(f"{rows[name]} {name}" for name in named if rows.get(name))
    findings = ", ".join(f"{count} {kind}(s)" for kind, count in told["findings"].items())
    who = headline(told["people"])
    return "\n".join(
        (
            f"{told['programme']}: ward round as of {told['as_of']}: {who}",
            f"  {counts or 'no tables yet'}",
            f"  findings: {findings or 'none'}; questions left open: {told['undecided']}",
            changed_text(told),
            f"  computed now: {told['computed']}; from earlier rounds: {told['recalled']}",
            f"  ledger: {told['ledger']['size']} records, head {told['ledger']['head'][:16]}",
            f"  report: {told['report']}",
        )
    )


def step_rows(steps: Sequence["MeasuredStep"]) -> list[dict[str, Any]]:
    """Steps as rows: what each cost, how many pieces of work it did anew, and why."""
    return [
        {
            "step": one.label,
            "cpu_s": round(one.cpu_s, 3),
            "wall_s": round(one.wall_s, 3),
            "peak_mb": round(one.peak_mb),
            "computed": len(one.computed),
            "recalled": len(one.recalled),
            "why": one.why,
        }
        for one in steps
    ]


def step_text(steps: Sequence[Mapping[str, Any]]) -> str:
    """Steps as lines under the round's own; nothing was computed where there are none."""
    if not steps:
        return "\n  steps: none; nothing changed since this round was held (--anew holds it)"
    lines = [f"\n  {'step':<30}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}  why"]
    lines += [
        f"  {one['step']:<30}{one['cpu_s']:>8.2f}{one['wall_s']:>8.2f}{one['peak_mb']:>9}"
        f"  {one['why']}"
        for one in steps
    ]
    cpu, wall = (sum(one[name] for one in steps) for name in ("cpu_s", "wall_s"))
    peak = max(one["peak_mb"] for one in steps)
    return "\n".join([*lines, f"  {'all steps':<30}{cpu:>8.2f}{wall:>8.2f}{peak:>9}"])


def _not_accepted(tables: Any, findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings that nobody accepted until a day that is still to come."""
    states = tables["finding_states"]
    columns = ("code", "file", "line", "column", "subject", "message")
    accepted = set(states.filter(states["state"] == "accepted").select(columns).rows())
    return [
        one
        for one in findings
        if (one.code, one.file, one.line, one.column, one.subject, one.message) not in accepted
    ]


def changed_text(told: dict[str, Any]) -> str:
    """What changed since the last round, in a line or a few."""
    kinds = Counter(row["kind"] for row in told["changed"])
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    facts = told["facts"].get("programme", {})
    since = facts.get(COMPARED_WITH, NO_ROUND_BEFORE)
    lines = [f"  changed since {since}: {counts or 'nothing'}"]
    waiting = sorted({row["participant"] for row in told["changed"] if row["open"]})
    if waiting:
        few = ", ".join(waiting[:12]) + (" ..." if len(waiting) > 12 else "")
        lines.append(f"  to be confirmed by a named person (nanoward clearance confirm): {few}")
    return "\n".join(lines)


def _cluster(
    address: str | None, workers: int | None, ca: str, cert: str, key: str
) -> "ClusterAddress | None":
    """Where the round is to be worked on besides; None for this machine alone."""
    if address is None:
        if ca or cert or key:
            raise click.UsageError("the files of TLS (--cluster-ca ...) need --cluster")
        return None
    if workers is not None:
        raise click.UsageError("--workers is for this machine; a cluster has its own workers")
    from nanoward.wiring.engines import ClusterAddress

    return ClusterAddress(address=address, ca=ca, cert=cert, key=key)
