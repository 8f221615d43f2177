"""nanoward programme exposed: people beside the plan who may carry the agent, until clear."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table
from nanoward.programme.exposed.cases import RELATIONS, RESULTS, USES

_FOLDER = click.Path(exists=True, file_okay=False)
BY = click.option("--by", required=True, help="Who does it.")
_SHOWN = ("case", "relation", "source", "opened", "state", "clear_tests", "next_step", "due")


@click.group(name="exposed")
def group() -> None:
    """People who never joined and may carry the agent: told, tested, flushed, clear."""


@group.command(name="open")
@click.argument("programme", type=_FOLDER)
@click.argument("who")
@click.option("--relation", type=click.Choice(RELATIONS), default="unknown", show_default=True)
@click.option("--evidence", default="", help="Why; the person is never shown it.")
@BY
@common
def open_(programme: str, who: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """WHO, under a pseudonym of their own, may carry the agent. One case for each person."""
    from nanoward.flows.pregnancies.keep_exposures import ExposureNews, open_exposure
    from nanoward.wiring import open_ports

    news = ExposureNews(participant=who, relation=given["relation"], evidence=given["evidence"])
    with open_ports(programme, quiet=quiet) as ports:
        case = open_exposure(ports, news, by=given["by"])
    print_result({"case": case}, f"{case} is open; tell the person today", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.option("--words", type=click.Path(exists=True, dir_okay=False), default=None,
              help="Other words than ours; refused where they name anybody.")  # fmt: skip
@BY
@common
def tell(
    programme: str, case: str, *, words: str | None, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Tell the person of CASE what it means for them; nobody is named, and no source."""
    from nanoward.flows.pregnancies.keep_exposures import tell_exposed
    from nanoward.wiring.messages import open_messages

    said = Path(words).read_text(encoding="utf-8") if words else ""
    with open_messages(programme, quiet=quiet, use="act") as desk:
        message = tell_exposed(desk, case, by=by, words=said)
    print_result({"message": message}, f"{case}: told by {message[:12]}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("document", type=click.Path(exists=True, dir_okay=False))
@click.option("--use", "uses", multiple=True, type=click.Choice(USES), required=True)
@BY
@common
def consent(
    programme: str, case: str, document: str, *, uses: tuple[str, ...], by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """The person of CASE signed DOCUMENT for some uses; nothing else is done or kept."""
    from nanoward.flows.pregnancies.keep_exposures import sign_exposure
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        sign_exposure(ports, case, uses, Path(document).read_bytes(), by=by)
    print_result({"uses": uses}, f"{case}: agreed to {', '.join(uses)}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@BY
@common
def refuse(programme: str, case: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """The person wants nothing of it; no reason is asked and the offer stands."""
    from nanoward.flows.pregnancies.keep_exposures import refuse_exposure
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        refuse_exposure(ports, case, by=by)
    print_result({"case": case}, f"{case}: said no; the offer stands", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("day", type=Day())
@click.argument("result", type=click.Choice(RESULTS))
@BY
@common
def test(
    programme: str, case: str, day: date, result: str, *, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """A sample of DAY has RESULT; three clear ones, a week apart, make somebody clear."""
    from nanoward.flows.pregnancies.keep_exposures import record_test
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        known = record_test(ports, case, day, result, by=by)
    told = {"case": case, "clear_tests": known.clear_tests, "clear": known.is_clear}
    print_result(told, f"{case}: {known.clear_tests} clear in a row", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("day", type=Day())
@BY
@common
def flush(
    programme: str, case: str, day: date, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """The person was flushed on DAY at their own wish; tests begin anew."""
    from nanoward.flows.pregnancies.keep_exposures import record_flush
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        record_flush(ports, case, day, by=by)
    print_result({"case": case}, f"{case}: flushed on {day}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("outcome", type=click.Choice(("clear", "declined", "not exposed")))
@BY
@common
def close(
    programme: str, case: str, outcome: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Close CASE: clear by its tests, declined by the person, or not exposed after all."""
    from nanoward.flows.pregnancies.keep_exposures import close_exposure
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        close_exposure(ports, case, outcome, by=by)
    print_result({"case": case}, f"{case}: closed, {outcome}", as_json=as_json)


@group.command(name="list")
@click.argument("programme", type=_FOLDER)
@common
def list_(programme: str, *, as_of: date | None, as_json: bool, quiet: bool, **_: Any) -> None:
    """Every case and what comes next; nobody is named. Exit code 1 where that is late."""
    from nanoward.flows.pregnancies.check_exposures import exposed_row
    from nanoward.flows.pregnancies.keep_exposures import cases_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows = [exposed_row(one) for one in cases_now(ports).values()]
        day = as_of or ports.today()
    late = sum(row["due"] is not None and row["due"] < day for row in rows)
    text = f"{text_table(rows, _SHOWN)}\n{late} late"
    print_result({"cases": rows, "late": late}, text, as_json=as_json)
    raise SystemExit(1 if late else 0)
