"""nanoward control ...: orders, stops, kill codes, flushes."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.control.fleet import fleet
from nanoward.faces.cli.control.kill import kill
from nanoward.faces.cli.control.lane_requests import (
    BY,
    KEY,
    ORDER,
    PROGRAMME,
    ask,
    signer_of,
)
from nanoward.faces.cli.control.sealed import sealed
from nanoward.faces.cli.exit import less, notice_lines
from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.passwords import password_file, password_of


@click.group()
def group() -> None:
    """Orders to agents, stops, kill codes, and whether they worked."""


group.add_command(fleet)
group.add_command(kill)
group.add_command(less)
group.add_command(sealed)


@group.command()
@PROGRAMME
@click.argument("participant")
@click.option("--lot", required=True, help="Lot that was given; it must have been released.")
@click.option("--driver", required=True, help="Name under [control.drivers].")
@click.option("--person-class", default="adult", show_default=True)
@click.option("--cells", type=float, default=0.0, help="Agents in the person, 0 for a device.")
@click.option("--age", "age_years", type=float, default=None, help="Years.")
@click.option("--weight", "weight_kg", type=float, default=None, help="Kilograms.")
@KEY
@password_file
@click.option(
    "--second-key-file",
    type=click.Path(exists=True, dir_okay=False),
    default=None,
    help="Key of a second person; needed for another lot or driver, or less care.",
)
@click.option(
    "--second-password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
)
@common
def enrol(programme: str, quiet: bool, as_json: bool, **given: Any) -> None:
    """Say that PARTICIPANT carries the agent, and how it is reached; signed with a key."""
    from nanoward.base.entries import CarrierEnrolled, body_of
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.orders.enrol_carrier import enrol_carrier
    from nanoward.wiring import open_ports
    from nanoward.wiring.control import open_control, read_signing_key

    files = [(given["key_file"], given["password_file"])]
    if given["second_key_file"]:
        files.append((given["second_key_file"], given["second_password_file"]))
    keys = [read_signing_key(file, password_of(word)) for file, word in files]
    with open_ports(programme, quiet=quiet) as ports, open_control(ports, programme) as desk:
        names = ("participant", "lot", "driver", "person_class", "cells")
        carrier = CarrierEnrolled(
            **{name: given[name] for name in names},
            age_years=given["age_years"],
            weight_kg=given["weight_kg"],
            agent=desk.plan.agent,
            spec_sha256=desk.plan.spec_sha256,
            owner=desk.plan.owner,
        )
        made = enrol_carrier(
            desk, OrderState(), carrier, keys=keys, actor=name_of(desk, keys[0].key)
        )
    told = {"enrolled": body_of(made)}
    print_result(told, f"{given['participant']} is enrolled", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("participant")
@click.argument("quantity")
@click.argument("value", type=float)
@click.argument("unit")
@KEY
@password_file
@common
def reading(programme: str, quiet: bool, as_json: bool, **given: Any) -> None:
    """Record a measurement of PARTICIPANT's condition, taken now by whoever holds the key."""
    from nanoward.base.entries import ReadingTaken
    from nanoward.wiring import open_ports

    by = signer_of(programme, given)
    with open_ports(programme, quiet=quiet) as ports:
        entry = ReadingTaken(
            participant=given["participant"],
            quantity=given["quantity"],
            value=given["value"],
            unit=given["unit"],
            at=ports.clock.now(),
        )
        ports.ledger.append([entry], actor=by, at=ports.clock.now())
        opens = settings_opened(ports.folder.plan().section("control"), entry)
    told = f"recorded; it counts for {', '.join(opens) or 'no setting'}"
    print_result({"recorded": entry.quantity, "settings": opens}, told, as_json=as_json)


def settings_opened(section: Mapping[str, Any], entry: Any) -> list[str]:
    """Settings before which this quantity must be read, in this unit and plausible range."""
    from nanoward.control.plan import control_plan

    plan = control_plan(section)
    return sorted(
        name
        for name, spec in plan.settings.items()
        if spec.reading is not None
        and (spec.reading.quantity, spec.reading.unit) == (entry.quantity, entry.unit)
        and spec.reading.plausible.low <= entry.value <= spec.reading.plausible.high
    )


