"""nanoward control ...: orders, stops, kill codes, flushes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click

from nanoward.base.errors import RefusedError
from nanoward.faces.cli.exit import less, near_of, notice_lines
from nanoward.faces.cli.options import common, print_result, text_table

Answer = Mapping[str, Any]
PROGRAMME = click.argument("programme", type=click.Path(file_okay=False))
BY = click.option("--by", required=True, help="Who asks.")
ORDER = click.argument("order")


@click.group()
def group() -> None:
    """Orders to agents, stops, kill codes, and whether they worked."""


@click.group()
def kill() -> None:
    """A kill code: request, approve (two people), fire."""


group.add_command(kill)
group.add_command(less)


class LaneRefusedError(RefusedError):
    """The lane said no."""

    code = "REF-063"

    def __init__(self, told: Answer) -> None:
        super().__init__(f"{told['code']}: {told['refused']}")
        self.next_step = str(told.get("next_step", self.next_step))


def ask(programme: str, do: str, **asked: Any) -> Answer:
    """Ask the lane's process; where none runs, do the lane's work here and now."""
    from nanoward.faces.lane import ask_lane
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.lane.serve_lane import serve_lane
    from nanoward.wiring.control import hold_lane, lane_socket, open_lane

    told = ask_lane(lane_socket(programme), {"do": do, **asked})
    if told is None:
        with hold_lane(programme), open_lane(programme) as desk:
            told = serve_lane(desk, OrderState(), {"do": do, **asked})
    if "refused" in told:
        raise LaneRefusedError(told)
    return told


@group.command()
@PROGRAMME
@click.argument("participant")
@click.option("--lot", required=True, help="Lot that was given.")
@click.option("--driver", required=True, help="Name under [control.drivers].")
@click.option("--person-class", default="adult", show_default=True)
@click.option("--cells", default=0.0, help="Agents in the person, 0 for a device.")
@BY
@common
def enrol(programme: str, as_json: bool, **asked: Any) -> None:
    """Say that PARTICIPANT carries the agent, and how it is reached."""
    told = ask(programme, "enrol", **_given(asked))
    print_result(told, f"{asked['participant']} is enrolled", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("participant")
@click.argument("quantity")
@click.argument("value", type=float)
@click.argument("unit")
@BY
@common
def reading(programme: str, quiet: bool, as_json: bool, **given: Any) -> None:
    """Record a measurement of PARTICIPANT's condition, taken now."""
    from nanoward.base.entries import ReadingTaken
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        entry = ReadingTaken(
            participant=given["participant"],
            quantity=given["quantity"],
            value=given["value"],
            unit=given["unit"],
            at=ports.clock.now(),
        )
        ports.ledger.append([entry], actor=given["by"], at=ports.clock.now())
    print_result({"recorded": entry.quantity}, "recorded", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("participant")
@click.argument("setting")
@click.argument("value", type=float)
@click.argument("unit")
@click.option("--kind", type=click.Choice(["set", "less"]), default="set", show_default=True)
@click.option("--lease", "lease_s", default=600, show_default=True, help="Seconds.")
@click.option(
    "--role", type=click.Choice(["staff", "participant"]), default="staff", show_default=True
)
@click.option("--scope", "scopes", multiple=True, default=("ours",), help="Whose agents.")
@BY
@common
def order(programme: str, quiet: bool, as_json: bool, **given: Any) -> None:
    """Set SETTING of PARTICIPANT's agent to VALUE UNIT, for as long as the lease lasts."""
    import secrets

    from nanoward.flows.desk.order_state import OrderState
    from nanoward.flows.orders.send_order import send_order
    from nanoward.wiring import open_ports
    from nanoward.wiring.control import open_control

    with open_ports(programme, quiet=quiet) as ports, open_control(ports, programme) as desk:
        names = ("participant", "setting", "value", "unit", "kind", "lease_s", "role", "scopes")
        asked = {name: given[name] for name in names} | {
            "order": secrets.token_hex(8),
            "agent": desk.plan.agent,
            "issued": ports.clock.now(),
            "requested_by": given["by"],
        }
        sent = send_order(desk, OrderState(), asked, actor=given["by"])
    told = {
        "order": sent.order,
        "outcome": sent.outcome,
        "value": sent.value,
        "reasons": sent.reasons,
    }
    lines = [f"{sent.order}: {sent.outcome}, value {sent.value}", *sent.reasons]
    print_result(told, "\n  ".join(lines), as_json=as_json)
    raise SystemExit({"done": 0, "queued": 1, "refused": 4, "failed": 4}.get(sent.outcome, 6))


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
    told["near"] = near_of(programme, who, told) if who else []
    rows = told["stopped"]
    table = text_table(rows, ("participant", "order", "outcome"))
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
    """Every kill code, what became of whom, and what is owed."""
    told = ask(programme, "status")
    rows = [
        {
            **one,
            "people": ", ".join(f"{who} {word}" for who, word in one["participants"].items()),
        }
        for one in told["kills"]
    ]
    text = text_table(rows, ("order", "status", "mechanism", "people"))
    owed = "\n".join(f"owed: {one['order']} to {one['participant']}" for one in told["owed"])
    print_result(told, f"{text}\n{owed}".strip(), as_json=as_json)
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
@click.password_option()
@common
def key(file: str, password: str, as_json: bool, **_: Any) -> None:
    """Make a key for a person who signs kill codes; FILE keeps it, encrypted."""
    from nanoward.wiring.control import make_signing_key

    made = make_signing_key(file, password)
    told = {"scheme": made.scheme, "key": made.key, "public": made.public}
    lines = ["[[control.signers]]", *(f'{name} = "{value}"' for name, value in told.items())]
    print_result(told, "\n".join(lines), as_json=as_json)


@kill.command()
@PROGRAMME
@click.argument("participants", nargs=-1, required=True)
@click.option("--mechanism", required=True)
@click.option("--reason", required=True)
@click.option("--minutes", default=15.0, show_default=True, help="How long it holds.")
@BY
@common
def request(programme: str, as_json: bool, minutes: float, **given: Any) -> None:
    """Ask for a kill code at PARTICIPANTS; nothing is fired."""
    holds = timedelta(minutes=minutes).total_seconds()
    told = ask(programme, "kill request", holds_s=holds, **_given(given))
    print_result(told, _release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--role", required=True)
@click.option("--key-file", required=True, type=click.Path(exists=True, dir_okay=False))
@click.password_option(confirmation_prompt=False)
@BY
@common
def approve(programme: str, as_json: bool, **given: Any) -> None:
    """Sign ORDER with your own key. The last signature needed releases it."""
    from nanoward.wiring.control import read_signing_key

    signer = read_signing_key(given["key_file"], given["password"])
    asked = {name: given[name] for name in ("order", "role", "by")}
    form = ask(programme, "kill show", **asked)
    signature = signer.sign(_message(form, given["by"], given["role"]))
    told = ask(programme, "kill approve", key=signer.key, signature=signature, **asked)
    print_result(told, _release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@BY
@common
def fire(programme: str, as_json: bool, order: str, by: str, **_: Any) -> None:
    """Fire a released kill code."""
    told = ask(programme, "kill fire", order=order, by=by)
    print_result(told, _release_form(told), as_json=as_json)
    done = all(word == "acknowledged" for word in told["participants"].values())
    raise SystemExit(0 if done else 6)


@kill.command("break-glass")
@PROGRAMME
@ORDER
@BY
@common
def break_glass(programme: str, as_json: bool, order: str, by: str, **_: Any) -> None:
    """Release ORDER with one physician's signature, for one participant; it is reviewed."""
    told = ask(programme, "kill break-glass", order=order, by=by)
    print_result(told, _release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--reason", required=True)
@BY
@common
def withdraw(programme: str, as_json: bool, **given: Any) -> None:
    """End ORDER for everybody at whom it was not fired yet."""
    told = ask(programme, "kill withdraw", **_given(given))
    print_result(told, _release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@ORDER
@click.option("--note", required=True)
@BY
@common
def review(programme: str, as_json: bool, **given: Any) -> None:
    """Review ORDER, which one person released."""
    told = ask(programme, "kill review", **_given(given))
    print_result(told, _release_form(told), as_json=as_json)


@kill.command()
@PROGRAMME
@click.argument("key")
@click.option("--reason", required=True)
@BY
@common
def revoke(programme: str, as_json: bool, **given: Any) -> None:
    """Revoke a signer's KEY; what it signed and was not released is void."""
    told = ask(programme, "revoke", **_given(given))
    print_result(told, f"void: {', '.join(told['voided']) or 'nothing'}", as_json=as_json)


def _given(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in COMMON}


COMMON = ("as_of", "seed", "quiet")


def _message(form: Answer, by: str, role: str) -> bytes:
    """The bytes to sign, made here from the request that is shown, not taken as given."""
    from nanoward.flows.lane.serve_lane import bytes_to_sign

    return bytes_to_sign(form["request"], by=by, role=role)


def _release_form(told: Answer) -> str:
    people = ", ".join(f"{who} ({word})" for who, word in told["participants"].items())
    signed = ", ".join(f"{name} as {role}" for name, role in told["signed"]) or "nobody"
    return (
        f"kill code {told['order']}: {told['status']}\n"
        f"  {told['mechanism']} at {people}\n"
        f"  expected survivors: {told['expected_escapees']:.2g}, "
        f"any at all: {told['any_escapee']:.1%}\n"
        f"  signed by {signed}; needed: {', '.join(told['needs'])}\n"
        f"  holds until {told['expires']}"
    )
