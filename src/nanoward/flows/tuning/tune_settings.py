"""One step of the round: fit every person, test the bands, recommend settings where allowed.

Reads, remembers and writes; what is computed is `analyse` of the room.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import polars as pl

from nanoward.base.entries import Entry, RecommendationRefused, SettingRecommended
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding, Undecided, finding_of
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.base.tables import FINDINGS, UNDECIDED
from nanoward.base.tables.lineage import RAISE
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.stated_grades import accepted_guesses, plan_lineage, raise_guesses
from nanoward.flows.steps.step_outcome import Materials, Outcome, merge
from nanoward.flows.tuning.adjust_settings import adjustment_entries
from nanoward.flows.tuning.pregnant_participants import pregnant_participants
from nanoward.flows.tuning.recommendation_changes import (
    Ended,
    changed_plan,
    kept_question,
    unasked,
    vanished,
)
from nanoward.ports.blobs import Blobs
from nanoward.ports.ports import Ports
from nanoward.ports.runner import LostWorkError, Runner
from nanoward.tuning import (
    BadModelError,
    BadTargetError,
    History,
    PeopleAllowed,
    Question,
    SubjectResult,
    TuningRules,
    TuningTables,
    analyse,
    analyse_subjects,
    question_of,
    question_sha256,
    wanted,
)
from nanoward.tuning.subject_results import RESULT_FIELDS
from nanoward.tuning.tuning_tables import ROOM, facts_of

BATCH = 8  # people whose fits are done together; a runner puts batches in pieces by time


@dataclass(slots=True)
class _Count:
    """Pieces of work done now and taken from earlier rounds."""

    computed: int = 0
    recalled: int = 0


def tune_settings(
    ports: Ports, plan: Plan, materials: Materials, standings: pl.DataFrame | None, seed: int
) -> Outcome:
    """Tables of tuning; an entry for each recommendation and each setting that somebody moved.

    standings  base/tables.py STANDINGS; None in a programme without clearance. Whoever is not
               cleared gets no recommendation that starts or raises.
    """
    section = plan.section("tuning")
    if not section:
        return _without(unasked(ports, "the plan has no section [tuning] any more"))
    try:
        question = question_of(section)
    except (BadModelError, BadTargetError) as fault:
        gone = unasked(ports, "the plan's [tuning] cannot be used")
        return merge(_unusable_plan(fault), _without(gone))
    if "events" not in materials:
        gone = vanished(ports, (), "data/events.csv")
        return merge(Outcome(undecided=(_no_events(),)), _without(gone))
    allowed = PeopleAllowed(
        standing=_standing(standings),
        expecting=pregnant_participants(materials.tables, ports.ledger),
        guesses=raise_guesses(plan_lineage(plan), RAISE, accepted_guesses(ports.ledger)),
    )
    key = memo_key(
        "tune_settings",
        reachable_digest(__name__),
        question=question_sha256(question),
        events=materials.sources["events"],
        adjustments=content_hash(materials.tables.get("adjustments")),  # up to the round's day
        reader=ports.formats.version,
        standing=allowed.standing,
        expecting=allowed.expecting,
        guesses=allowed.guesses,
        seed=seed,
    )
    events, moved = materials.tables["events"], materials.tables.get("adjustments")
    data = TuningTables(
        events=events,
        adjustments=moved,
        findings=[
            one for one in materials.findings if ports.formats.role_of(one.file) == "events"
        ],
        file=_file(events),
    )
    rules, count = TuningRules(question=question, seed=seed, allowed=allowed), _Count()
    kept, recalled = memoised_tables(
        ports,
        key,
        lambda: _tables(ports, data, rules, count),
    )
    if recalled:
        count.recalled = kept["observed"]["participant"].n_unique()
    asked = kept_question(ports.blobs, question)
    changes = _since_last(ports, asked, events, kept)
    own = Outcome(
        tables={name: kept[name] for name in wanted(question)},
        entries=(
            *_entries(question, asked, kept["recommendations"]),
            *adjustment_entries(question.goal, moved),
        ),
        findings=tuple(finding_of(row) for row in kept["findings"].to_dicts()),
        undecided=tuple(Undecided(**row) for row in kept["undecided"].to_dicts()),
        facts=facts_of(question, kept),
        computed=count.computed,
        recalled=count.recalled,
    )
    return merge(own, changes)


def _since_last(
    ports: Ports, asked: str, events: pl.DataFrame, kept: Mapping[str, pl.DataFrame]
) -> Outcome:
    """What differs from the last recommendations: another plan, people who are gone."""
    told = changed_plan(ports, asked, kept["recommendations"].to_dicts())
    gone = vanished(ports, set(events["ID"].cast(pl.String)), _file(events))
    return merge(Outcome(findings=told), _without(gone))


def _without(gone: Ended) -> Outcome:
    """Recommendations that end, and what is said of it."""
    entries, findings, undecided = gone
    return Outcome(entries=entries, findings=findings, undecided=undecided)


def answer_all(
    runner: Runner,
    question: Question,
    seed: int,
    persons: Sequence[History],
    step: Callable[[int], None],
) -> list[SubjectResult]:
    """One answer per person, in order, whatever the number of workers."""
    batches = [persons[at : at + BATCH] for at in range(0, len(persons), BATCH)]

    def told(number: int) -> None:
        step(min(BATCH * number, len(persons)))

    work = partial(_batch, question, seed)
    return [one for some in runner.map(work, batches, step=told, lost=_lost) for one in some]


def _lost(persons: Sequence[History]) -> list[SubjectResult]:
    """Nobody's answer is made up: the room gives none this time, and says for whose sake."""
    names = ", ".join(one.name for one in persons)
    raise LostWorkError(f"the fit of one of {names} ended every process that tried it")


