"""nanoward clearance: people's standings, consents, visits and contradictory records."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.clearance.consent import leave
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False)
_STANDING = ("participant", "standing", "since", "worst_grade", "reasons")
_PEAKS = ("participant", "transaminase", "bilirubin", "phosphatase", "ratio")
_LIVER = (*_PEAKS, "quadrant", "fda", "pilot", "p_alt")
_SITES = ("measure", "site", "events", "of", "value", "z", "z_of_others", "flag")
_VISITS = ("participant", "name", "planned", "made", "state")


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--consent", type=click.Choice(["recorded", "elsewhere"]), default="recorded")
@click.option("--grading", type=click.Choice(["4.03", "5.0", "6.0"]), default="5.0")
@click.option("--of", "who", default=None, help="One participant alone.")
@columns("sdtm")
@common
def standing(files: tuple[Path, ...], *, as_json: bool, quiet: bool, **given: Any) -> int:
    """Tell who may go on, from SDTM FILES (dm, ds, ae, ex, lb, qs, sv, vs), with reasons."""
    from nanoward.flows.clearance.decide_from_files import decide_standings
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=quiet, columns=told_columns())
    day = given["as_of"] or bench.clock.now().date()
    rules = {"consent": given["consent"], "grading": given["grading"]}
    today = bench.clock.now().date()
    found = decide_standings(bench.formats, _contents(files), rules, day, today=today)
    rows = [
        row
        for row in found.tables["standings"].to_dicts()
        if given["who"] in (None, row["participant"])
    ]
    counts = ", ".join(f"{number} {word}" for word, number in found.facts.items())
    told = {
        "as_of": day,
        "facts": dict(found.facts),
        "standings": rows,
        "findings": [one.as_row() for one in found.findings],
    }
    text = f"as of {day}: {counts}\n{text_table(rows, _STANDING)}"
    print_result(told, text, as_json=as_json)
    return print_findings(found.findings, quiet=quiet)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--days", type=int, default=3, show_default=True, help="On time within.")
@click.option("--all", "every", is_flag=True, help="Visits made and ahead as well.")
@click.option("--weekly", multiple=True, type=click.Choice(["medical", "psychological"]))
@columns("sdtm")
@common
def due(files: tuple[Path, ...], *, as_json: bool, quiet: bool, **given: Any) -> int:
    """Tell which visits are due, late or missed, from the SDTM files tv, sv, dm and ds.

    With --weekly: assessments of every seven days, from ex and lb, vs, sv or qs, or FHIR.
    """
    from nanoward.flows.clearance.decide_from_files import find_due, find_weekly
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=quiet, columns=told_columns())
    day = given["as_of"] or bench.clock.now().date()
    weekly = given["weekly"]
    found = (
        find_weekly(bench.formats, _contents(files), day, weekly)
        if weekly
        else find_due(bench.formats, _contents(files), day, days=given["days"])
    )
    rows = [
        row
        for row in found.tables["visits"].to_dicts()
        if weekly or given["every"] or row["state"] in ("due", "missed")
    ]
    counts = ", ".join(f"{word}: {number}" for word, number in found.facts.items())
    told = {
        "as_of": day,
        "facts": dict(found.facts),
        "visits": rows,
        "findings": [one.as_row() for one in found.findings],
    }
    print_result(told, f"as of {day}: {counts}\n{text_table(rows, _VISITS)}", as_json=as_json)
    return print_findings(found.findings, quiet=quiet)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@columns("sdtm")
@common
def contradictions(files: tuple[Path, ...], *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Find clinical records in SDTM FILES that cannot all be true.

    Exit code 0: none; 1: some.
    """
    from nanoward.flows.clearance.decide_from_files import find_edit_checks
    from nanoward.wiring import open_bench

    found = find_edit_checks(
        open_bench(quiet=quiet, columns=told_columns()).formats, _contents(files)
    )
    rows = [one.as_row() for one in found.findings]
    told = {"facts": dict(found.facts), "findings": rows}
    print_result(told, "\n".join(str(one) for one in found.findings), as_json=as_json)
    raise SystemExit(1 if found.facts["contradictions"] else 0)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@columns("sdtm")
