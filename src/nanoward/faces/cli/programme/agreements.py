"""nanoward programme agreements: check, clauses, draft, sign, conclude, bound, end."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.programme.keep_agreements import AgreementCheck

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)


class Share(click.ParamType[Fraction]):
    """A share from 0 to 1 as text, exactly."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        try:
            share = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not 0 <= share <= 1:
            self.fail(f"{value!r} is no share from 0 to 1", param, ctx)
        return share


_SHARE = click.option(
    "--most", type=Share(), default="0.10", show_default=True, help="Leave cost at most."
)


def _json_of(file: str) -> Any:
    """The JSON that a file holds; InputError where it holds none."""
    from nanoward.base.errors import InputError

    try:
        return json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise InputError(f"it is no JSON: {fault}", file=file) from None


@click.group(name="agreements")
def group() -> None:
    """Agreements as text and terms; what leaving costs under them; who is bound."""


@group.command()
@click.argument("document", type=_FILE)
@_SHARE
@common
def check(document: str, *, most: Fraction, as_json: bool, **_: Any) -> None:
    """Run DOCUMENT over every exit path, and hold it against the rules.

    Exit code 0: it may be signed; 4: it may not, with every rule and paragraph.
    """
    from nanoward.flows.programme.keep_agreements import check_agreement

    found = check_agreement(Path(document).read_bytes(), document, most)
    told = check_result(found)
    print_result(told, check_text(told), as_json=as_json)
    raise SystemExit(4 if found.refusals() else 0)


def check_result(found: "AgreementCheck") -> dict[str, Any]:
    """What was computed, as plain values."""
    return {
        "agreement": found.agreement.name,
        "version": found.agreement.version,
        "sha256": found.agreement.sha256,
        "leave_cost": None if found.cost is None else float(found.cost),
        "dearest": {"week": found.week, "reason": found.reason},
        "violations": [
            {"rule": one.rule, "paragraph": one.paragraph, "why": one.why}
            for one in found.violations
        ],
        "untranslated": list(found.untranslated),
    }


def check_text(told: dict[str, Any]) -> str:
    """The same in words."""
    cost = told["leave_cost"]
    share = "more than all pay" if cost is None else f"{cost:.1%} of pay"
    path = told["dearest"]
    head = f"{told['agreement']} {told['version']} ({told['sha256'][:12]})"
    where = f"week {path['week']}, {path['reason']}"
    lines = [f"{head}: leaving costs at most {share} ({where})"]
    if told["violations"]:
        lines.append(text_table(told["violations"], ("rule", "paragraph", "why")))
    lines += [f"lacks a translation: {one}" for one in told["untranslated"]]
    refused = told["violations"] or told["untranslated"]
    return "\n".join([*lines, "refused" if refused else "may be signed"])


@group.command()
@click.argument("clauses", type=_FILE)
@click.option("--base", default="40", show_default=True, help="Pay for each weekly visit.")
@click.option("--currency", default="EUR", show_default=True)
@_SHARE
@common
def clauses(
    clauses: str, *, base: str, currency: str, most: Fraction, as_json: bool, **_: Any
) -> None:
    """Judge a JSON list of CLAUSES, each beside weekly pay, or in its place."""
    from nanoward.flows.programme.judge_clauses import judge_clauses

    rows = judge_clauses(
        _json_of(clauses), base=base, currency=currency, most=most,
    )  # fmt: skip
    told = [{**row, "rules": ", ".join(row["rules"])} for row in rows]
    print_result(
        {"clauses": rows}, text_table(told, ("id", "verdict", "rules", "why")), as_json=as_json
    )


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("document", type=_FILE)
@click.option("--by", required=True)
@common
def draft(
    programme: str, document: str, *, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Keep DOCUMENT so that it may be signed; refused where it breaks a rule."""
    from nanoward.flows.programme.keep_agreements import draft_agreement
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        found = draft_agreement(ports, Path(document).read_bytes(), document, by=by)
    told = check_result(found)
    print_result(told, check_text(told), as_json=as_json)


@group.command()
@click.argument("document", type=_FILE)
@click.option("--role", required=True)
@click.option("--name", required=True, help="Who signs.")
@click.option("--key-file", type=_FILE, required=True)
@click.option("--out", type=click.Path(dir_okay=False), required=True)
@common
def sign(
    document: str, *, role: str, name: str, key_file: str, out: str, as_json: bool, **_: Any
) -> None:
    """Sign DOCUMENT for one party; the same bytes whatever its format."""
    from nanoward.flows.programme.keep_agreements import signable
    from nanoward.programme.agreements.document import signed_bytes
    from nanoward.wiring.designs import open_signatures
    from nanoward.wiring.ledgers import write_file

    one = signable(Path(document).read_bytes(), document)
    if role not in one.parties:
        raise click.BadParameter(f"its parties are {', '.join(one.parties)}, not {role!r}")
    private = Path(key_file).read_text(encoding="utf-8").strip()
    key, signature = open_signatures().sign(private, signed_bytes(one))
    made = {"role": role, "name": name, "key": key, "signature": signature}
    write_file(out, json.dumps(made, indent=1) + "\n")
    print_result({**made, "sha256": one.sha256}, f"{name} signed as {role}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("sha256")
@click.argument("participant")
@click.option("--signature", "signed", type=_FILE, multiple=True, help="Of every party.")
@click.option("--by", required=True)
@common
def conclude(
    programme: str, sha256: str, participant: str, *, signed: tuple[str, ...], by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Bind PARTICIPANT by the drafted agreement SHA256 that all parties signed."""
    from nanoward.flows.programme.keep_agreements import party_signature, sign_agreement
    from nanoward.wiring import open_ports
    from nanoward.wiring.designs import open_signatures

    made = [party_signature(_json_of(one), one) for one in signed]
    with open_ports(programme, quiet=quiet) as ports:
        worse = sign_agreement(
            ports, sha256, participant, made, open_signatures().verify, by=by
        )
    text = f"signed, and does not bind: {'; '.join(worse)}" if worse else "signed"
    print_result({"worse": list(worse)}, text, as_json=as_json)
    raise SystemExit(1 if worse else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@common
def bound(
    programme: str, participant: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Show which version of each agreement binds PARTICIPANT, and newer ones that do not."""
    from nanoward.flows.programme.keep_agreements import bound_agreements
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        found = bound_agreements(ports, participant, given["as_of"] or ports.today())
    if not found:
        print_result({"bound": None}, f"no agreement binds {participant}", as_json=as_json)
        raise SystemExit(1)
    rows = [
        {
            "agreement": one.agreement.name,
            "version": one.agreement.version,
            "since": one.since,
            "passed_over": {name: list(why) for name, why in one.passed_over.items()},
        }
        for one in found
    ]
    text = "\n".join(
        f"{one['agreement']} {one['version']} since {one['since']}" for one in rows
    )
    print_result({**rows[0], "others": rows[1:]}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("agreement")
@click.option("--on", type=Day(), default=None, help="Day from which; today where not given.")
@click.option("--reason", default="", help="Nobody is asked for one.")
@click.option("--by", required=True)
@common
def end(
    programme: str, participant: str, agreement: str, *, on: date | None, reason: str, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """End AGREEMENT with PARTICIPANT: they at once, others when they have left.

    What was earned stays owed, and safety visits after it go on being paid.
    """
    from nanoward.flows.programme.keep_agreements import end_agreement
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        day = end_agreement(ports, participant, agreement, day=on, reason=reason, by=by)
    text = f"{agreement} with {participant} ends on {day}; what was earned stays owed"
    print_result({"agreement": agreement, "ended": day}, text, as_json=as_json)
