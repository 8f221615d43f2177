"""nanoward programme pregnancy: cases, dates, contacts, outcomes, and what they show."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table
from nanoward.programme.pregnancies.cases import (
    ANOMALIES,
    INFANT_STATES,
    OUTCOMES,
    PARTICIPANT,
    RELATIONS,
    SOURCES,
)

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)
BY = click.option("--by", required=True, help="Who does it.")


@click.group(name="pregnancy")
def group() -> None:
    """Pregnancies of unknown term: held at once, followed by what is learnt, told together."""


@group.command(name="open")
@click.argument("programme", type=_FOLDER)
@click.argument("who")
@click.option(
    "--relation", type=click.Choice(RELATIONS), default=PARTICIPANT, show_default=True
)
@click.option("--source", type=click.Choice(SOURCES), default="test", show_default=True)
@click.option("--retrospective", is_flag=True, help="The outcome was known already.")
@click.option("--reported", type=Day(), default=None, help="Day of the first knowledge.")
@click.option("--case", default="", help="Of her own consent, where she is no participant.")
@BY
@common
def open_(programme: str, who: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Open a case for WHO. A participant's agent is held in the same append; stop stays open.

    Clinician and council are asked about a flush; somebody is to tell the sponsor in 24 hours.
    """
    from nanoward.flows.pregnancies.keep_pregnancies import PregnancyNews, open_pregnancy
    from nanoward.wiring.messages import open_messages

    news = PregnancyNews(
        participant=who, relation=given["relation"], source=given["source"],
        prospective=not given["retrospective"], reported=given["reported"], case=given["case"],
    )  # fmt: skip
    with open_messages(programme, quiet=quiet, use="act") as desk:
        found = open_pregnancy(desk, news, by=given["by"])
    held = "the agent is held" if found.held else "nothing was to be held"
    text = f"{found.case} is open; {held}; {len(found.messages)} messages written"
    print_result(asdict(found), text, as_json=as_json)


@group.group(name="consent")
def consent() -> None:
    """Consent of somebody who is no participant: hers alone, and refusing changes nothing."""


