"""What the ledger last recommended, held against this round: a plan that changed, people gone.

A recommendation is read beside the last one that there was, however many refusals lie between.
Where the plan, the model or a limit is another one, that is told with the old and the new
setting, whatever it is called; who is no longer in the event table, and everybody where the
plan no longer asks for settings or cannot be used, has no setting any more, and that is said.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import RecommendationRefused, SettingRecommended, entry_of, kind_of
from nanoward.base.errors import IntegrityError
from nanoward.base.findings import Finding, Undecided
from nanoward.base.ids import Sha256
from nanoward.ports.blobs import Blobs
from nanoward.ports.ports import Ports
from nanoward.tuning import Question, question_table

CHANGED, VANISHED = "TUN-144", "TUN-145"
ROOM = "tuning"
MOST_NAMED = 5
_KINDS = {kind_of(one): one for one in (SettingRecommended, RecommendationRefused)}


def last_recommendations(ports: Ports) -> dict[str, SettingRecommended | RecommendationRefused]:
    """The last word on everybody's setting, by participant."""
    found: dict[str, SettingRecommended | RecommendationRefused] = {}
    for record in ports.ledger.records():
        if record.kind in _KINDS:
            one = entry_of(record.kind, record.body, _KINDS)
            assert isinstance(one, SettingRecommended | RecommendationRefused)
            found[one.participant] = one
    return found


def last_settings(ports: Ports) -> dict[str, SettingRecommended]:
    """The last setting that was recommended to each participant, refused since or not."""
    found: dict[str, SettingRecommended] = {}
    for record in ports.ledger.records(kind=kind_of(SettingRecommended)):
        one = entry_of(record.kind, record.body, _KINDS)
        assert isinstance(one, SettingRecommended)
        found[one.participant] = one
    return found


def kept_question(blobs: Blobs, question: Question) -> str:
    """SHA-256 of the question as it was asked, which is kept to be compared with later ones."""
    table = _plain(json.loads(json.dumps(question_table(question), default=str)))
    return str(blobs.put(canonical_json(table).encode()))


def _plain(table: Any) -> Any:
    """Endless limits as text: JSON has no number for them."""
    if isinstance(table, dict):
        return {key: _plain(value) for key, value in table.items()}
    if isinstance(table, list):
        return [_plain(value) for value in table]
    return str(table) if isinstance(table, float) and not isfinite(table) else table


def changed_plan(
    ports: Ports, question_sha256: str, now: Sequence[Mapping[str, Any]]
) -> tuple[Finding, ...]:
    """A finding for each earlier plan that somebody's last recommendation rested on, with what
    differs and the settings before and now.

    now  rows of base/tables RECOMMENDATIONS
    """
    before = last_settings(ports)
    moved: dict[str, list[str]] = {}
    for row in now:
        old = before.get(row["participant"])
        if old is not None and old.question_sha256 not in ("", question_sha256):
            new = "none" if row["value"] is None else f"{row['value']:g} {row['unit']}"
            said = f"{row['participant']} {old.value:g} {old.unit} -> {new}"
            moved.setdefault(old.question_sha256, []).append(said)
    return tuple(
        Finding(
            code=CHANGED,
            severity="warning",
            message=f"the plan is not the one of the last recommendation: "
            f"{differences(ports.blobs, known, question_sha256)}; settings before and now: "
            f"{_listed(people)}",
            next_step="Confirm the change with whoever may decide on settings.",
            file="programme.toml",
        )
        for known, people in sorted(moved.items())
    )


def _listed(people: Sequence[str]) -> str:
    more = len(people) - MOST_NAMED
    return "; ".join(people[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def differences(blobs: Blobs, before: str, now: str) -> str:
    """Keys of two kept questions that differ, with both values."""
    try:
        old, new = (flat(json.loads(blobs.get(Sha256(name)))) for name in (before, now))
    except (IntegrityError, KeyError, OSError):
        return "what it was is no longer kept"
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    told = [f"{key} was {_word(old.get(key))}, is {_word(new.get(key))}" for key in keys]
    return _listed(told)


def flat(table: Any, path: str = "") -> dict[str, Any]:
    """The plain values of nested tables by their dotted keys; lists by names or numbers."""
    if isinstance(table, Mapping):
        pairs: list[tuple[str, Any]] = [(str(key), value) for key, value in table.items()]
    elif isinstance(table, list):
        pairs = [
            (str(one.get("name", place)) if isinstance(one, Mapping) else str(place), one)
            for place, one in enumerate(table)
        ]
    else:
        return {path: table}
    found: dict[str, Any] = {}
    for key, value in pairs:
        found |= flat(value, f"{path}.{key}" if path else key)
    return found


def _word(value: Any) -> str:
    return (
        "not told"
        if value is None
        else f"{value:g}"
        if isinstance(value, float)
        else f"{value}"
    )


Ended = tuple[tuple[RecommendationRefused, ...], tuple[Finding, ...], tuple[Undecided, ...]]


def vanished(ports: Ports, present: Collection[str], file: str) -> Ended:
    """People with a recommendation who are no longer in the event table: it ends."""
    step = "Put the person's records back, or end the setting with them."
    return _ended(ports, present, f"no longer in {file}", file, step)


def unasked(ports: Ports, why: str) -> Ended:
    """Everybody with a recommendation, where the plan gives none any more: it ends.

    why  what is wrong with the plan
    """
    step = "Put [tuning] of the plan right, or end the settings with the people."
    return _ended(ports, (), why, "programme.toml", step)


def _ended(ports: Ports, present: Collection[str], what: str, file: str, step: str) -> Ended:
    entries, findings, undecided = [], [], []
    for name, old in sorted(last_recommendations(ports).items()):
        if name in present or not isinstance(old, SettingRecommended):
            continue
        why = f"{what}: the setting of {old.value:g} {old.unit} is not upheld"
        entries.append(RecommendationRefused(participant=name, setting=old.setting, reason=why))
        undecided.append(
            Undecided(code="TUN-903", room=ROOM, subject=name, question="setting", reason=why)
        )
        findings.append(
            Finding(
                code=VANISHED,
                severity="error",
                message=f"{name} had a recommended setting; {why}",
                next_step=step,
                file=file,
                subject=name,
            )
        )
    return tuple(entries), tuple(findings), tuple(undecided)
