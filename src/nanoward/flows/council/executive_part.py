"""The executive part of a pack: what the members have before them when they are alone.

It is a function of the pack: the council's matters up to the record that the pack was made
from, and the charter. Nobody's arm is in it, and no position that was not shown.
"""

import json
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import KINDS, entry_of
from nanoward.base.entries.council import PackMade
from nanoward.base.evidence import GUESSED
from nanoward.base.ids import Sha256
from nanoward.flows.council.council_state import charter_now
from nanoward.ports.messages import CouncilDesk
from nanoward.programme.council.matters import CouncilMatters, council_matters, is_overdue

EXECUTIVE = "executive"
ROOM = "council."


def executive_part(desk: CouncilDesk, made: PackMade) -> bytes:
    """The part as canonical JSON; the same again for the same pack and charter."""
    ports, charter = desk.ports, charter_now(desk.ports)
    open_part: dict[str, Any] = json.loads(ports.blobs.get(Sha256(made.open_sha256)))
    matters = council_matters(
        entry_of(one.kind, one.body, KINDS)
        for one in ports.ledger.records()
        if one.seq <= made.head_size and one.kind.startswith(ROOM)
    )
    head = {name: open_part[name] for name in
            ("programme", "as_of", "head", "head_size", "plan", "software")}  # fmt: skip
    guessed = [
        f"{one['table']}/{one['row']}/{one['column']} = {one['value']:g}"
        for one in open_part["numbers"]
        if one["grade"] == GUESSED
    ]
    said = {
        **head, "part": EXECUTIVE, "members": sorted(charter.members), "quorum": charter.quorum,
        "chair": charter.chair, "advocate": charter.advocate, "guessed": guessed,
        **_matters(matters, made),
    }  # fmt: skip
    return canonical_json(said).encode()


def _matters(matters: CouncilMatters, made: PackMade) -> dict[str, Any]:
    who = sorted({one.who for one in matters.revealed})
    return {
        "pauses": [
            {"by": one.by, "role": one.role, "reason": one.reason,
             "at": f"{one.at:%Y-%m-%d %H:%M} UTC",
             "meets_by": f"{one.meets_by:%Y-%m-%d %H:%M} UTC"}
            for one in matters.open_pauses()
        ],
        "actions": [
            {"what": one.what, "who": one.who, "due": one.due.isoformat(),
             "overdue": is_overdue(one, made.as_of)}
            for one in matters.open_actions()
        ],
        "decisions": [
            {"pack": one.pack, "decision": one.decision, "minority": list(one.minority),
             "at": f"{one.at:%Y-%m-%d}"}
            for one in matters.decided.values()
        ],
        "asked": [{"by": one.by, "to": one.to, "words": one.words} for one in matters.asked],
        "informed": [
            {"who": one, "people": len(matters.informed(one))} for one in who
        ],
    }  # fmt: skip