@group.command()
@PROGRAMME
@click.argument("participant")
@click.argument("setting")
@click.argument("value", type=float)
@click.argument("unit")
@click.option("--kind", type=click.Choice(["set", "less"]), default="set", show_default=True)
@click.option("--lease", "lease_s", default=600, show_default=True, help="Seconds.")
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False),
    default=None,
    help="Your own key: it says who you are. A `less` needs none.",
)
@password_file
@click.option("--by", default="unknown", help="Who asks, where no key says it.")
@common
def order(programme: str, quiet: bool, as_json: bool, **given: Any) -> None:
    """Set SETTING of PARTICIPANT's agent to VALUE UNIT, for as long as the lease lasts.

    A set is signed with a key; role and scope are what the programme has for it. A less goes
    by the way out where the programme cannot be opened.
    """
    from nanoward.base.errors import NanowardError

    try:
        told = _sent(programme, quiet=quiet, given=given)
    except NanowardError:
        if given["kind"] != "less":
            raise
        told = _lowered(programme, given)
    lines = [f"{told['order']}: {told['outcome']}, value {told['value']}", *told["reasons"]]
    print_result(told, "\n  ".join(lines), as_json=as_json)
    raise SystemExit(
        {"done": 0, "queued": 1, "refused": 4, "failed": 4}.get(told["outcome"], 6)
    )


