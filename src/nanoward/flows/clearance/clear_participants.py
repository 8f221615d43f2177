"""Clear the participants: grades, adverse events, standings and the safety board's numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from nanoward.base.entries import StandingDecided
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.clearance import (
    Policy,
    at_data_cutoff,
    consents,
    dispositions,
    grade_results,
    participants,
    policy_of,
    results_of,
    safety_numbers,
    standings,
    table_of_version,
    unconsented_people,
    unconsented_samples,
    unconverted_units,
    understood_events,
    vital_results_of,
    vitals_of_version,
    with_corrected_calcium,
)
from nanoward.clearance.grading.reported_grades import reported_grades
from nanoward.clearance.sdtm.answers import answers
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.consistency_checks import edit_checks
from nanoward.clearance.sdtm.data_cutoff import without_future
from nanoward.clearance.sdtm.known_domains import KnownDomains
from nanoward.clearance.sdtm.result_doubts import beyond_every_rule, doubted_results
from nanoward.clearance.sdtm.unread_facts import names_meant
from nanoward.clearance.sdtm.visit_days import without_misplaced
from nanoward.clearance.standing.series import never_asked
from nanoward.clearance.standing.stops_told import stop_findings
from nanoward.clearance.standing.unasked import short_sittings, unasked_codes, unasked_words
from nanoward.flows.clearance.read_sdtm import _roles, domains_not_read, sdtm_domains
from nanoward.flows.clearance.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.clearance.unread_files import files_not_read
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.memoised_tables import memo_key, memoised_tables
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

VERSION = "7"  # raise it whenever an answer of this flow may change
TABLES = ("grades", "adverse_events", "standings", "disposition")
_ROOM = "clearance"


def clear_participants(ports: Ports, plan: Plan, materials: Materials, as_of: date) -> Outcome:
    """Every participant's standing as of a day, with what it rests on.

    Reads the SDTM domains of the materials; what came later than the day is not looked at.
    Recalled from an earlier round where none of these files, the rules and the day changed.
    """
    policy = policy_of(plan.section(_ROOM))
    recorded = recorded_domains(ports.ledger)
    domains = with_recorded(sdtm_domains(materials), recorded)
    if not domains:
        return Outcome(undecided=_no_records(materials))

    today = max(ports.clock.now().date(), as_of)
    unread = files_not_read(materials.findings)

    def decide() -> Mapping[str, pl.DataFrame]:
        return decided(domains, policy, as_of, today=today, unread=unread)

    key = memo_key(
        "clear",
        VERSION,
        sources={role: materials.sources.get(role, "") for role in _roles(materials)},
        rules=asdict(policy),
        as_of=as_of,
        today=_horizon(domains, today),
        unread=unread,
        recorded={name: table.rows() for name, table in recorded.items()},
    )
    tables, recalled = memoised_tables(ports.blobs, key, decide)
    standing = tables["standings"]
    return Outcome(
        tables={name: tables[name] for name in TABLES},
        entries=tuple(_entries(standing, as_of)),
        findings=(
            *findings_in(tables["findings"]),
            *domains_not_read(materials),
            *_sample_findings(materials, domains, policy, as_of),
        ),
        undecided=(
            *_ungradable(tables["grades"]),
            *_unknown_people(materials, standing),
            *_unseen_consents(materials, policy),
        ),
        facts={
            "participants": standing.height,
            "results graded": tables["grades"]["grade"].count(),
            "grading": f"CTCAE {policy.grading}",
            **dict(standing.group_by("standing").len().sort("standing").iter_rows()),
        },
        computed=0 if recalled else 1,
        recalled=1 if recalled else 0,
    )


def _horizon(domains: Mapping[str, pl.DataFrame], today: date) -> str:
    """Today, where any record lies behind it; else nothing, so that an answer is kept."""
    return today.isoformat() if without_future(domains, today)[1] else ""


def decided(
    domains: Mapping[str, pl.DataFrame],
    policy: Policy,
    as_of: date,
    *,
    today: date = date.max,
    unread: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """Grades, adverse events, standings, disposition and findings, as known by the day.

    today   a day behind it is a mistake: what it speaks against stays
    unread  clinical files that could not be read whole: they hold everybody
    """
    placed, future = without_future(domains, today)
    placed, misplaced = without_misplaced(placed)
    found = known_facts(placed, policy, as_of)
    known = found.known
    problems = [
        *future,
        *misplaced,
        *unasked_codes(placed, policy, found.unasked),
        *short_sittings(answers(known), policy),
        *doubted_results(found.results),
        *beyond_every_rule(found.grades),
        *found.of_events,
        *edit_checks(known),
        *stop_findings(known),
        *reported_grades(known),
        *_without_demographics(known),
        *unconverted_units(found.grades),
        *unconverted_units(found.signs, domain="VS"),
    ]
    if policy.consent == "recorded":
        problems += unconsented_people(known)
    return {
        "grades": pl.concat([found.grades, found.signs]),
        "adverse_events": found.events,
        "standings": found.standings(policy, as_of, unread),
        "disposition": safety_numbers(known, found.events),
        "findings": finding_rows(problems),
    }


def decided_standings(
    domains: Mapping[str, pl.DataFrame], policy: Policy, as_of: date
) -> pl.DataFrame:
    """The table "standings" of `decided` alone, where no file is unread and no day to come."""
    placed, _ = without_misplaced(domains)
    return known_facts(placed, policy, as_of).standings(policy, as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """What the domains tell by a day, and all that standings rest on.

    known     the domains without what came later
    results   of LB, as they are graded; grades, signs: of LB, and of VS and EG
    of_events findings of the adverse events
    unasked   codes of the plan that nobody was ever asked
    """

    known: KnownDomains
    results: pl.DataFrame
    grades: pl.DataFrame
    signs: pl.DataFrame
    events: pl.DataFrame
    of_events: tuple[Finding, ...]
    unasked: tuple[str, ...]

    def standings(
        self, policy: Policy, as_of: date, unread: Sequence[str] = ()
    ) -> pl.DataFrame:
        """Everybody's standing by these facts."""
        count = policy.vital_signs == "count"
        counted = pl.concat([self.grades, self.signs]) if count else self.grades
        reasons = (*unread, *unasked_words(self.unasked))
        return standings(self.known, counted, self.events, policy, as_of, reasons)


