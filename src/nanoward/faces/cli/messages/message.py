"""nanoward message: write to a role or a person, and know what became of it."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.messages.rows import (
    SHOWN,
    SITES,
    Moment,
    inbox_row,
    message_row,
    moment,
    site_row,
)
from nanoward.faces.cli.options import common, print_findings, print_result, text_table
from nanoward.programme.messages.kinds import KINDS, PARTICIPANT, URGENCIES, WANTS

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="message")
def group() -> None:
    """Messages: every notice arrives, is answered, or goes on to the next role."""


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--to", default="coordinator", help="Role of the plan, or participant.")
@click.option("--kind", default="message", help=f"One of: {', '.join(KINDS)}.")
@click.option("--body", default="", help="What is to be known.")
@click.option("--participant", default="", help="Whom it is for or about.")
@click.option("--urgency", default="today", help=f"One of: {', '.join(URGENCIES)}.")
@click.option("--act-by", type=Moment(), default=None, help="Moment with its time zone.")
@click.option("--expires", type=Moment(), default=None, help="Never where it is not given.")
@click.option("--wants", default="acknowledgement", help=f"One of: {', '.join(WANTS)}.")
@click.option("--site", default="", help="For another site's ledger.")
@click.option("--about", default="", help="Hash of the record that it is about.")
@click.option("--supersedes", default="", help="Message that it takes the place of.")
@click.option("--cause", default="", help="What recurs under one name is one message.")
@click.option(
    "--attach", type=_FILE, default=None, help="File that tells of nobody, or sealed."
)
@click.option("--alerts", type=click.File(encoding="utf-8"), default=None,
              help="Alertmanager's webhook body or list; - is standard input.")  # fmt: skip
@click.option("--by", default="unknown", help="Who writes: a role of the plan, or a name.")
@common
def write(programme: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Write a message in PROGRAMME. What is urgent now is delivered before this returns.

    After a withdrawal nothing goes to a person as a message, visit or dose; pay owed, flush and
    safety notices have kinds of their own, which stay open. With --alerts other programs'
    alarms become messages.
    """
    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        told = _alerts(desk, given) if given["alerts"] else _written(desk, given)
        book = MessageBook(desk.rules.site)
        summary = run_tick(desk, book) if told.pop("urgent") else None
    told["delivered"] = [list(one) for one in summary.told] if summary else []
    told["failed"] = [list(one) for one in summary.failed] if summary else []
    print_result(told, _written_text(told), as_json=as_json)
    raise SystemExit(6 if told["failed"] and not told["delivered"] else 0)


def _written(desk: Any, given: dict[str, Any]) -> dict[str, Any]:
    from nanoward.flows.messages.write_message import Attachment, write_message
    from nanoward.programme.messages.drafts import Draft

    names = ("to", "kind", "body", "participant", "urgency", "act_by", "expires", "wants",
             "site", "about", "supersedes", "cause")  # fmt: skip
    draft = Draft(sender=given["by"], **{name: given[name] for name in names})
    file = given["attach"]
    attachment = Attachment(name=file.name, content=file.read_bytes()) if file else None
    written = write_message(desk, draft, attachment=attachment)
    return {
        "message": written.message,
        "repeated": written.repeated,
        "notes": list(written.notes),
        "urgent": draft.urgency == "now",
    }


def _alerts(desk: Any, given: dict[str, Any]) -> dict[str, Any]:
    from nanoward.flows.messages.read_alerts import read_alerts
    from nanoward.programme.messages.alerts import BadAlertError

    try:
        document = json.load(given["alerts"])
    except ValueError as fault:
        raise BadAlertError(f"the alarms are no JSON: {fault}") from None
    taken = read_alerts(desk, document, to=given["to"], by=given["by"])
    rows = [{"name": one.name, "outcome": one.outcome, "message": one.message} for one in taken]
    return {
        "alerts": rows,
        "notes": [],
        "urgent": any(one.outcome == "written" for one in taken),
    }


def _written_text(told: dict[str, Any]) -> str:
    if "alerts" in told:
        lines = [
            f"{one['name']}: {one['outcome'] or 'nothing stood'}" for one in told["alerts"]
        ]
    elif told["repeated"]:
        lines = [f"its cause stands already as message {told['message']}"]
    else:
        lines = [f"message {told['message']} is written"]
    lines += told["notes"]
    lines += [f"told {role} by {channel}" for role, channel, _ in told["delivered"]]
    lines += [f"NOT told {role} by {channel}: {why}" for role, channel, why in told["failed"]]
    return "\n".join(lines)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("role")