@consent.command()
@click.argument("programme", type=_FOLDER)
@click.argument("relation", type=click.Choice([one for one in RELATIONS if one != PARTICIPANT]))
@BY
@common
def ask(
    programme: str, relation: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Somebody was asked; nobody is named before she says yes."""
    from nanoward.flows.pregnancies.ask_consent import ask_consent
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet, use="act") as desk:
        name = ask_consent(desk, relation, by=by)
    print_result({"case": name}, f"{name} is asked", as_json=as_json)


@consent.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("who")
@click.argument("document", type=_FILE)
@BY
@common
def sign(
    programme: str, case: str, who: str, document: str, *, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """WHO (a pseudonym of her own) signed DOCUMENT for CASE."""
    from nanoward.flows.pregnancies.ask_consent import sign_consent
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        sign_consent(ports, case, who, Path(document).read_bytes(), by=by)
    print_result({"case": case}, f"{case}: she agreed", as_json=as_json)


@consent.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@BY
@common
def refuse(programme: str, case: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """She said no: one is counted, nothing else is kept, nothing changes for anybody."""
    from nanoward.flows.pregnancies.ask_consent import refuse_consent
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        refuse_consent(ports, case, by=by)
    print_result({"case": case}, f"{case}: she said no; one is counted", as_json=as_json)


@consent.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@BY
@common
def withdraw(
    programme: str, case: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """She took it back: nothing more of her is written."""
    from nanoward.flows.pregnancies.ask_consent import withdraw_consent
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        withdraw_consent(ports, case, by=by)
    print_result({"case": case}, f"{case}: nothing more of her is written", as_json=as_json)


@group.command(name="date")
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("earliest", type=Day())
@click.argument("latest", type=Day())
@click.option("--evidence", required=True, help="By what: tests, hCG, dated contact, scan ...")
@click.option("--assumes-growth", is_flag=True, help="By size or last period.")
@BY
@common
def date_(
    programme: str, case: str, earliest: date, latest: date, *, by: str, as_json: bool,
    quiet: bool, **given: Any,
) -> None:  # fmt: skip
    """Conception of CASE lies from EARLIEST to LATEST. What assumes growth teaches no term."""
    from nanoward.flows.pregnancies.keep_pregnancies import ConceptionNews, date_pregnancy
    from nanoward.wiring import open_ports

    news = ConceptionNews(
        earliest=earliest, latest=latest, evidence=given["evidence"],
        assumes_growth=given["assumes_growth"],
    )  # fmt: skip
    with open_ports(programme, quiet=quiet) as ports:
        date_pregnancy(ports, case, news, by=by)
    print_result(asdict(news), f"{case}: from {earliest} to {latest}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("day", type=Day())
@click.option("--not-reached", is_flag=True)
@click.option(
    "--not-pregnant", is_flag=True, help="She no longer is; the outcome is asked for."
)
@click.option("--fetuses", type=click.IntRange(1, 9), default=1)
@BY
@common
def contact(
    programme: str, case: str, day: date, *, by: str, as_json: bool, quiet: bool, **given: Any
) -> None:
    """She of CASE was asked on DAY."""
    from nanoward.flows.pregnancies.keep_pregnancies import ContactNews, record_contact
    from nanoward.wiring import open_ports

    news = ContactNews(
        day=day, reached=not given["not_reached"], is_pregnant=not given["not_pregnant"],
        fetuses=given["fetuses"],
    )  # fmt: skip
    with open_ports(programme, quiet=quiet) as ports:
        record_contact(ports, case, news, by=by)
    print_result(asdict(news), f"{case}: asked on {day}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.argument("first", type=Day())
@click.argument("last", type=Day(), required=False)
@click.option("--fetus", type=int, default=1, show_default=True)
@click.option("--anomaly", type=click.Choice(ANOMALIES), default="unknown", show_default=True)
@click.option("--infant", default="", help="Pseudonym of a child; made where none is given.")
@BY
@common
def outcome(
    programme: str, case: str, outcome: str, first: date, last: date | None, *, by: str,
    as_json: bool, quiet: bool, **given: Any,
) -> None:  # fmt: skip
    """OUTCOME of one fetus of CASE, from FIRST to LAST; a child is a contact by birth."""
    from nanoward.flows.pregnancies.keep_pregnancies import OutcomeNews, record_outcome
    from nanoward.wiring.messages import open_messages

    news = OutcomeNews(
        outcome=outcome, first=first, last=last, fetus=given["fetus"],
        anomaly=given["anomaly"], infant=given["infant"],
    )  # fmt: skip
    with open_messages(programme, quiet=quiet, use="act") as desk:
        known = record_outcome(desk, case, news, by=by)
    child = known.ends[given["fetus"]].infant
    told = {"case": case, "ongoing": known.is_ongoing, "infant": child}
    text = f"{case}: {outcome}{f', child {child}' if child else ''}"
    print_result(told, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("child")
@click.argument("day", type=Day())
@click.option("--months", type=int, default=0, help="Of the contact planned: 0, 1, 6, 12, 24.")
@click.option("--state", type=click.Choice(INFANT_STATES), default="well", show_default=True)
@click.option("--anomaly", type=click.Choice(ANOMALIES), default="unknown", show_default=True)
@BY
@common
def infant(
    programme: str, case: str, child: str, day: date, *, by: str, as_json: bool, quiet: bool,
    **given: Any,
) -> None:  # fmt: skip
    """CHILD of CASE was seen on DAY, or could not be."""
    from nanoward.flows.pregnancies.keep_pregnancies import InfantNews, record_infant
    from nanoward.wiring import open_ports

    news = InfantNews(
        infant=child, day=day, months=given["months"], state=given["state"],
        anomaly=given["anomaly"],
    )  # fmt: skip
    with open_ports(programme, quiet=quiet) as ports:
        record_infant(ports, case, news, by=by)
    print_result(asdict(news), f"{child}: {news.state} on {day}", as_json=as_json)


_INCIDENCE = ("cause", "events", "share", "low", "high", "naive", "ignored", "crude", "at_risk")


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--closed", is_flag=True, help="With small cells and single cases.")
@click.option("--picture", type=click.Path(dir_okay=False), default=None, help="Write an SVG.")
@common
def report(
    programme: str, *, closed: bool, picture: str | None, as_of: date | None, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Outcomes of all pregnancies, retrospective ones apart, and the learnt term.

    Exit code 1 where a contact is overdue.
    """
    from nanoward.faces.report.cases.term_picture import PictureTerm, term_picture
    from nanoward.flows.pregnancies.check_pregnancies import check_overdue
    from nanoward.flows.pregnancies.report_pregnancies import counted_words, report_pregnancies
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        day = as_of or ports.today()
        found = report_pregnancies(ports, day, closed=closed)
        overdue = check_overdue(ports, day)
    if picture is not None:
        told = found.estimate
        mean, low, high = (
            (None, None, None) if told is None else (told.mean_d, told.low_d, told.high_d)
        )
        drawn = term_picture(
            PictureTerm(
                words=found.words, mean=mean, low=low, high=high, pregnancies=found.pregnancies
            )
        )
        Path(picture).write_text(_standalone(str(drawn)), encoding="utf-8")
    parts = [
        f"term: {found.words}",
        text_table(found.counts, ("reports", "relation", "outcome", "count")),
        text_table(found.incidences, _INCIDENCE),
        text_table(found.cases, ("case", "reported", "state", "outcome", "next_contact")),
        text_table(found.anomalies, ("code", "count")),
        text_table(found.infants, ("case", "infant", "state", "seen", "missing", "next")),
        counted_words(found),
        f"{overdue} contacts are overdue",
    ]
    result = asdict(found) | {"overdue": overdue}
    print_result(result, "\n".join(parts), as_json=as_json)
    raise SystemExit(1 if overdue else 0)


def _standalone(drawn: str) -> str:
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@group.command()
@click.argument("file", type=_FILE)
@common
def incidence(file: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Cumulative incidence of outcomes of FILE (CSV), late entry and competing ends counted.

    Columns entry_week, exit_week, cause (0 goes on, 1 induced, 2 live birth, 3 loss), group.
    """
    from nanoward.flows.pregnancies.report_pregnancies import incidence_of_file
    from nanoward.wiring import open_bench

    found = incidence_of_file(open_bench(quiet=quiet), file)
    parts = [f"group {name}\n{text_table(rows, _INCIDENCE)}" for name, rows in found.items()]
    print_result(found, "\n".join(parts), as_json=as_json)
