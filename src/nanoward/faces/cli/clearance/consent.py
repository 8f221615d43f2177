"""nanoward clearance: consent documents, signatures, leaving, doubt, assessments, the gate."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.base.entries import ConsentSigned
from nanoward.base.errors import UsageError
from nanoward.faces.cli.exit import notice_lines
from nanoward.faces.cli.options import Day, common, print_result
from nanoward.faces.cli.passwords import password_file, password_of
from nanoward.faces.cli.registered import RegisteredOrFile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False)
WAIT_S = 600.0  # leaving, doubt and danger wait for a round that is being held, never refused


class WrongDocumentError(UsageError):
    """A person was given another document than the one in force, or none is in force."""

    code = "CLR-032"
    next_step = "Give the person the document in force: `nanoward clearance document`."


class BadAnswerError(UsageError):
    """An answer is not of the form ITEM=NUMBER."""

    code = "CLR-033"
    next_step = "Write --answer PHQ901=0; leave an answer that was not given empty: PHQ901="


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("file", type=_FILE)
@click.option("--version", required=True, help="Of the document.")
@click.option("--need", multiple=True, required=True, help="Use without which nobody joins.")
@click.option("--option", "optional", multiple=True, help="Use that may be refused alone.")
@click.option("--questions", type=int, default=0, help="Comprehension check: how many.")
@click.option("--pass-mark", type=int, default=0, help="How many must be right.")
@click.option("--least-reading", type=int, default=0, help="Seconds that reading takes.")
@click.option("--valid-days", type=int, default=None, help="Then it is signed anew.")
@click.option("--by", default="council", show_default=True)
@common
def document(
    programme: str, file: Path, *, as_json: bool, quiet: bool, by: str, **given: Any
) -> None:
    """Put the consent document FILE in force; who signed an older one must sign anew."""
    from nanoward.flows.consent.issue_consent import Terms, issue_document
    from nanoward.wiring import open_ports

    terms = Terms(
        version=given["version"],
        needed=given["need"],
        optional=given["optional"],
        questions=given["questions"],
        pass_mark=given["pass_mark"],
        least_reading_s=given["least_reading"],
        valid_days=given["valid_days"],
    )
    with open_ports(programme, quiet=quiet) as ports:
        name, _ = issue_document(ports, file.read_bytes(), terms, by=by)
    told = {"version": terms.version, "sha256": name}
    print_result(told, f"version {terms.version} is in force: {name}", as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("file", type=_FILE)
@click.option("--name", required=True, help="Printed name of the signer.")
@click.option("--meaning", default="", help="What the signature means.")
@click.option("--agree", multiple=True, help="Use that is agreed to.")
@click.option("--refuse", multiple=True, help="Use that is refused.")
@click.option("--explained-by", required=True)
@click.option("--witnessed-by", required=True)
@click.option("--read-s", type=int, required=True, help="Seconds of reading.")
@click.option("--right", type=int, default=0, help="Questions answered right.")
@click.option("--agent-off", is_flag=True, help="The agent is switched off now.")
@click.option("--identified-by", default="", help='Two components: "passport and PIN".')
@click.option("--key-file", type=_FILE, default=None, help="The person's own key.")
@password_file
@click.option("--by", default="console", show_default=True)
@common
def sign(programme: str, participant: str, file: Path, **given: Any) -> None:
    """Sign the consent document FILE, which must be the one in force, for PARTICIPANT.

    The record shows printed name, moment (UTC) and meaning, and is bound to all that was
    signed. The signer is known by two components: a key and its password, or what
    --identified-by names. Exit code 4: refused, with every reason; nothing was written.
    """
    from nanoward.flows.consent.sign_consent import sign_consent
    from nanoward.wiring import open_ports

    signer = _signer(given)
    with open_ports(programme, quiet=given["quiet"]) as ports:
        signing = _signing(ports, participant, file.read_bytes(), given)
        bound, _ = sign_consent(ports, signing, by=given["by"], signer=signer)
    moment = f"{bound.at:%Y-%m-%d %H:%M:%S} UTC" if bound.at else ""
    refused = f"; refused: {', '.join(bound.refused)}" if bound.refused else ""
    text = (
        f"{bound.printed_name}, {moment}: {bound.meaning}\n"
        f"version {bound.version}, agreed to: {', '.join(bound.uses)}{refused}\n"
        f"signature {bound.signature_sha256}"
    )
    print_result(asdict(bound), text, as_json=given["as_json"])


def _signer(given: dict[str, Any]) -> Any:
    from nanoward.wiring.people import read_person_key

    if given["key_file"] is None:
        return None
    return read_person_key(str(given["key_file"]), password_of(given["password_file"]))


def _signing(ports: Any, participant: str, content: bytes, given: dict[str, Any]) -> Any:
    """The record to sign, over this very document."""
    from nanoward.base.canonical import sha256_of
    from nanoward.flows.consent.read_consent import on_record

    now = on_record(ports.ledger, participant).consent.document
    name = sha256_of(content)
    if now is None or now.document_sha256 != name:
        held = f"version {now.version}" if now else "none"
        raise WrongDocumentError(f"this document is not in force; {held} is")
    return ConsentSigned(
        participant=participant,
        document_sha256=name,
        version=now.version,
        signed=ports.today(),
        uses=given["agree"],
        refused=given["refuse"],
        printed_name=given["name"],
        meaning=given["meaning"],
        identified_by=given["identified_by"]
        or ("key and password" if given["key_file"] else ""),
        explained_by=given["explained_by"],
        witnessed_by=given["witnessed_by"],
        read_s=given["read_s"],
        answered_right=given["right"],
        agent_off=given["agent_off"],
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@password_file
@common
def key(file: str, password_file: Path | None, *, as_json: bool, **_: Any) -> None:
    """Make a key that signs for one participant; FILE keeps it, encrypted."""
    from nanoward.wiring.people import make_person_key

    made = make_person_key(file, password_of(password_file, new=True))
    told = {"scheme": made.scheme, "key": made.key, "public": made.public}
    print_result(told, f"{made.scheme} {made.public}", as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--use", "uses", multiple=True, help="Take back this use of data alone.")
@click.option("--channel", default="console", help="How the word came: spoken, paper ...")
@common
def withdraw(programme: str, participant: str, *, as_json: bool, **given: Any) -> None:
    """Leave: one act, at once, no reason asked. It waits for no round and reads no plan."""
    leave(programme, participant, given, as_json=as_json)


def leave(programme: str, participant: str, given: Mapping[str, Any], *, as_json: bool) -> None:
    """Give notice of leaving, and say what was closed; what is down stays owed, and is told.

    given  channel; uses of data that are taken back (empty: all)
    """
    from nanoward.clearance.consent.permissions import (
        closed_by_withdrawal,
        open_after_withdrawal,
    )
    from nanoward.faces.way_out import say

    uses = list(given["uses"])
    told = say(
        programme, "leave", participant, by=participant, channel=given["channel"], uses=uses
    )
    left = told.pop("withdrawal") or {
        "participant": participant,
        "everything": not uses,
        "closed": uses or closed_by_withdrawal(),
        "open": open_after_withdrawal(),
        "refused": (),
        "to_flush": (),
    }
    text = "\n".join([left_text(left), *notice_lines(told, participant)])
    print_result({**left, **told}, text, as_json=as_json)


def left_text(left: Mapping[str, Any]) -> str:
    """What was closed and what stays open, in words for the person."""
    closed = ", ".join(left["closed"])
    head = (
        f"{left['participant']} has left; closed: {closed}"
        if left["everything"]
        else f"taken back: {closed}"
    )
    flush = f"\nflush owed for orders {', '.join(left['to_flush'])}" if left["to_flush"] else ""
    return f"{head}\nopen for you: {', '.join(left['open'])}{flush}"


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--words", default="", help="For the advocate alone; may be left out.")
@common
def concern(programme: str, participant: str, *, words: str, as_json: bool, **_: Any) -> None:
    """Say a concern in private. It withdraws nothing and reaches the advocate alone."""
    from nanoward.faces.way_out import say

    kept = say(programme, "concern", participant, by=participant, words=words)
    told = {"participant": participant, "withdrawn": False, **kept}
    del told["withdrawal"], told["stopped"]
    text = "the advocate is told, nobody else; nothing of yours has changed"
    text = "\n".join([text, *notice_lines(told, participant)])
    print_result(told, text, as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("reason")
@click.option("--agent-off", is_flag=True, help="It must be signed with the agent off.")
@click.option("--by", default="council", show_default=True)
@common
def renew(
    programme: str, participant: str, reason: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Demand a fresh signature of PARTICIPANT for REASON; nothing new is done until then."""
    from nanoward.flows.consent.issue_consent import demand_renewal
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        demand_renewal(ports, participant, reason, agent_off=given["agent_off"], by=given["by"])
    told = {"participant": participant, "reason": reason, "agent_off": given["agent_off"]}
    off = ", with the agent switched off" if given["agent_off"] else ""
    print_result(told, f"{participant} must sign anew{off}: {reason}", as_json=as_json)


