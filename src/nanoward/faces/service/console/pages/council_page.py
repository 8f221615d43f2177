"""Council room: packs, positions in secret, decisions, pauses, actions; blinded by default."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    answer,
    show,
)
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form, choices
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.council.council_state import charter_now, matters_now
from nanoward.flows.council.make_pack import make_pack
from nanoward.flows.council.pause_programme import pause_programme
from nanoward.flows.council.take_position import (
    commit_position,
    decide_pack,
    open_pack,
    show_position,
)
from nanoward.ports.messages import CouncilDesk, MemberKeys
from nanoward.programme.access.rights import Right
from nanoward.programme.council.matters import DECISIONS, CouncilMatters, Position, is_overdue

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_COUNCIL))]
Acts = Annotated[Visitor, Depends(Guard(Right.ACT_COUNCIL))]
KEY = Field(
    name="key",
    label="Your key file",
    kind="file",
    hint="Used for this act alone, and kept nowhere.",
)
PACK = Field(name="pack", label="Pack", required=False, hint="The last where none is named.")
FORMS = (
    Form(
        name="open-pack",
        action="/console/council/open",
        title="Open the closed part",
        does="Open it",
        note="Who opened it, and when, is a record.",
        fields=(PACK, KEY),
    ),
    Form(
        name="position",
        action="/console/council/position",
        title="Take a position",
        does="Commit in secret",
        note="Nobody sees it before all have spoken.",
        fields=(
            PACK,
            Field(
                name="decision", label="Decision", kind="choice", choices=choices(*DECISIONS)
            ),
            Field(name="reason", label="Reason", kind="words"),
            Field(
                name="conflict",
                label="Conflict of interests",
                required=False,
                hint="With one, the position is not counted.",
            ),
            Field(
                name="guess", label="A raise may rest on a guess", kind="check", required=False
            ),
            KEY,
        ),
    ),
    Form(
        name="show-position",
        action="/console/council/show",
        title="Show my position",
        does="Show it",
        fields=(PACK, KEY),
    ),
    Form(
        name="decide",
        action="/console/council/decide",
        title="Decide by the positions",
        does="Decide",
        note="The decision of most; of as many, the safer. Refused without quorum.",
        fields=(
            PACK,
            Field(
                name="rests_on",
                label="Numbers a raise rests on",
                kind="words",
                required=False,
                hint="TABLE/ROW/COLUMN, one a line.",
            ),
            KEY,
        ),
    ),
    Form(
        name="make-pack",
        action="/console/council/pack",
        title="Make the pack of the last round",
        does="Make it",
        note="What would reveal an arm is left out, and named.",
        fields=(
            Field(
                name="leave_out",
                label="Rows to leave out",
                kind="words",
                required=False,
                hint="TABLE/ROW, one a line.",
            ),
        ),
    ),
    Form(
        name="pause",
        action="/console/council/pause",
        title="Pause the programme",
        does="Pause now",
        grave=True,
        note="Nobody is dosed or raised until the council decides. One word is enough.",
        fields=(Field(name="reason", label="Reason", kind="words"),),
    ),
)


PACKS = {
    "pack": "@Pack",
    "closes": "@Closes",
    "spoken": "Have spoken",
    "shown": "Have shown",
    "decided": "Decision",
}
NUMBERS = {"name": "Number", "value": "#Value", "grade": "Grade"}
ACTIONS = {"action": "@Action", "what": "What", "who": "Who", "due": "@Due", "late": ""}
INFORMED = {"who": "Who", "participant": "@Participant", "how": "How", "at": "@Since"}


def content(looking: Looking) -> Content:
    """Pauses, the last pack's open numbers, who has spoken, actions and who knows whose arm."""
    ports = looking.ports
    matters, charter, today = matters_now(ports), charter_now(ports), ports.today()
    if not charter.members:
        note = "The plan names no member: [programme.council.members] of programme.toml."
        return Content(notes=(note,))
    pauses = [
        f"paused by {one.by} since {one.at:%Y-%m-%d %H:%M} UTC: {one.reason}"
        for one in matters.open_pauses()
    ]
    actions = [
        {name: getattr(one, name) for name in ("action", "what", "who", "due")}
        | {"late": "late" if is_overdue(one, today) else ""}
        for one in matters.open_actions()
    ]
    informed = [{name: getattr(one, name) for name in INFORMED} for one in matters.revealed]
    tables = some(
        ledger_table(looking, "Packs", PACKS, _packs(matters)),
        ledger_table(looking, "Open numbers of the last pack", NUMBERS, _numbers(looking)),
        ledger_table(looking, "Actions that stand", ACTIONS, actions),
        ledger_table(looking, "Who knows whose arm", INFORMED, informed),
    )
    notes = () if matters.packs else ("No pack was made yet.",)
    forms = FORMS if looking.may(Right.ACT_COUNCIL) else ()
    return Content(tables=tables, notes=notes, alarms=tuple(pauses), forms=forms)