@click.option("--participant", default="", help=f"Whose, where the role is {PARTICIPANT}.")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@common
def inbox(
    programme: str, role: str, *, participant: str, everything: bool, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """List what ROLE has to do, the nearest moment first; that it arrived is written down.

    Exit code 1 where something is overdue.
    """
    from nanoward.flows.messages.answer_message import open_inbox
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        lines = open_inbox(desk, role, participant=participant, everything=everything)
    rows = [inbox_row(one) for one in lines]
    text = text_table(rows, SHOWN) if rows else f"nothing for {role}"
    print_result({"messages": rows}, text, as_json=as_json)
    raise SystemExit(1 if any(one.status.overdue for one in lines) else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("message")
@click.option("--by", default="", help="Who reads it; without a name nothing is written down.")
@common
def show(
    programme: str, message: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Show MESSAGE, by its identifier or the beginning of it, and all that became of it."""
    from nanoward.flows.messages.answer_message import read_message
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        line = read_message(desk, message, by=by)
    row = message_row(line.thread, line.status, whole=True)
    text = "\n".join(
        f"{key}: {value}" for key, value in row.items() if value not in ("", [], {})
    )
    print_result(row, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("message")
@click.option("--by", required=True, help="Who takes it on.")
@click.option("--done-by", type=Moment(), default=None, help="By the plan where not given.")
@common
def ack(
    programme: str, message: str, *, by: str, done_by: datetime | None, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Acknowledge MESSAGE: every channel falls silent until it is to be done."""
    from nanoward.flows.messages.answer_message import acknowledge_message
    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        taken = acknowledge_message(desk, message, by=by, done_by=done_by)
        run_tick(desk, MessageBook(desk.rules.site))
    until = moment(taken.done_by)
    told = {"message": taken.message, "by": taken.by, "done_by": until}
    print_result(told, f"{by} has it, to be done by {until}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("message")
@click.argument("text")
@click.option("--by", required=True, help="Who answers.")
@click.option("--close", is_flag=True, help="The matter is closed as well.")
@common
def answer(
    programme: str, message: str, text: str, *, by: str, close: bool, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Answer MESSAGE with TEXT: every channel falls silent for good."""
    from nanoward.flows.messages.answer_message import answer_message
    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        said = answer_message(desk, message, text, by=by, close=close)
        run_tick(desk, MessageBook(desk.rules.site))
    told = {"message": said.message, "by": said.by, "closed": close}
    print_result(told, f"{by} answered {said.message[:12]}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--watch", type=click.FloatRange(min=1), default=None, metavar="SECONDS",
              help="Look again every so many seconds, until stopped.")  # fmt: skip
@common
def tick(programme: str, *, watch: float | None, as_json: bool, quiet: bool, **_: Any) -> None:
    """Tell whoever is to be told now. What was missed while nothing ran is made up for.

    Exit code 6 where a channel failed, else 0.
    """
    from dataclasses import asdict

    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        book = MessageBook(desk.rules.site)
        while True:
            summary = run_tick(desk, book)
            if watch is None:
                break
            for role, channel, count in summary.told:
                click.echo(f"{moment(summary.at)} {role} by {channel}: {count}")
            for role, channel, why in summary.failed:
                click.echo(f"{moment(summary.at)} {role} by {channel} FAILED: {why}", err=True)
            time.sleep(watch)
    lines = [f"told {role} by {channel}: {count}" for role, channel, count in summary.told]
    lines += [f"NOT told {role} by {channel}: {why}" for role, channel, why in summary.failed]
    lines += [f"late: {name[:12]}" for name in summary.overdue]
    lines += [f"turned to {role}: {name[:12]}" for name, role in summary.escalated]
    lines += [f"not sent: {name[:12]}" for name in summary.refused]
    lines += [f"{summary.cancelled} notices taken back"] if summary.cancelled else []
    print_result(asdict(summary), "\n".join(lines) or "nothing is due", as_json=as_json)
    raise SystemExit(6 if summary.failed else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--screen", is_flag=True, help="What the lane's screen shows, last first.")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@common
def board(
    programme: str, *, screen: bool, everything: bool, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Show all open messages and every site. Exit code 1 where something is late or wrong."""
    from nanoward.flows.messages.message_board import message_board
    from nanoward.programme.messages.findings import is_silent
    from nanoward.programme.messages.states import ENDED, is_settled
    from nanoward.wiring.messages import open_messages, screen_lines

    if screen:
        lines = screen_lines(programme)
        print_result(
            {"screen": lines}, "\n".join(one["text"] for one in lines), as_json=as_json
        )
        return
    with open_messages(programme, quiet=quiet) as desk:
        seen = message_board(desk.ports.ledger, desk.rules, desk.ports.clock.now())
        ticked = desk.heartbeat.last()
        silent = is_silent(desk.rules, seen.at, ticked) and bool(seen.seen.statuses)
    threads = seen.book.box.threads
    rows = [
        message_row(threads[name], status)
        for name, status in seen.seen.statuses.items()
        if everything or not (status.word in ENDED or is_settled(threads[name], status.word))
    ]
    rows.sort(key=lambda row: (row["act_by"], row["message"]))
    sites = [site_row(one) for one in seen.sites]
    counts = ", ".join(f"{count} {word}" for word, count in sorted(seen.counts.items()))
    lines_ = [counts or "no messages", *([text_table(rows, SHOWN)] if rows else [])]
    lines_ += [text_table(sites, SITES)] if sites else []
    lines_ += [f"last tick: {moment(ticked) or 'never'}"] if silent else []
    told = {
        "counts": seen.counts,
        "messages": rows,
        "sites": sites,
        "last_tick": moment(ticked),
    }
    told["findings"] = [one.as_row() for one in seen.findings]
    print_result(told, "\n".join(lines_), as_json=as_json)
    raise SystemExit(print_findings(seen.findings, quiet=quiet or as_json))


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("zone")
@click.argument("begins")
@click.argument("ends")
@common
def quiet_hours(
    programme: str, participant: str, zone: str, begins: str, ends: str, *, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Quiet hours of PARTICIPANT in ZONE from BEGINS to ENDS (HH:MM); equal: never quiet."""
    from nanoward.flows.messages.answer_message import choose_quiet_hours
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet) as desk:
        hours = choose_quiet_hours(desk, participant, zone=zone, begins=begins, ends=ends)
    told = {"participant": hours.participant, "zone": zone, "begins": begins, "ends": ends}
    print_result(
        told, f"{hours.participant}: quiet {begins} to {ends}, {zone}", as_json=as_json
    )
