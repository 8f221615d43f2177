"""nanoward council: packs, positions, decisions, pauses, actions; nanoward why a number is."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table
from nanoward.programme.council.matters import DECISIONS, QUERIES

_FOLDER = click.Path(exists=True, file_okay=False)
_KEY = click.Path(exists=True, dir_okay=False)
BY = click.option("--by", required=True, help="Who does it.")
MEMBER = click.option("--member", required=True, help="Name of a member in the plan.")
KEY = click.option("--key-file", type=_KEY, required=True, help="The member's own.")


@click.group(name="council")
def group() -> None:
    """The council: packs that reveal no arm, secret positions, pauses on one word, actions."""


@group.command()
@click.argument("file", type=click.Path(dir_okay=False))
@common
def key(file: str, *, as_json: bool, **_: Any) -> None:
    """Make a member's keys in FILE, or read them; print the two public ones for the plan."""
    from nanoward.wiring.council import member_keys

    keys = member_keys(file)
    text = f"{keys.sealing_key} {keys.signing_key}"
    print_result({"keys": text}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option(
    "--out", type=click.Path(file_okay=False), default=None, help="Write files there."
)
@click.option(
    "--leave-out", multiple=True, help="TABLE/ROW of the open part that is not to be shown."
)
@click.option("--pdf", is_flag=True, help="With --out: the open part as PDF too.")
@BY
@common
def pack(
    programme: str, *, out: str | None, leave_out: tuple[str, ...], pdf: bool, by: str,
    as_of: date | None, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Make the pack of the last round: an open part, and a closed one sealed for each member.

    Rows from which an arm or a small group could be got are left out and named. Refused where
    an arm could be got together with a pack made before; the rows to leave out are named.
    """
    from nanoward.flows.council.council_state import matters_now
    from nanoward.flows.council.make_pack import make_pack, pack_json
    from nanoward.wiring.council import open_council

    if pdf and out is None:
        raise click.UsageError("--pdf needs --out")
    with open_council(programme, quiet=quiet) as desk:
        made = make_pack(desk, by=by, as_of=as_of, leave_out=leave_out)
        unblinded = matters_now(desk.ports).informed(by)
    if out is not None:
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{made.name}-open.json").write_bytes(made.open_part)
        if pdf:
            (folder / f"{made.name}-open.pdf").write_bytes(_pdf(made.open_part, made.name))
        for who, sealed in made.sealed.items():
            (folder / f"{made.name}-{who}.sealed").write_bytes(sealed)
    told = pack_json(made) | {"maker_knows_arms_of": len(unblinded)}
    rows = list(told["numbers"])
    text = [
        f"pack {made.name}: {len(rows)} open numbers; left out: {len(made.removed)}",
        text_table(rows, ("name", "value", "grade")),
    ]
    if unblinded:
        text.append(f"{by} knows the arm of {len(unblinded)} people: this pack is not blinded")
    print_result(told, "\n".join(text), as_json=as_json)


def _pdf(content: bytes, name: str) -> bytes:
    from nanoward.faces.document.pack_document import pack_document
    from nanoward.faces.document.typst_text import pdf_of

    return pdf_of(pack_document(content, name))


@group.command(name="open")
@click.argument("programme", type=_FOLDER)
@click.argument("name", default="")
@click.option("--part", type=click.Choice(("open", "closed", "executive")), default="open")
@MEMBER
@click.option("--key-file", type=_KEY, default=None, help="For all but the open part.")
@click.option("--out", type=click.Path(dir_okay=False), default=None)
@click.option("--pdf", type=click.Path(dir_okay=False), default=None, help="Write a PDF there.")
@common
def open_(
    programme: str, name: str, *, part: str, member: str, key_file: str | None,
    out: str | None, pdf: str | None, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Open a part of pack NAME (the last where none is named); who opened it is a record.

    The executive part is for the members alone: what is owed, decided, asked and guessed.
    """
    from nanoward.flows.council.council_state import matters_now
    from nanoward.flows.council.take_position import open_pack
    from nanoward.wiring.council import member_keys, open_council

    if part != "open" and key_file is None:
        raise click.UsageError(f"the {part} part needs --key-file")
    keys = None if key_file is None or part == "open" else member_keys(key_file)
    with open_council(programme, quiet=quiet) as desk:
        content = open_pack(desk, name, part, member=member, keys=keys)
        known = matters_now(desk.ports).pack(name).pack
    if out is not None:
        Path(out).write_bytes(content)
    if pdf is not None:
        Path(pdf).write_bytes(_pdf(content, known))
    text = out or pdf or content.decode()
    print_result({"part": part, "content": content.decode()}, text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name", default="")
@click.option("--decision", type=click.Choice(DECISIONS), default=None)
@click.option("--reason", default="")
@click.option("--conflict", default="", help="Of interests; then the position is not counted.")
@click.option("--accept-guess", is_flag=True, help="Signs that a raise may rest on a guess.")
@click.option("--show", is_flag=True, help="Show what was committed, once all have spoken.")
@MEMBER
@KEY
@common
def position(
    programme: str, name: str, *, member: str, key_file: str, as_json: bool, quiet: bool,
    **given: Any,
) -> None:  # fmt: skip
    """Take a position on pack NAME in secret, or show it once all have spoken."""
    from nanoward.flows.council.take_position import commit_position, show_position
    from nanoward.programme.council.matters import Position
    from nanoward.wiring.council import member_keys, open_council

    if given["show"] == (given["decision"] is not None):
        raise click.UsageError("either --decision or --show")
    with open_council(programme, quiet=quiet) as desk:
        if given["show"]:
            shown = show_position(desk, name, member=member, keys=member_keys(key_file))
            print_result(asdict(shown), f"{member}: {shown.decision}", as_json=as_json)
            return
        said = Position(
            decision=given["decision"], reason=given["reason"], conflict=given["conflict"],
            accepts_guess=given["accept_guess"], nonce="",
        )  # fmt: skip
        commitment = commit_position(
            desk, name, said, member=member, keys=member_keys(key_file)
        )
    told = {"commitment": commitment}
    print_result(told, f"{member} has spoken; what, nobody knows yet", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("name", default="")
@click.option("--rests-on", multiple=True, help="TABLE/ROW/COLUMN that a raise rests on.")
@MEMBER
@KEY
@common
def decide(
    programme: str, name: str, *, rests_on: tuple[str, ...], member: str, key_file: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """The decision of most on pack NAME; of as many, the safer. Refused without a quorum."""
    from nanoward.flows.council.take_position import decide_pack
    from nanoward.wiring.council import member_keys, open_council

    keys = member_keys(key_file)
    with open_council(programme, quiet=quiet) as desk:
        made = decide_pack(desk, name, rests_on, by=member, keys=keys)
    lines = [f"decided: {made.decision}", *made.positions]
    lines += [f"minority: {one}" for one in made.minority]
    print_result(asdict(made), "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--reason", required=True)
@click.option(
    "--key-file", type=_KEY, default=None, help="A member's; none: the sponsor's word."
)
@BY
@common
def pause(
    programme: str, *, reason: str, key_file: str | None, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Nobody is dosed or raised from now on, until the council decides."""
    from nanoward.flows.council.pause_programme import pause_programme
    from nanoward.wiring.council import member_keys, open_council

    keys = None if key_file is None else member_keys(key_file)
    with open_council(programme, quiet=quiet) as desk:
        made = pause_programme(desk, reason, by=by, keys=keys)
    text = f"paused; the council meets by {made.meets_by:%Y-%m-%d %H:%M} UTC"
    print_result(asdict(made), text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--add", default="", help="What is to be done.")
@click.option("--who", default="")
@click.option("--due", type=Day(), default=None)
@click.option("--query", default="", help=f"Done when: {'; '.join(QUERIES)}.")
@click.option("--close", default="", help="An action, by two members with a reason.")
@click.option("--reason", default="")
@click.option("--signed", multiple=True, help="MEMBER=KEY-FILE, twice.")
@click.option("--by", default="council")
@common
def actions(programme: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Actions that stand; one more with --add; closed by its query, or by two members.

    Exit code 1 where one is overdue.
    """
    from nanoward.flows.council.council_state import matters_now
    from nanoward.flows.council.pause_programme import (
        ActionPlan,
        agree_action,
        close_action,
        closing_entries,
    )
    from nanoward.programme.council.matters import is_overdue
    from nanoward.wiring.council import member_keys, open_council

    with open_council(programme, quiet=quiet) as desk:
        if given["add"]:
            if given["due"] is None:
                raise click.UsageError("--add needs --due")
            plan = ActionPlan(
                what=given["add"], who=given["who"], due=given["due"], query=given["query"]
            )
            agree_action(desk, plan, by=given["by"])
        if given["close"]:
            pairs = [one.partition("=") for one in given["signed"]]
            signers = [(name, member_keys(file)) for name, _, file in pairs]
            close_action(desk, given["close"], given["reason"], signers)
        done = closing_entries(desk.ports, matters_now(desk.ports))
        if done:
            desk.ports.ledger.append(done, actor="council", at=desk.ports.clock.now())
        today = given["as_of"] or desk.ports.today()
        rows = [
            {**asdict(one), "overdue": is_overdue(one, today)}
            for one in matters_now(desk.ports).open_actions()
        ]
    late = sum(row["overdue"] for row in rows)
    text = text_table(rows, ("action", "what", "who", "due", "overdue", "query"))
    print_result({"actions": rows, "closed": len(done)}, text, as_json=as_json)
    raise SystemExit(1 if late else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("words")
@click.option("--to", default="council", show_default=True, help="A role of the plan.")
@BY
@common
def ask(
    programme: str, words: str, *, to: str, by: str, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Ask the council WORDS, or let it ask a role; a message that wants an answer."""
    from nanoward.flows.council.pause_programme import ask_council
    from nanoward.wiring.council import open_council

    with open_council(programme, quiet=quiet) as desk:
        name = ask_council(desk, words, to, by=by)
    print_result({"question": name}, f"{name} is asked", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--reason", required=True)
@click.option("--vote", default="", help="The pack whose decision was to unblind.")
@click.option("--key-file", type=_KEY, required=True, help="The physician's, or a member's.")
@BY
@common
def unblind(
    programme: str, participant: str, *, reason: str, vote: str, key_file: str, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """The arm of PARTICIPANT: in an emergency to one physician, else by the council's vote."""
    from nanoward.flows.council.pause_programme import reveal_arm
    from nanoward.wiring.council import member_keys, open_council

    keys = member_keys(key_file)
    with open_council(programme, quiet=quiet) as desk:
        found = reveal_arm(desk, participant, reason, by=by, keys=keys, pack=vote)
    told = {"participant": found.participant, "arm": found.arm, "how": found.entry.how}
    print_result(told, f"{found.participant}: {found.arm}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def informed(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Who knows whose arm, since when and why."""
    from nanoward.flows.council.council_state import matters_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows = [asdict(one) for one in matters_now(ports).revealed]
    text = text_table(rows, ("who", "participant", "how", "reason", "at"))
    print_result({"informed": rows}, text, as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("number")
@common
def why(programme: str, number: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Why NUMBER is what it is: inputs, grades, code, ledger proof.

    NUMBER is PACK/TABLE/ROW/COLUMN of a pack (the last without PACK), or round/TABLE/ROW/COLUMN
    of the last round; the day of a round in the place of the word names another. Exit code 1
    where the grade would be another today.
    """
    from nanoward.flows.council.explain_round_number import explain_any_number
    from nanoward.wiring.council import open_council

    with open_council(programme, quiet=quiet, use="act") as desk:
        found = explain_any_number(desk, number)
    value = f"{found.value:g}" if isinstance(found.value, float) else str(found.value)
    lines = [
        f"{found.number} = {value}, {found.grade}",
        *(f"  rests on {name}: {grade}" for name, grade in found.rests_on),
        f"  made by nanoward {found.software} as of {found.as_of}, {found.pack}",
        f"  ledger: record {found.head_size}, {found.head}",
        found.proof,
    ]
    print_result(asdict(found), "\n".join(lines), as_json=as_json)
    raise SystemExit(0 if found.grade == found.printed_grade else 1)