def _packs(matters: CouncilMatters) -> list[dict[str, Any]]:
    """Each pack: who has spoken on it, who has shown it, what was decided."""

    def named(pairs: Iterable[tuple[str, str]], pack: str) -> str:
        return ", ".join(sorted(who for name, who in pairs if name == pack)) or "nobody yet"

    return [
        {
            "pack": one.pack,
            "closes": one.closes,
            "spoken": named(matters.committed, one.pack),
            "shown": named(matters.shown, one.pack),
            "decided": told.decision if (told := matters.decided.get(one.pack)) else "open",
        }
        for one in matters.packs.values()
    ]


def _numbers(looking: Looking) -> list[dict[str, Any]]:
    """The open part of the last pack; opening it so is no record: it is open to the council."""
    from nanoward.base.ids import Sha256

    packs = matters_now(looking.ports).packs
    if not packs:
        return []
    made = next(reversed(packs.values()))
    told = json.loads(looking.ports.blobs.get(Sha256(made.open_sha256)))
    return _named(told)


def _named(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Numbers of a part of a pack with the names by which people speak of them."""
    return [
        {
            "name": f"{one['table']}/{one['row']}/{one['column']}",
            "value": one["value"],
            "grade": one["grade"],
        }
        for one in told["numbers"]
    ]


PAGE = Page(
    name="council",
    title="Council room",
    lead="What the last round shows, blinded; the closed part by a member's own key.",
    content=content,
)


@router.get("/council")
async def council(request: Request, visitor: Reads) -> Response:
    """Packs, positions, decisions, actions."""
    return await show(request, visitor, PAGE)


@contextmanager
def _desk(acting: Acting) -> Iterator[CouncilDesk]:
    from nanoward.wiring.council import council_desk
    from nanoward.wiring.messages import desk_of

    yield council_desk(desk_of(acting.ports, acting.path, make_keys=True), acting.path)


@contextmanager
def _keys(acting: Acting) -> Iterator[MemberKeys]:
    """The member's keys from the file that they chose; it is gone when the act is done."""
    from nanoward.wiring.council import member_keys

    with TemporaryDirectory() as folder:
        file = Path(folder) / "member.keys"
        file.touch(mode=0o600)
        file.write_bytes(acting.filled.files["key"][1])
        yield member_keys(str(file))


@router.post("/council/open")
async def open_closed(request: Request, visitor: Acts) -> Response:
    """Open the closed part of a pack; it is shown once, in the answer."""

    def work(acting: Acting) -> str:
        with _desk(acting) as desk, _keys(acting) as keys:
            told = open_pack(desk, acting.filled["pack"], "closed", member=acting.by, keys=keys)
        rows = _named(json.loads(told))
        lines = "; ".join(f"{one['name']} {one['value']:g} ({one['grade']})" for one in rows)
        return f"The closed part: {lines}."

    return await answer(request, visitor, PAGE, "open-pack", work, shown_once=True)


@router.post("/council/position")
async def position(request: Request, visitor: Acts) -> Response:
    """Take a position in secret."""

    def work(acting: Acting) -> str:
        told = acting.filled
        said = Position(
            decision=told["decision"],
            reason=told["reason"],
            conflict=told["conflict"],
            accepts_guess=told["guess"] == "yes",
            nonce="",
        )
        with _desk(acting) as desk, _keys(acting) as keys:
            commit_position(desk, told["pack"], said, member=acting.by, keys=keys)
        return f"{acting.by} has spoken; what, nobody knows yet."

    return await answer(request, visitor, PAGE, "position", work)


@router.post("/council/show")
async def show_mine(request: Request, visitor: Acts) -> Response:
    """Show a position, once all have spoken."""

    def work(acting: Acting) -> str:
        with _desk(acting) as desk, _keys(acting) as keys:
            shown = show_position(desk, acting.filled["pack"], member=acting.by, keys=keys)
        return f"{acting.by}: {shown.decision}."

    return await answer(request, visitor, PAGE, "show-position", work)


@router.post("/council/decide")
async def decide(request: Request, visitor: Acts) -> Response:
    """The council's decision by its positions."""

    def work(acting: Acting) -> str:
        rests = tuple(one for one in acting.filled["rests_on"].split("\n") if one.strip())
        with _desk(acting) as desk, _keys(acting) as keys:
            made = decide_pack(desk, acting.filled["pack"], rests, by=acting.by, keys=keys)
        return f"Decided: {made.decision}."

    return await answer(request, visitor, PAGE, "decide", work)


@router.post("/council/pack")
async def pack(request: Request, visitor: Acts) -> Response:
    """Make the pack of the last round."""

    def work(acting: Acting) -> str:
        out = tuple(one for one in acting.filled["leave_out"].split("\n") if one.strip())
        with _desk(acting) as desk:
            made = make_pack(desk, by=acting.by, leave_out=out)
        return (
            f"Pack {made.name}: {len(made.numbers)} open numbers, {len(made.removed)} left out."
        )

    return await answer(request, visitor, PAGE, "make-pack", work)


@router.post("/council/pause")
async def pause(request: Request, visitor: Acts) -> Response:
    """Pause the programme, on one word."""

    def work(acting: Acting) -> str:
        with _desk(acting) as desk:
            made = pause_programme(desk, acting.filled["reason"], by=acting.by)
        return f"Paused; the council meets by {made.meets_by:%Y-%m-%d %H:%M} UTC."

    return await answer(request, visitor, PAGE, "pause", work)
