"""nanoward control sealed ...: kill codes for a clinic that may be cut off."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.control.kill import signature_of
from nanoward.faces.cli.control.lane_requests import KEY, PROGRAMME, ask, signer_of
from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.passwords import password_file, password_of

CODE = click.argument("code", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def sealed() -> None:
    """A kill code signed beforehand, for one person and one device: draft, sign, issue, use."""


@sealed.command()
@PROGRAMME
@click.argument("participant")
@click.option("--mechanism", required=True)
@click.option("--reason", required=True)
@click.option("--device", required=True, help="Name of the clinic's key: `key =` of its file.")
@click.option("--days", default=7.0, show_default=True, help="How long it holds; at most 7.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@KEY
@password_file
@common
def draft(programme: str, out: Path, as_json: bool, **given: Any) -> None:
    """Write a code for PARTICIPANT to a file, for two people to sign. Nothing is fired."""
    told = ask(
        programme,
        "sealed draft",
        participant=given["participant"],
        mechanism=given["mechanism"],
        reason=given["reason"],
        device_key=given["device"],
        holds_s=timedelta(days=given["days"]).total_seconds(),
        by=signer_of(programme, given),
    )
    _keep(out, told["code"])
    print_result(
        {"order": told["order"]}, f"{told['order']}: drafted in {out.name}", as_json=as_json
    )


@sealed.command()
@PROGRAMME
@CODE
@click.option("--role", required=True)
@KEY
@password_file
@common
def sign(programme: str, code: Path, role: str, as_json: bool, **given: Any) -> None:
    """Sign a drafted CODE with your own key; what it does is shown, and asked, before."""
    from nanoward.base.entries import KillApproved
    from nanoward.control.sealed import sealed_bytes
    from nanoward.flows.killcode.use_sealed import code_of, text_of, with_approval

    held = code_of(code.read_text(encoding="utf-8"))
    asked, name = held.request, signer_of(programme, given)
    click.echo(
        f"{asked.mechanism} at {', '.join(asked.participants)}, lot {asked.lot}, until "
        f"{asked.expires.isoformat()}; expected survivors {asked.expected_escapees:.2g}; "
        f"reason: {asked.reason}",
        err=True,
    )
    click.confirm(f"Sign this sealed code as {role}?", abort=True, err=True)
    message = sealed_bytes(asked, device_key=held.device_key, signer=name, role=role)
    made = signature_of(given, message)
    approval = KillApproved(order=asked.order, signer=name, role=role, **made)
    _keep(code, text_of(with_approval(held, approval)))
    told = {"order": asked.order, "signed": [*(one.signer for one in held.approvals), name]}
    print_result(told, f"{asked.order}: signed by {', '.join(told['signed'])}", as_json=as_json)


@sealed.command()
@PROGRAMME
@CODE
@common
def issue(programme: str, code: Path, as_json: bool, **_: Any) -> None:
    """Write down that CODE goes to the clinic; its two signatures are checked."""
    told = ask(programme, "sealed issue", code=code.read_text(encoding="utf-8"))
    row = {name: told[name] for name in ("order", "expires")}
    print_result(row, f"{row['order']}: issued, holds until {row['expires']}", as_json=as_json)


@sealed.command()
@PROGRAMME
@CODE
@KEY
@password_file
@common
def use(programme: str, code: Path, as_json: bool, **given: Any) -> None:
    """Fire CODE in the clinic, with the device's key; the programme's server is not needed.

    Exit code 6 where the driver gave no answer: it stays owed, and `control status` says so.
    """
    from nanoward.flows.killcode.use_sealed import code_of, signed_use
    from nanoward.wiring.control import read_signing_key

    text = code.read_text(encoding="utf-8")
    held = code_of(text)
    who = ", ".join(held.request.participants)
    click.confirm(f"Fire {held.request.mechanism} at {who} NOW?", abort=True, err=True)
    device = read_signing_key(given["key_file"], password_of(given["password_file"]))
    made = signed_use(held, device, datetime.now(UTC))
    names = ("key", "public", "signature", "scheme")
    told = ask(
        programme,
        "sealed use",
        code=text,
        at=made.at.isoformat(),
        **{name: getattr(made, name) for name in names},
    )
    people = ", ".join(f"{who} {word}" for who, word in told["participants"].items())
    print_result(told, f"{told['order']}: {told['status']}, {people}", as_json=as_json)
    done = all(word == "acknowledged" for word in told["participants"].values())
    raise SystemExit(0 if done else 6)


@sealed.command()
@PROGRAMME
@click.option("--tries", default=20, show_default=True)
@KEY
@password_file
@common
def drill(programme: str, as_json: bool, tries: int, **given: Any) -> None:
    """Draft, sign, issue and use codes at simulated agents whose driver is silent at first."""
    from nanoward.flows.killcode.drill_kill import drill_kill
    from nanoward.wiring.control import open_drill, open_lane

    held, name = [], signer_of(programme, given)
    with open_lane(programme) as desk:
        for mechanism in sorted(desk.plan.mechanisms):
            with open_drill(desk.plan, mechanism, tries, sealed=True) as once:
                told = drill_kill(desk, f"sealed {mechanism}", tries, once, actor=name)
                held.append(told)
    names = ("mechanism", "tries", "failures", "upper")
    rows = [{name: getattr(one, name) for name in names} for one in held]
    print_result({"drills": rows}, text_table(rows, names), as_json=as_json)
    raise SystemExit(1 if any(one.failures for one in held) else 0)


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