def _questionnaires() -> tuple[str, ...]:
    from nanoward.clearance.wellbeing.questionnaire import QUESTIONNAIRES

    return QUESTIONNAIRES.names()


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("instrument", type=RegisteredOrFile(_questionnaires))
@click.option("--answer", "answers", multiple=True, help="ITEM=NUMBER; ITEM= was left out.")
@click.option("--assessed", type=Day(), default=None, help="Day; today where not given.")
@click.option("--by", default="console", show_default=True)
@common
def assess(programme: str, participant: str, instrument: str, **given: Any) -> None:
    """Record the answers to an instrument: one that is shipped, or a TOML file of rules.

    Exit code 0: nothing urgent; 1: an answer signals danger, the hold stands and whoever is
    on duty is told; 4: the person has not agreed to be assessed.
    """
    from nanoward.flows.clearance.record_assessment import record_assessment
    from nanoward.wiring import open_ports
    from nanoward.wiring.people import open_duty

    rules = _instrument(instrument)
    answers = dict(_answer(one) for one in given["answers"])
    with open_ports(programme, quiet=given["quiet"], wait_s=WAIT_S) as ports:
        told = record_assessment(
            ports,
            participant,
            rules,
            answers,
            assessed=given["assessed"] or ports.today(),
            by=given["by"],
            duty=open_duty(programme),
        )
    print_result(asdict(told), told.told, as_json=given["as_json"])
    if told.urgent:
        click.echo(f"URGENT: go to {participant} now ({', '.join(told.dangers)})", err=True)
    raise SystemExit(1 if told.urgent else 0)