def _batch(question: Question, seed: int, persons: Sequence[History]) -> list[SubjectResult]:
    return analyse_subjects(question, seed, persons)


def _tables(
    ports: Ports, data: TuningTables, rules: TuningRules, count: _Count
) -> dict[str, pl.DataFrame]:
    """The analysis as tables that can be kept, findings and open questions among them."""

    def recalled(some: Sequence[History]) -> list[SubjectResult]:
        return _recall_answers(ports, rules.question, some, rules.seed, count)

    found = analyse(data, rules, recalled)
    return {
        **found.tables,
        "findings": _frame(FINDINGS, [one.as_row() for one in found.findings]),
        "undecided": _frame(UNDECIDED, [asdict(one) for one in found.undecided]),
    }


def _recall_answers(
    ports: Ports, question: Question, persons: Sequence[History], seed: int, count: _Count
) -> list[SubjectResult]:
    """Answers of earlier rounds where person, question and seed are the same; others anew."""
    pack = memo_key(
        "tune_people", reachable_digest(__name__), asked=question_sha256(question), seed=seed
    )
    kept = _pack(ports.blobs, pack)
    keys = [json.dumps([one.sha256, one.exclusion_reason]) for one in persons]
    known = [_answer_in(ports.blobs, kept.get(key)) for key in keys]
    missing = [place for place, one in enumerate(known) if one is None]
    with ports.progress("fitting people", len(missing)) as step:
        fresh = answer_all(ports.runner, question, seed, [persons[at] for at in missing], step)
    texts = [json.dumps(_fields_of(one), sort_keys=True, allow_nan=False) for one in fresh]
    names = ports.blobs.put_all([one.encode() for one in texts])
    for place, one, name in zip(missing, fresh, names, strict=True):
        known[place], kept[keys[place]] = one, name
    if missing:
        ports.blobs.note(pack, ports.blobs.put(json.dumps(kept, sort_keys=True).encode()))
    count.computed, count.recalled = len(missing), len(persons) - len(missing)
    return [one for one in known if one is not None]


def _pack(blobs: Blobs, key: str) -> dict[str, Sha256]:
    """Each person's records to the blob of their answer, from earlier rounds."""
    noted = blobs.noted(key)
    return {} if noted is None else dict(json.loads(blobs.get(noted)))


def _fields_of(one: SubjectResult) -> dict[str, Any]:
    """Fields and their rows, which `asdict` would copy number by number."""
    return {name: getattr(one, name) for name in RESULT_FIELDS}


def _answer_in(blobs: Blobs, name: Sha256 | None) -> SubjectResult | None:
    if name is None or not blobs.has(name):
        return None
    return SubjectResult.of_kept(json.loads(blobs.get(name)))


def _entries(
    question: Question, asked: str, recommendations: pl.DataFrame
) -> tuple[Entry, ...]:
    return tuple(_entry(question, asked, row) for row in recommendations.to_dicts())


def _entry(question: Question, asked: str, row: Mapping[str, Any]) -> Entry:
    if row["value"] is None:
        return RecommendationRefused(
            participant=row["participant"], setting=row["setting"], reason=row["reason"]
        )
    told = {name: value for name, value in row.items() if name not in ("reason", "words")}
    told["target"] = told["target"] if told["target"] is not None else row["expected"]
    return SettingRecommended(**told, model_sha256=question.model.sha256, question_sha256=asked)


def _standing(standings: pl.DataFrame | None) -> dict[str, str] | None:
    if standings is None:
        return None
    pairs = standings.select("participant", "standing").iter_rows()
    return {str(name): str(standing) for name, standing in pairs}


def _file(events: pl.DataFrame) -> str:
    """Path of the event table, where the reader carried it along; else its usual name."""
    if "file" in events.columns and events.height:
        return str(events["file"][0])
    return "data/events.csv"


def _frame(shape: Any, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    kinds = {"text": pl.String, "int": pl.Int64}
    schema = {column.name: kinds[column.kind] for column in shape.columns}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _unusable_plan(fault: InputError) -> Outcome:
    """Nobody gets a setting, and what is wrong with the plan is told; other rooms go on."""
    finding = Finding(
        code=fault.code,
        severity="error",
        message=fault.what,
        next_step=fault.next_step,
        file=fault.file or "programme.toml",
        line=fault.line,
    )
    question = Undecided(
        code="TUN-904",
        room=ROOM,
        subject="",
        question="individual parameters and settings",
        reason=fault.what,
    )
    return Outcome(findings=(finding,), undecided=(question,))


def _no_events() -> Undecided:
    return Undecided(
        code="TUN-905",
        room=ROOM,
        subject="",
        question="individual parameters and settings",
        reason="the plan has a section [tuning] but no event table was read (data/events.csv)",
    )
