"""nanoward programme anomaly: described in words, coded by two blinded readers, decided."""

from dataclasses import asdict
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
BY = click.option("--by", required=True, help="Who does it.")
CODE = click.option("--code", "codes", multiple=True, required=True, help="Q21.0, or none.")


@click.group(name="anomaly")
def group() -> None:
    """Anomalies of children: words alone, two readers who know of no exposure, kappa."""


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("case")
@click.argument("words")
@click.option("--fetus", type=int, default=1, show_default=True)
@BY
@common
def describe(
    programme: str, case: str, words: str, *, fetus: int, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Describe an anomaly of CASE in WORDS that name nobody, no arm and no agent."""
    from nanoward.flows.pregnancies.code_anomalies import describe_anomaly
    from nanoward.wiring.messages import open_messages

    with open_messages(programme, quiet=quiet, use="act") as desk:
        name = describe_anomaly(desk.ports, case, fetus, words, by=by, chance=desk.chance)
    print_result({"item": name}, f"{name} waits for two readers", as_json=as_json)


@group.command(name="list")
@click.argument("programme", type=_FOLDER)
@BY
@common
def list_(programme: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """What waits for this reader: words under a name, in an order of their own."""
    from nanoward.flows.pregnancies.code_anomalies import waiting_items
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows = [asdict(one) for one in waiting_items(ports, by)]
    text = text_table(rows, ("item", "task", "words"))
    print_result({"items": rows}, text if rows else "nothing waits", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("item")
@CODE
@BY
@common
def code(
    programme: str, item: str, *, codes: tuple[str, ...], by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Code ITEM by ICD-10 Q00 to Q99. Refused for whoever could know the exposure."""
    from nanoward.flows.pregnancies.code_anomalies import code_anomaly
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        known = code_anomaly(ports, item, codes, by=by)
    told = {"item": item, "state": known.state}
    print_result(told, f"{item}: {known.state}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("item")
@CODE
@click.option("--reason", required=True)
@BY
@common
def decide(
    programme: str, item: str, *, codes: tuple[str, ...], reason: str, by: str, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Decide on ITEM, where its two readers differ: a third person, with a reason."""
    from nanoward.flows.pregnancies.code_anomalies import decide_anomaly
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        known = decide_anomaly(ports, item, codes, reason, by=by)
    told = {"item": item, "codes": list(known.codes)}
    print_result(told, f"{item}: {', '.join(known.codes)}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def agreement(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """How well readers agree: kappa of anomaly or none, and of the three-character code."""
    from nanoward.flows.pregnancies.code_anomalies import agreement_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        found = agreement_now(ports)
    told = asdict(found)
    rows = [{"question": name, **told[name]} for name in ("anomaly", "category") if told[name]]
    text = text_table(rows, ("question", "n", "share", "kappa", "low", "high"))
    head = f"{found.items} read by two, {found.same_codes} with the same codes"
    none = "kappa cannot be told: fewer than two, or all said the same"
    print_result(told, f"{head}\n{text if rows else none}", as_json=as_json)
