"""nanoward control kill ...: a kill code from the asking to the review."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click

from nanoward.faces.cli.control.lane_requests import (
    BY,
    KEY,
    ORDER,
    PROGRAMME,
    Answer,
    ask,
    signer_of,
)
from nanoward.faces.cli.options import common, print_result
from nanoward.faces.cli.passwords import password_file, password_of


@click.group()
def kill() -> None:
    """A kill code: request, approve (two people), fire."""


@kill.command()
@PROGRAMME
@click.argument("participants", nargs=-1, required=True)
@click.option("--mechanism", required=True)
@click.option("--reason", required=True)
@click.option("--minutes", default=15.0, show_default=True, help="How long it holds.")
@KEY
@password_file
@common
def request(programme: str, as_json: bool, minutes: float, **given: Any) -> None:
    """Ask for a kill code at PARTICIPANTS; nothing is fired."""
    holds = timedelta(minutes=minutes).total_seconds()
    asked = {name: given[name] for name in ("participants", "mechanism", "reason")}
    by = signer_of(programme, given)
    told = ask(programme, "kill request", holds_s=holds, by=by, **asked)
    print_result(told, release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--role", required=True)
@KEY
@password_file
@BY
@common
def approve(programme: str, as_json: bool, **given: Any) -> None:
    """Sign ORDER with your own key. The last signature needed releases it.

    What is about to be signed is shown, and asked about, before the key is opened.
    """
    from nanoward.control.kill_bytes import signed_bytes

    form = shown(programme, given, "Sign this kill code")
    message = signed_bytes(_asked(form), signer=given["by"], role=given["role"])
    told = ask(
        programme,
        "kill approve",
        **{name: given[name] for name in ("order", "role", "by")},
        **signature_of(given, message),
    )
    print_result(told, release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@KEY
@password_file
@common
def fire(programme: str, as_json: bool, order: str, **given: Any) -> None:
    """Fire a released kill code; who fires it is known by their key."""
    told = ask(programme, "kill fire", order=order, by=signer_of(programme, given))
    print_result(told, release_form(told), as_json=as_json)
    done = all(word == "acknowledged" for word in told["participants"].values())
    raise SystemExit(0 if done else 6)


@kill.command("break-glass")
@PROGRAMME
@ORDER
@KEY
@password_file
@BY
@common
def break_glass(programme: str, as_json: bool, **given: Any) -> None:
    """Release ORDER with one physician's own signature, for one participant; it is reviewed."""
    from nanoward.control.kill_bytes import glass_bytes
    from nanoward.control.kill_state import PHYSICIAN

    form = shown(programme, given, "Release this kill code ALONE")
    message = glass_bytes(_asked(form), signer=given["by"], role=PHYSICIAN)
    told = ask(
        programme,
        "kill break-glass",
        order=given["order"],
        by=given["by"],
        **signature_of(given, message),
    )
    print_result(told, release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--reason", required=True)
@KEY
@password_file
@common
def withdraw(programme: str, as_json: bool, **given: Any) -> None:
    """End ORDER for everybody at whom it was not fired yet."""
    asked = {name: given[name] for name in ("order", "reason")}
    told = ask(programme, "kill withdraw", by=signer_of(programme, given), **asked)
    print_result(told, release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--note", required=True)
@KEY
@password_file
@BY
@common
def review(programme: str, as_json: bool, **given: Any) -> None:
    """Review ORDER, which one person released, with a key of your own."""
    from nanoward.control.kill_bytes import review_bytes

    form = shown(programme, given, "Sign that you have reviewed this kill code")
    message = review_bytes(_asked(form), signer=given["by"], note=given["note"])
    told = ask(
        programme,
        "kill review",
        **{name: given[name] for name in ("order", "note", "by")},
        **signature_of(given, message),
    )
    print_result(told, release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@click.argument("key")
@click.option("--reason", required=True)
@KEY
@password_file
@BY
@common
def revoke(programme: str, as_json: bool, **given: Any) -> None:
    """Revoke a signer's KEY; what it signed and was not fired is void. Signed with your own."""
    from nanoward.control.kill_bytes import revoke_bytes

    message = revoke_bytes(given["key"], signer=given["by"], reason=given["reason"])
    made = signature_of(given, message)
    told = ask(
        programme,
        "revoke",
        key=given["key"],
        reason=given["reason"],
        by=given["by"],
        by_key=made["key"],
        signature=made["signature"],
    )
    print_result(told, f"void: {', '.join(told['voided']) or 'nothing'}", as_json=as_json)


def shown(programme: str, given: Mapping[str, Any], question: str) -> Answer:
    """The request, shown on stderr with a question; whoever says no signs nothing."""
    form = ask(programme, "kill show", order=given["order"])
    click.echo(release_form(form), err=True)
    click.confirm(f"{question}?", abort=True, err=True)
    return form


def signature_of(given: Mapping[str, Any], message: bytes) -> dict[str, str]:
    """Key and signature over bytes that were made here, from the request as it was shown."""
    from nanoward.wiring.control import read_signing_key

    signer = read_signing_key(given["key_file"], password_of(given["password_file"]))
    return {"key": signer.key, "signature": signer.sign(message)}


def _asked(form: Answer) -> Any:
    from nanoward.flows.lane.serve_lane import request_from

    return request_from(form["request"])


def release_form(told: Answer) -> str:
    """Whom it is fired at, with what, how many, and how many survivors are to be expected."""
    people = ", ".join(f"{who} ({word})" for who, word in told["participants"].items())
    signed = ", ".join(f"{name} as {role}" for name, role in told["signed"]) or "nobody"
    return (
        f"kill code {told['order']}: {told['status']}\n"
        f"  {told['mechanism']} at {told['people']} person(s) of lot {told['lot']}: {people}\n"
        f"  reason: {told['reason']}\n"
        f"  expected survivors: {told['expected_escapees']:.2g}, "
        f"any at all: {told['any_escapee']:.1%}\n"
        f"  signed by {signed}; needed: {', '.join(told['needs'])}\n"
        f"  holds until {told['expires']}"
    )
