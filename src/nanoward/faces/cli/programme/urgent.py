"""nanoward programme urgent: events, their clocks, the reports, and who was told when."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.messages.rows import Moment
from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.programme.urgent.individual_case import OUTCOME_CODES
from nanoward.programme.urgent.reference_safety import (
    CAUSALITIES,
    CRITERIA,
    KINDS,
    NOT_URGENT,
    ROLES,
    SEVERITIES,
    URGENT,
)

_FOLDER = click.Path(exists=True, file_okay=False)
BY = click.option("--by", required=True, help="Who does it, by name.")
KNOWN = click.option("--known", type=Moment(), default=None,
                     help="First moment at which anybody knew, with its zone.")  # fmt: skip
_SHOWN = ("event", "kind", "first_known", "verdict", "days", "due", "state", "reports", "why")


@click.group(name="urgent")
def group() -> None:
    """Serious, unexpected, related: clocks of 7 and 15 days, reports, and who was told when."""


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("who")
@click.argument("term")
@click.option("--kind", type=click.Choice(KINDS), default="adverse event", show_default=True)
@click.option("--source", default="word", help="Where it stands.")
@KNOWN
@BY
@common
def know(
    programme: str, who: str, term: str, *, kind: str, source: str, known: datetime | None,
    by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """WHO had TERM. Known earlier than was told before, the clock moves back."""
    from nanoward.flows.pregnancies.keep_urgent import EventNews, know_event, state_now
    from nanoward.wiring.messages import open_messages

    news = EventNews(participant=who, term=term, kind=kind, source=source, known=known)
    with open_messages(programme, quiet=quiet, use="act") as desk:
        event = know_event(desk, news, by=by)
        state = state_now(desk.ports, event)[1]
    _print_state(event, state, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("event")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("causality", type=click.Choice(CAUSALITIES))
@click.option("--criterion", "criteria", multiple=True, type=click.Choice(CRITERIA),
              help="Of seriousness; none: not serious.")  # fmt: skip
@click.option("--severity", type=click.Choice((*SEVERITIES, "unknown")), default="unknown")
@KNOWN
@BY
@common
def assess(
    programme: str, event: str, role: str, causality: str, *, as_json: bool, quiet: bool,
    **given: Any,
) -> None:  # fmt: skip
    """ROLE thinks of EVENT: both are kept, and neither talks the other's suspicion away."""
    from nanoward.flows.pregnancies.keep_urgent import AssessmentNews, assess_event
    from nanoward.wiring.messages import open_messages

    news = AssessmentNews(
        role=role, causality=causality, criteria=given["criteria"],
        severity=given["severity"], known=given["known"],
    )  # fmt: skip
    with open_messages(programme, quiet=quiet, use="act") as desk:
        state = assess_event(desk, event, news, by=given["by"])
    _print_state(event, state, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("event")
@click.argument("word", type=click.Choice((URGENT, NOT_URGENT)))
@click.option("--reason", required=True)
@BY
@common
def decide(
    programme: str, event: str, word: str, *, reason: str, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Decide EVENT by name where it needs a person."""
    from nanoward.flows.pregnancies.keep_urgent import decide_event, state_now
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet, use="act") as desk:
        decide_event(desk, event, word, reason, by=by)
        state = state_now(desk.ports, event)[1]
    _print_state(event, state, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("event")
@click.option("--meddra", required=True, help="VERSION:CODE of the lowest level term.")
@click.option("--outcome", type=click.Choice(sorted(OUTCOME_CODES)), default="unknown")
@click.option("--product", required=True, help="Name of the agent.")
@click.option("--narrative", type=click.Path(exists=True, dir_okay=False), required=True)
@click.option("--number", default="", help="COUNTRY-COMPANY-NUMBER; by the plan where none.")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The XML file.")
@BY
@common
def report(
    programme: str, event: str, *, out: str, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Write EVENT as ICH E2B(R3) to --out, and on the register that it went out."""
    from nanoward.flows.pregnancies.keep_urgent import ReportNews, report_event
    from nanoward.wiring.messages import open_messages

    version, _, code = given["meddra"].partition(":")
    news = ReportNews(
        meddra=(version, code), outcome=given["outcome"], product=given["product"],
        narrative=Path(given["narrative"]).read_text(encoding="utf-8"),
        number=given["number"],
    )  # fmt: skip
    with open_messages(programme, quiet=quiet, use="act") as desk:
        content, entry = report_event(desk, event, news, by=given["by"])
    Path(out).write_bytes(content)
    text = f"{event}: report {entry.number} in {out}; give it to the authority now"
    print_result(asdict(entry), text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("event")
@click.argument("reader", type=click.Choice(("ethics board", "investigators", "council")))
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@BY
@common
def tell(
    programme: str, event: str, reader: str, file: str, *, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """READER was given FILE about EVENT."""
    from nanoward.flows.pregnancies.keep_urgent import tell_reader
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet, use="act") as desk:
        entry = tell_reader(desk, event, reader, Path(file).read_bytes(), by=by)
    print_result(asdict(entry), f"{event}: {reader} was told", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def register(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Every event, its clock, and who was told when. Exit code 1 where a report is overdue."""
    from nanoward.flows.pregnancies.check_urgent import event_row
    from nanoward.flows.pregnancies.keep_urgent import events_now, state_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows, told = [], []
        for name in events_now(ports):
            known, state = state_now(ports, name)
            rows.append(event_row(known, state))
            told += [
                {"event": name, "to": one.to, "number": one.number, "sent": one.sent}
                for one in known.reports
            ]
    late = sum(row["state"] == "overdue" for row in rows)
    parts = [text_table(rows, _SHOWN), text_table(told, ("event", "to", "number", "sent"))]
    print_result({"events": rows, "told": told, "overdue": late}, "\n".join(parts),
                 as_json=as_json)  # fmt: skip
    raise SystemExit(1 if late else 0)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@common
def check(file: str, *, as_json: bool, **_: Any) -> None:
    """Which required elements of ICH E2B(R3) FILE lacks. Exit code 1 where any."""
    from nanoward.programme.urgent.case_check import missing_elements

    missing = missing_elements(Path(file).read_bytes())
    text = f"lacks {', '.join(missing)}" if missing else "holds every required element"
    print_result({"missing": missing}, text, as_json=as_json)
    raise SystemExit(1 if missing else 0)


def _print_state(event: str, state: Any, *, as_json: bool) -> None:
    told = {
        "event": event, "verdict": state.verdict.word, "why": state.verdict.why,
        "days": state.clock.days, "due": state.clock.due, "state": state.word,
    }  # fmt: skip
    text = f"{event}: {state.verdict.word} ({state.verdict.why}); due {state.clock.due or '-'}"
    print_result(told, text, as_json=as_json)
