"""One step of the round: fit every person, test the bands, recommend settings where allowed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import polars as pl

from nanoward.base.entries import Entry, RecommendationRefused, SettingRecommended
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding, Undecided, finding_of, in_order
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.base.tables import COMPARISONS, FINDINGS, UNDECIDED
from nanoward.base.tables.lineage import RAISE
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.stated_grades import accepted_guesses, plan_lineage, raise_guesses
from nanoward.flows.steps.step_outcome import Materials, Outcome, merge
from nanoward.flows.tuning.adjust_settings import adjustment_entries, with_adjustments
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
    Participant,
    Question,
    SubjectResult,
    analyse,
    changes,
    coverage,
    guess_refusal,
    load_subjects,
    question_of,
    question_sha256,
    refusal,
    table,
    tables,
    unread_doses,
)
from nanoward.tuning.estimation.ambiguity import ambiguity_findings
from nanoward.tuning.subject_results import RESULT_FIELDS

BATCH = 8  # people whose fits are done together; a runner puts batches in pieces by time
ROOM = "tuning"
WANTED = (
    "fits", "covariances", "bands", "observed", "frontier", "outlook", "recommendations",
    "comparisons",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Standings:
    """standing of clearance by person, None without clearance; expecting: who is pregnant, by
    what; guesses: guessed inputs behind a raise, which nobody signed."""

    standing: Mapping[str, str] | None
    expecting: Mapping[str, str]
    guesses: tuple[str, ...] = ()


@dataclass(slots=True)
class _Count:
    """Pieces of work done now and taken from earlier rounds."""

    computed: int = 0
    recalled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _TuningData:
    """The event table, what is wrong with it, and the settings that people moved."""

    events: pl.DataFrame
    findings: Sequence[Finding]
    adjustments: pl.DataFrame | None


def tune_settings(
    ports: Ports, plan: Plan, materials: Materials, standings: pl.DataFrame | None, seed: int
) -> Outcome:
    """Tables WANTED; an entry for each recommendation and each setting that somebody moved.

    standings  base/tables.py STANDINGS; None in a programme without clearance. Whoever is not
               cleared gets no recommendation that starts or raises.
    """
    section = plan.section(ROOM)
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
    allowed = _Standings(
        _standing(standings),
        pregnant_participants(materials.tables, ports.ledger),
        raise_guesses(plan_lineage(plan), RAISE, accepted_guesses(ports.ledger)),
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
    found = [one for one in materials.findings if ports.formats.role_of(one.file) == "events"]
    moved = materials.tables.get("adjustments")
    data = _TuningData(events=materials.tables["events"], findings=found, adjustments=moved)
    count = _Count()
    kept, recalled = memoised_tables(
        ports,
        key,
        lambda: _tables(ports, question, data, allowed, seed, count),
    )
    if recalled:
        count.recalled = kept["observed"]["participant"].n_unique()
    asked = kept_question(ports.blobs, question)
    changes = _since_last(ports, asked, data.events, kept)
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


def wanted(question: Question) -> tuple[str, ...]:
    """Tables that this question has answers for: no frontier without a goal."""
    without = {
        *(("frontier",) if question.goal is None else ()),
        *(("comparisons",) if question.compare is None else ()),
    }
    return tuple(name for name in WANTED if name not in without)


def answer_all(
    runner: Runner,
    question: Question,
    seed: int,
    persons: Sequence[Participant],
    step: Callable[[int], None],
) -> list[SubjectResult]:
    """One answer per person, in order, whatever the number of workers."""
    batches = [persons[at : at + BATCH] for at in range(0, len(persons), BATCH)]

    def told(number: int) -> None:
        step(min(BATCH * number, len(persons)))

    work = partial(_batch, question, seed)
    return [one for some in runner.map(work, batches, step=told, lost=_lost) for one in some]


def _lost(persons: Sequence[Participant]) -> list[SubjectResult]:
    """Nobody's answer is made up: the room gives none this time, and says for whose sake."""
    names = ", ".join(one.name for one in persons)
    raise LostWorkError(f"the fit of one of {names} ended every process that tried it")


def _batch(
    question: Question, seed: int, persons: Sequence[Participant]
) -> list[SubjectResult]:
    return analyse(question, seed, persons)


def _tables(
    ports: Ports,
    question: Question,
    data: _TuningData,
    standing: _Standings,
    seed: int,
    count: _Count,
) -> dict[str, pl.DataFrame]:
    persons, findings = load_subjects(data.events, question.model, file=_file(data.events))
    persons, odd = with_adjustments(
        question, unread_doses(persons, data.findings, data.events), data.adjustments
    )
    found_answers = _recall_answers(ports, question, persons, seed, count)
    allowed = [
        _permitted(question, person, one, standing)
        for person, one in zip(persons, found_answers, strict=True)
    ]
    unsure = ambiguity_findings(
        ((one.participant, one.ambiguity) for one in found_answers), _file(data.events)
    )
    undecided = [
        Undecided(
            code="TUN-901",
            room=ROOM,
            subject=one.participant,
            question="individual parameters and setting",
            reason=one.doubts,
        )
        for one in found_answers
        if one.doubts
    ]
    found = tables(allowed)
    compared = table(COMPARISONS, changes(data.events, question.compare))
    found["comparisons"] = compared.sort(COMPARISONS.key)
    found["findings"] = _frame(
        FINDINGS, [one.as_row() for one in in_order([*findings, *odd, *unsure])]
    )
    found["undecided"] = _frame(UNDECIDED, [asdict(one) for one in undecided])
    return found


def _recall_answers(
    ports: Ports, question: Question, persons: Sequence[Participant], seed: int, count: _Count
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


def _permitted(
    question: Question, person: Participant, one: SubjectResult, known: _Standings
) -> SubjectResult:
    """The answer, with its recommendation taken back where the standing, a pregnancy or a
    guess that it rests on forbids it."""
    row, asked = one.recommendation, question.target or question.goal
    if row is None or asked is None or row["value"] is None:
        return one
    why, standing = "", known.standing
    if person.name in known.expecting:
        why = f"is pregnant, by {known.expecting[person.name]}: nothing is recommended"
    elif standing is not None:
        why = refusal(person, standing.get(person.name), row["value"], asked.interval)
    why = why or guess_refusal(person, row["value"], asked.interval, known.guesses)
    if not why:
        return one
    taken = {**row, "value": None, "reason": why}
    return SubjectResult.of_kept({**_fields_of(one), "recommendation": taken})


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


def facts_of(question: Question, kept: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Figures for the report: people, converged fits, coverage of the bands, settings."""
    fits, advice = kept["fits"], kept["recommendations"]
    tested, within = coverage(kept["observed"])
    people_of = fits.group_by("participant").agg(pl.col("converged").all())
    return {
        "model": question.model.name,
        "model_sha256": question.model.sha256,
        "time_unit": question.model.time_unit,
        "people": people_of.height,
        "converged": int(people_of["converged"].sum()),
        "held_back": tested,
        "held_back_within_band": within,
        "coverage": within / tested if tested else None,
        "recommended": advice.height - advice["value"].null_count(),
        "refused": advice["value"].null_count(),
    }


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