def known_facts(placed: Mapping[str, pl.DataFrame], policy: Policy, as_of: date) -> KnownFacts:
    """Grades and events by the day.

    placed  domains without days that cannot be
    """
    known = KnownDomains(at_data_cutoff(placed, as_of))
    dosed = first_doses(known.get("EX"))
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    results = results_of(known.get("LB", nobody), dosed)
    events, found = understood_events(known.get("AE", nobody), dosed)
    return KnownFacts(
        known=known,
        results=results,
        grades=grade_results(with_corrected_calcium(results), table_of_version(policy.grading)),
        signs=_vital_grades(known, dosed, policy.grading),
        events=events,
        of_events=tuple(found),
        unasked=never_asked(answers(placed), policy),
    )


def _vital_grades(
    known: Mapping[str, pl.DataFrame], dosed: pl.DataFrame, version: str
) -> pl.DataFrame:
    """Grades of vital signs and heart intervals; tests without a rule are left out."""
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    results = vital_results_of(known.get("VS", nobody), known.get("EG"), dosed)
    grades = grade_results(results, vitals_of_version(version))
    return grades.filter(pl.col("term") != "")


def _entries(standing: pl.DataFrame, as_of: date) -> Iterator[StandingDecided]:
    columns = ("participant", "standing", "since", "reasons")
    for who, word, since, reasons in standing.select(columns).iter_rows():
        yield StandingDecided(
            participant=who, standing=word, as_of=as_of, since=since, reasons=tuple(reasons)
        )


def _without_demographics(domains: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    meant = {one: f"; is {who} meant?" for one, who in names_meant(domains).items()}
    for (who,) in participants(domains).filter(~pl.col("in_dm")).select("participant").rows():
        yield Finding(
            code="CLR-015",
            severity="warning",
            message=f"{who} has clinical records but no record in DM{meant.get(who, '')}",
            next_step="Add the person to DM, or correct the identifier.",
            subject=who,
        )


def _sample_findings(
    materials: Materials, domains: Mapping[str, pl.DataFrame], policy: Policy, as_of: date
) -> tuple[Finding, ...]:
    """Samples taken without a consent, where the programme keeps samples and consents."""
    if "samples" not in materials or policy.consent == "elsewhere":
        return ()
    known = at_data_cutoff(domains, as_of)
    left = dispositions(known).filter(
        (pl.col("standing") == "withdrawn") & (pl.col("event") != "LOST TO FOLLOW-UP")
    )
    return unconsented_samples(
        samples_of_people(materials),
        consents(known),
        left.select("participant", withdrawn="day"),
    )


def samples_of_people(materials: Materials) -> pl.DataFrame:
    """The samples without those that were taken of a lot itself."""
    samples = materials.tables["samples"]
    if "lot" not in samples.columns:
        return samples
    return samples.filter(pl.col("participant").ne_missing(pl.col("lot")))


def _no_records(materials: Materials) -> tuple[Undecided, ...]:
    people = (
        samples_of_people(materials)["participant"].n_unique() if "samples" in materials else 0
    )
    whose = f" of {people} people with samples" if people else ""
    return (
        Undecided(
            room=_ROOM,
            subject="",
            question=f"may the participants{whose} start, stay, or must they leave?",
            reason="there are no clinical records; add SDTM domains under data/sdtm/",
        ),
    )


def _unknown_people(materials: Materials, standing: pl.DataFrame) -> Iterator[Undecided]:
    if "samples" not in materials:
        return
    sampled = samples_of_people(materials).select("participant").drop_nulls().unique()
    for (who,) in (
        sampled.join(standing, on="participant", how="anti").sort("participant").rows()
    ):
        yield Undecided(
            room=_ROOM,
            subject=who,
            question="may this person stay?",
            reason="known from samples alone; add the person to the clinical records (DM)",
        )


def _ungradable(grades: pl.DataFrame) -> Iterator[Undecided]:
    open_ = grades.filter((pl.col("term") != "") & pl.col("grade").is_null())
    counted = (
        open_.group_by("test", "term", "reason")
        .agg(pl.len(), people=pl.col("participant").n_unique(), who=pl.col("participant").min())
        .sort("test", "term", "reason")
    )
    for row in counted.iter_rows(named=True):
        one = row["people"] == 1
        of = f"{row['len']} result(s) of {row['people']} person(s)"
        yield Undecided(
            room=_ROOM,
            subject=row["who"] if one else "",
            question=f"grade of {row['test']} ({row['term']}) for {of}",
            reason=row["reason"],
        )


def _unseen_consents(materials: Materials, policy: Policy) -> Iterator[Undecided]:
    if policy.consent == "elsewhere":
        what = " and to every sample" if "samples" in materials else ""
        yield Undecided(
            room=_ROOM,
            subject="",
            question=f"did every participant consent to taking part{what}?",
            reason="the plan says that consents are kept elsewhere; none was looked at",
        )
