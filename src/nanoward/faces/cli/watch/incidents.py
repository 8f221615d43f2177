"""nanoward watch incidents, ack, report and playbook: who responds, and what became of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_result, text_table

if TYPE_CHECKING:
    from nanoward.watch.incidents.incident import Incident

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_SHOWN = ("incident", "state", "urgency", "level", "holder", "alarms", "tasks", "title")


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("cause", default="")
@click.option("--open", "title", default="", help="Open one for CAUSE, with this title.")
@click.option("--urgency", type=click.Choice(["now", "today", "this week"]), default="today",
              show_default=True)  # fmt: skip
@click.option("--by", default="", help="Who opens it, by name.")
@common
def incidents(programme: str, cause: str, *, as_json: bool, quiet: bool, **given: Any) -> int:
    """List the incidents of PROGRAMME, tell who must know, escalate what nobody took.

    Run it often (each minute): whatever is owed is done then. Exit code 1: some go on.
    """
    from nanoward.flows.watch.keep_incidents import open_incident, respond
    from nanoward.wiring.watch import open_watch

    with open_watch(programme, quiet=quiet) as (ports, notices):
        if given["title"]:
            if not cause:
                raise UsageError("an incident that a person opens needs its CAUSE")
            open_incident(
                ports, notices, cause=cause, title=given["title"], by=given["by"],
                urgency=given["urgency"],
            )  # fmt: skip
        book = respond(ports, notices)
    rows = [_row(one) for one in book.incidents.values()]
    order = {"open": 0, "acknowledged": 1, "stood down": 2}
    rows.sort(key=lambda one: (order[one["state"]], one["incident"]))
    text = text_table(rows, _SHOWN) if rows else "no incidents"
    print_result({"incidents": rows}, text, as_json=as_json)
    return 1 if any(one["state"] != "stood down" for one in rows) else 0


def _row(one: "Incident") -> dict[str, Any]:
    return {
        "incident": one.name,
        "state": one.state,
        "urgency": one.opened.urgency,
        "level": one.level,
        "holder": one.holder or None,
        "alarms": len(one.joined),
        "tasks": f"{sum(task.state != 'open' for task in one.tasks)}/{len(one.tasks)}",
        "title": one.opened.title,
        "cause": one.opened.cause,
        "deadline": one.deadline,
    }


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("incident")
@click.option("--by", required=True, help="Who, by name; somebody of [[watch.rota]].")
@click.option("--note", default="", help="What they will do.")
@click.option("--hand-over", default="", help="Give it to this person of the next shift.")
@click.option("--task", default="", help="End this task: done, or --declined, with --note.")
@click.option("--declined", is_flag=True, help="The task is not done; --note says why.")
@click.option("--stand-down", default="", help="End the incident, for this reason.")
@common
def ack(programme: str, incident: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Acknowledge INCIDENT of PROGRAMME, hand it over, end a task of it, or stand down."""
    from nanoward.flows.watch import keep_incidents as flow
    from nanoward.wiring.watch import open_watch

    by, note = given["by"], given["note"]
    with open_watch(programme, quiet=quiet) as (ports, notices):
        if given["task"]:
            done = flow.end_task(
                ports, incident, given["task"], done=not given["declined"], by=by, note=note
            )
        elif given["hand_over"]:
            done = flow.hand_over(ports, incident, by=by, to=given["hand_over"], note=note)
        elif given["stand_down"]:
            done = flow.stand_down(ports, incident, by=by, reason=given["stand_down"])
        else:
            done = flow.acknowledge(ports, incident, by=by, note=note)
        notices.settle(flow.read_incidents(ports).incidents)
    print_result(_row(done), f"{done.name}: {done.timeline[-1].what}", as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("incident")
@click.option("--text", default="", help="What is known: a situation report.")
@click.option("--grade", type=click.Choice(["measured", "inferred", "believed"]), default=None)
@click.option("--by", default="", help="Who reports.")
@click.option("--export", type=_NEW, help="Write the report, signed, for a partner.")
@click.option("--key", type=_FILE, help="File of the private key to sign it with.")
@click.option("--import", "received", type=_FILE, help="Take in a partner's signed report.")
@click.option("--html", type=_NEW, help="Write the after-action page.")
@common
def report(programme: str, incident: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Report on INCIDENT of PROGRAMME, or show all that happened in it."""
    from nanoward.faces.report.incident_page import incident_page
    from nanoward.flows.watch.exchange_reports import exported_report, import_report
    from nanoward.flows.watch.keep_incidents import incident_named, report_situation
    from nanoward.wiring.designs import open_signatures
    from nanoward.wiring.watch import open_watch

    said = {"by": given["by"], "grade": given["grade"] or "", "text": given["text"]}
    if given["export"] is not None and given["key"] is None:
        raise UsageError("a report that leaves is signed: give --key")
    with open_watch(programme, quiet=quiet) as (ports, _):
        if given["received"] is not None:
            import_report(
                ports, incident, given["received"].read_text(), open_signatures(),
                file=str(given["received"]),
            )  # fmt: skip
        if given["text"]:
            report_situation(ports, incident, **said)
        if given["export"] is not None:
            private = given["key"].read_text()
            text = exported_report(
                ports, incident, **said, private=private, signatures=open_signatures()
            )
            given["export"].write_text(text)
        told = incident_named(ports, incident)
    if given["html"] is not None:
        given["html"].write_text(incident_page(told), encoding="utf-8")
    lines = [f"{row.at:%Y-%m-%d %H:%M:%S}  {row.what}" for row in told.timeline]
    timeline = [{"at": row.at, "by": row.actor, "what": row.what} for row in told.timeline]
    print_result(
        {**_row(told), "timeline": timeline}, "\n".join([told.name, *lines]), as_json=as_json
    )


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("file", type=_FILE)
@click.option("--by", required=True, help="Who signs, by name in [agents.people].")
@click.option("--key", type=_FILE, required=True, help="File of their private key.")
@common
def playbook(programme: str, file: Path, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Sign the playbook FILE (TOML) and publish it in PROGRAMME."""
    from dataclasses import asdict

    from nanoward.flows.watch.publish_playbook import publish_playbook
    from nanoward.wiring.designs import open_signatures
    from nanoward.wiring.watch import open_watch

    with open_watch(programme, quiet=quiet) as (ports, _):
        entry = publish_playbook(
            ports, file.read_text(encoding="utf-8"), by=given["by"],
            private=given["key"].read_text(), signatures=open_signatures(), file=str(file),
        )  # fmt: skip
    text = f"published {entry.playbook} {entry.version} as {entry.playbook_sha256}"
    print_result(asdict(entry), text, as_json=as_json)