def _instrument(name: str) -> Any:
    from nanoward.clearance.wellbeing.instruments import BadInstrumentError, instrument_of
    from nanoward.clearance.wellbeing.questionnaire import shipped

    if (known := shipped(name)) is not None:
        return known
    file = Path(name)
    if not file.is_file():
        names = ", ".join(_questionnaires())
        raise BadInstrumentError(f"{name!r} is neither of {names} nor a file", file=name)
    try:
        return instrument_of(tomllib.loads(file.read_text(encoding="utf-8")), file=name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadInstrumentError(f"is no TOML: {fault}", file=name) from None


def _answer(text: str) -> tuple[str, int | None]:
    code, equals, number = text.partition("=")
    if not equals or not (number.strip().lstrip("-").isdigit() or not number.strip()):
        raise BadAnswerError(f"cannot read the answer {text!r}")
    return code.strip(), int(number) if number.strip() else None


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("act")
@click.option("--use", default="", help="Which use of data, or of a sample.")
@click.option("--by", default="console", show_default=True)
@common
def may(
    programme: str, participant: str, act: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Ask the gate whether ACT (dose, order, visit, message ...) may be done; it is kept.

    Exit code 0: yes; 4: no, with every reason.
    """
    from nanoward.flows.consent.permit_act import permit_act
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        answer = permit_act(ports, participant, act, by=given["by"], use=given["use"])
    text = "yes" if answer.allowed else f"no: {'; '.join(answer.reasons)}"
    print_result(asdict(answer), text, as_json=as_json)
    raise SystemExit(0 if answer.allowed else 4)


CONSENT = (document, sign, key, withdraw, concern, renew, assess, may)