@common
def sites(files: tuple[Path, ...], *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Compare sites by SDTM FILES (dm, ex, ae, ds, lb): events, people who stopped, grades.

    Exit code 0: no site lies beyond 2 standard errors; 1: some do.
    """
    from nanoward.flows.clearance.decide_from_files import find_sites
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=quiet, columns=told_columns())
    day = given["as_of"] or bench.clock.now().date()
    found = find_sites(bench.formats, _contents(files), day)
    rows = found.tables["sites"].to_dicts()
    told = {"as_of": day, "facts": dict(found.facts), "sites": rows}
    print_result(told, text_table(rows, _SITES), as_json=as_json)
    print_findings(found.findings, quiet=quiet)
    raise SystemExit(1 if found.facts["flagged"] else 0)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--all", "every", is_flag=True, help="People whose liver tests are normal too.")
@columns("sdtm")
@common
def liver(files: tuple[Path, ...], *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Find liver injury in FILES (SDTM LB or FHIR): eDISH, Hy's law by two criteria, P_ALT.

    Exit code 0: Hy's law in nobody; 1: in somebody, by the FDA's or the pilot's criteria.
    """
    from nanoward.flows.clearance.decide_from_files import find_liver
    from nanoward.wiring import open_bench

    found = find_liver(
        open_bench(quiet=quiet, columns=told_columns()).formats, _contents(files)
    )
    rows = found.tables["liver"].to_dicts()
    shown = [
        row
        for row in rows
        if given["every"] or row["quadrant"] != "normal" or row["fda"] or row["pilot"]
    ]
    counts = ", ".join(f"{word}: {number}" for word, number in found.facts.items())
    told = {"facts": dict(found.facts), "liver": shown}
    print_result(told, f"{counts}\n{text_table(shown, _LIVER)}", as_json=as_json)
    print_findings(found.findings, quiet=quiet)
    raise SystemExit(1 if any(row["fda"] or row["pilot"] for row in rows) else 0)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--fhir", is_flag=True, help="FHIR R4 Consent resources, as JSON.")
@click.option("--withdraw", is_flag=True, help="Leave: one act, at once, no reason asked.")
@click.option("--use", "uses", multiple=True, help="Take back this use of data alone.")
@click.option("--channel", default="console", help="How the word came: spoken, paper ...")
@common
def consent(
    programme: str, participant: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Show a participant's consent in PROGRAMME, or let the participant leave."""
    from nanoward.clearance.consent.fhir_consent import fhir_consents
    from nanoward.flows.consent.read_consent import on_record
    from nanoward.wiring import open_ports

    if given["withdraw"] or given["uses"]:
        leave(programme, participant, given, as_json=as_json)
        return
    with open_ports(programme, quiet=quiet, use="read") as ports:
        day = given["as_of"] or ports.today()
        known = on_record(ports.ledger, participant)
    if given["fhir"]:
        click.echo(json.dumps(fhir_consents(known.consent, day), indent=1))
        return
    history = [_line(one) for one in known.consent.history]
    why = known.consent.renewal(day)
    head = f"{participant}: {known.consent.status(day)}{f' ({why})' if why else ''}"
    uses = f"agreed to: {', '.join(sorted(known.consent.uses)) or 'nothing'}"
    told = {
        "participant": participant,
        "status": known.consent.status(day),
        "renewal": why,
        "uses": sorted(known.consent.uses),
        "standing": known.standing,
        "history": [asdict(one) | {"holds": _holds(one)} for one in known.consent.history],
    }
    print_result(told, "\n".join([head, uses, *history]), as_json=as_json)


def _holds(one: Any) -> bool | None:
    """Whether a signature still belongs to its record, and its key's to it; null: no key."""
    from nanoward.clearance.consent.consent_state import signature_holds
    from nanoward.wiring.people import open_signatures

    if hasattr(one, "withdrawn") or not one.signature_sha256:
        return None
    keyed = not one.key or open_signatures().verifies(
        scheme="ed25519",
        public=one.key,
        message=one.signature_sha256.encode(),
        signature=one.key_signature,
    )
    return signature_holds(one) and keyed


def _line(one: Any) -> str:
    if hasattr(one, "withdrawn"):
        what = f"withdrew {', '.join(one.uses) or 'everything'}"
        day = one.withdrawn
    else:
        keyed = f", key {one.key[:12]}" if one.key else ""
        broken = "; THE SIGNATURE DOES NOT HOLD" if _holds(one) is False else ""
        what = f"signed version {one.version} as {one.printed_name!r}{keyed}{broken}"
        day = one.signed
    at = one.at.astimezone(UTC) if isinstance(one.at, datetime) else None
    return f"  {day}{f' {at:%H:%M} UTC' if at else ''}: {what}"


def _contents(files: tuple[Path, ...]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in files}


PEOPLE = (standing, due, contradictions, sites, liver, consent)
