"""What was done about a person elsewhere before a withdrawal, or another stop, was known there.

Both stand: nothing is merged, nothing written last wins. What contradicts is told.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nanoward.base.entries.messages import MessageWritten
from nanoward.base.findings import Finding
from nanoward.base.names import identity_of
from nanoward.programme.messages.kinds import OPEN_ACTS

ACTS: Mapping[str, str] = {  # entries that say that something was done with a person
    "clearance.ActPermitted": "permitted",
    "clearance.ConsentSigned": "consent signed",
    "control.OrderIntended": "order sent",
    "control.OrderAcknowledged": "order carried out",
    "tuning.SettingAdjusted": "setting adjusted",
    "catalogue.SampleTaken": "sample taken",
}
LEDGER = "ledger"  # sender of what a site's ledger holds, as against what people write


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone:
    """Something that a site did with a person, and when by that site's record."""

    site: str
    participant: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalWord:
    """A withdrawal: where and when it was said, and when this site learnt of it."""

    site: str
    participant: str
    said: datetime
    learnt: datetime


def act_of(site: str, kind: str, body: Mapping[str, Any], at: datetime) -> ActDone | None:
    """The act that a record tells of; None where it tells of none, or of one always open."""
    word = ACTS.get(kind)
    who = identity_of(str(body.get("participant") or ""))
    if word is None or not who or body.get("act") in OPEN_ACTS:
        return None
    detail = str(body.get("act") or body.get("order") or body.get("setting") or "")
    return ActDone(site=site, participant=who, what=f"{word} {detail}".strip(), at=at)


def carried_act(written: MessageWritten) -> ActDone | None:
    """The act that a record of another site tells of."""
    told = carried_record(written)
    if told is None:
        return None
    kind, body, at = told
    return act_of(written.origin, kind, body, at)


def carried_record(
    written: MessageWritten,
) -> tuple[str, Mapping[str, Any], datetime] | None:
    """Kind, body and moment of the record that a message carries; None: it carries none."""
    if written.sender != LEDGER:
        return None
    try:
        told = json.loads(written.body)
        return str(told["kind"]), dict(told["body"]), datetime.fromisoformat(told["at"])
    except (ValueError, KeyError, TypeError):
        return None


def acts_in_between(
    words: Iterable[WithdrawalWord], acts: Iterable[ActDone]
) -> Iterator[tuple[WithdrawalWord, ActDone]]:
    """Acts at other sites after the word was said, the first word of each person."""
    first: dict[str, WithdrawalWord] = {}
    for word in words:
        known = first.get(word.participant)
        if known is None or word.said < known.said:
            first[word.participant] = word
    for act in acts:
        said = first.get(act.participant)
        if said is not None and act.at > said.said and act.site != said.site:
            yield said, act


def between_findings(
    found: Iterable[tuple[WithdrawalWord, ActDone]],
) -> tuple[Finding, ...]:
    """An error for each act that was done before the word had come there."""
    return tuple(
        Finding(
            code="MSG-006",
            severity="error",
            message=(
                f"{act.what} at {act.site} on {act.at:%Y-%m-%d %H:%M} UTC, after the withdrawal"
                f" at {word.site} on {word.said:%Y-%m-%d %H:%M} UTC (known here since"
                f" {word.learnt:%Y-%m-%d %H:%M} UTC)"
            ),
            next_step="Look after the person: undo or flush what was done, and tell them.",
            subject=act.participant,
        )
        for word, act in found
    )