def _lowered(programme: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A less that the kill lane sends by the last plan that could be read."""
    from nanoward.faces.way_out import say

    asked = {name: given[name] for name in ("setting", "value", "unit", "by")}
    rows = say(programme, "less", given["participant"], channel="command", **asked)["stopped"]
    row = rows[0] if rows else {}
    return {
        "order": row.get("order", ""),
        "outcome": row.get("outcome", "unanswered"),
        "value": row.get("value"),
        "reasons": row.get("reasons", []),
    }


def _sent(programme: str, *, quiet: bool, given: Mapping[str, Any]) -> dict[str, Any]:
    """An order through the programme's gate: what became of it."""
    import secrets

    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.orders.send_order import send_order
    from nanoward.wiring import open_ports
    from nanoward.wiring.control import open_control, read_signing_key

    signer = None
    if given["key_file"]:
        signer = read_signing_key(given["key_file"], password_of(given["password_file"]))
    with open_ports(programme, quiet=quiet) as ports, open_control(ports, programme) as desk:
        names = ("participant", "setting", "value", "unit", "kind", "lease_s")
        asked = {name: given[name] for name in names} | {
            "order": secrets.token_hex(8),
            "agent": desk.plan.agent,
            "issued": ports.clock.now(),
            "requested_by": given["by"],
            "role": "unknown",
            "scopes": (),
        }
        if signer is not None:
            asked["requested_by"] = name_of(desk, signer.key) or given["participant"]
            asked = signed_order(asked, signer)
        sent = send_order(desk, OrderState(), asked, actor=str(asked["requested_by"]))
    return {
        "order": sent.order,
        "outcome": sent.outcome,
        "value": sent.value,
        "reasons": sent.reasons,
    }


@group.command()
@PROGRAMME
@click.argument("participant", required=False)
@click.option("--everybody", is_flag=True, help="Stop every agent of the programme.")
@click.option("--by", default="unknown", help="Who asks; a stop needs nobody's leave.")
@common
def stop(programme: str, as_json: bool, **given: Any) -> None:
    """Return PARTICIPANT's agent to its safe default, now."""
    if bool(given["participant"]) == bool(given["everybody"]):
        raise click.UsageError("name a participant, or say --everybody")
    from nanoward.faces.way_out import say

    who = given["participant"]
    told = say(programme, "stop", who, by=given["by"], channel="command")
    rows = told["stopped"]
    if who and not rows and "lane" not in told["owed"]:  # heard, and nobody stopped
        why = f"no agent of {who!r} was ever enrolled here"
        rows = [{"participant": who, "order": "", "outcome": "refused", "reasons": [why]}]
        told["stopped"] = rows
    table = text_table(rows, ("participant", "order", "outcome", "reasons"))
    lines = [table, *notice_lines(told, who or "")]
    print_result(told, "\n".join(lines), as_json=as_json)
    done = "lane" not in told["owed"] and all(row["outcome"] == "done" for row in rows)
    raise SystemExit(0 if done else 6)


@group.command()
@PROGRAMME
@common
def resume(programme: str, quiet: bool, as_json: bool, **_: Any) -> None:
    """Finish what a crash or a silent driver left owed: orders, stops and kill codes."""
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.orders.resume_orders import resume_orders
    from nanoward.wiring import open_ports
    from nanoward.wiring.control import open_control

    swept = ask(programme, "sweep")
    with open_ports(programme, quiet=quiet) as ports, open_control(ports, programme) as desk:
        told = resume_orders(desk, OrderState(), actor="resume")
    rows = [{"order": one.order, "outcome": one.outcome} for one in told]
    result = {"orders": rows, "lane": swept}
    print_result(result, text_table(rows, ("order", "outcome")), as_json=as_json)
    raise SystemExit(
        1 if any(row["outcome"] in ("unanswered", "doubted") for row in rows) else 0
    )


@group.command()
@PROGRAMME
@common
def status(programme: str, as_json: bool, **_: Any) -> None:
    """Every kill code, what became of whom, what is owed, and which drills are due."""
    told = ask(programme, "status")
    rows = [
        {
            **one,
            "people": ", ".join(f"{who} {word}" for who, word in one["participants"].items()),
        }
        for one in told["kills"]
    ]
    text = text_table(rows, ("order", "status", "mechanism", "people"))
    lines = [f"owed: {one['order']} to {one['participant']}" for one in told["owed"]]
    lines += [
        f"lease: {one['setting']} {one['value']:g} {one['unit']} at {one['participant']}"
        f" of {one['owner'] or 'this programme'} until {one['end']}"
        for one in told["leases"]
    ]
    lines += [
        f"sealed: {one['order']} for {one['participant']} {one['state']} until {one['expires']}"
        for one in told["sealed"]
    ]
    lines += [f"drill due: {name}, not held this week" for name in told["drills_due"]]
    print_result(told, "\n".join([text, *lines]).strip(), as_json=as_json)
    raise SystemExit(1 if told["owed"] else 0)


@group.command()
@PROGRAMME
@click.option("--tries", default=100, show_default=True)
@BY
@common
def drill(programme: str, as_json: bool, tries: int, by: str, **_: Any) -> None:
    """Try every kill mechanism on simulated agents, and write down how it went."""
    from nanoward.flows.killcode.drill_kill import drill_kill
    from nanoward.wiring.control import open_drill, open_lane

    held = []
    with open_lane(programme) as desk:  # beside the lane's process: nobody's agent is touched
        for name in sorted(desk.plan.mechanisms):
            with open_drill(desk.plan, name, tries) as once:
                held.append(drill_kill(desk, name, tries, once, actor=by))
    names = ("mechanism", "tries", "failures", "upper")
    rows = [{name: getattr(one, name) for name in names} for one in held]
    print_result({"drills": rows}, text_table(rows, names), as_json=as_json)
    raise SystemExit(1 if any(one.failures for one in held) else 0)


@group.command()
@PROGRAMME
@ORDER
@click.argument("participant")
@click.option("--sample", required=True, help="Identifier of the sample.")
@click.option("--assay", required=True)
@click.option("--matrix", required=True)
@click.option("--taken", required=True, help="Moment with zone, ISO 8601.")
@click.option("--detected/--negative", required=True)
@click.option("--invalid", is_flag=True, help="Failed control, late, or somebody else's.")
@click.option("--count", type=float, default=None)
@click.option(
    "--locus", type=click.Choice(["intact", "altered", "low", "unread"]), default="unread"
)
@BY
@common
def flush(programme: str, as_json: bool, by: str, **given: Any) -> None:
    """Record one sample after a kill code, and tell whether PARTICIPANT is cleared."""
    names = ("order", "participant", "sample", "assay", "matrix", "detected", "count", "locus")
    taken = datetime.fromisoformat(given["taken"]).isoformat()
    sample = {name: given[name] for name in names}
    sample |= {"taken": taken, "valid": not given["invalid"]}
    told = ask(programme, "flush sample", sample=sample, by=by)
    one = told["flushes"][0]
    lines = [
        f"{one['participant']}: {one['outcome']}, response {one['response']}",
        f"probability that it is still there: {one['residual']:.1e}",
        f"clearance at the earliest {one['earliest']}, at the latest {one['latest']}",
        *one["reasons"],
    ]
    print_result(told, "\n  ".join(lines), as_json=as_json)
    raise SystemExit(1 if one["outcome"] == "escaped" else 0)


@group.command()
@click.argument("file", type=click.Path(dir_okay=False))
@password_file
@common
def key(file: str, password_file: Path | None, as_json: bool, **_: Any) -> None:
    """Make a key for a person who signs orders or kill codes; FILE keeps it, encrypted."""
    from nanoward.wiring.control import make_signing_key

    made = make_signing_key(file, password_of(password_file, new=True))
    told = {"scheme": made.scheme, "key": made.key, "public": made.public}
    lines = ["[[control.signers]]", *(f'{name} = "{value}"' for name, value in told.items())]
    print_result(told, "\n".join(lines), as_json=as_json)


def name_of(desk: Any, key: str) -> str:
    """The programme's name for whoever holds a key; "" where it has none."""
    return next((one.signer.name for one in desk.plan.signers if one.signer.key == key), "")


def signed_order(asked: dict[str, Any], signer: Any) -> dict[str, Any]:
    """The document with the key and signature of whoever asks."""
    from nanoward.control.orders import order_of, signing_bytes

    plain, _ = order_of(asked, received=asked["issued"])
    signature = signer.sign(signing_bytes(plain)) if plain is not None else ""
    return asked | {"key": signer.key, "signature": signature}
