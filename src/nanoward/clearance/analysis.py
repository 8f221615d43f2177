"""The room's one procedure: clinical records and rules to grades, events and standings.

A programme's round and the command on plain files are thin shells around `analyse`; nothing is
decided anywhere else. What stops never waits on doubt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from nanoward.base.findings import Finding
from nanoward.clearance.consent.missing_consents import unconsented_people
from nanoward.clearance.grading.calcium import with_corrected_calcium
from nanoward.clearance.grading.grading import grade_results, unconverted_units
from nanoward.clearance.grading.reported_grades import reported_grades
from nanoward.clearance.grading.table_versions import table_of_version
from nanoward.clearance.grading.vital_signs import vital_results_of, vitals_of_version
from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.adverse_events import understood_events
from nanoward.clearance.sdtm.answers import answers, asked_codes
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.consistency_checks import edit_checks
from nanoward.clearance.sdtm.data_cutoff import at_data_cutoff, without_future
from nanoward.clearance.sdtm.disposition import safety_numbers
from nanoward.clearance.sdtm.known_domains import KnownDomains
from nanoward.clearance.sdtm.lab_results import results_of
from nanoward.clearance.sdtm.result_doubts import beyond_every_rule, doubted_results
from nanoward.clearance.sdtm.subject_domains import consents, dispositions, participants
from nanoward.clearance.sdtm.unread_facts import names_meant
from nanoward.clearance.sdtm.visit_days import without_misplaced
from nanoward.clearance.standing.doses_while_held import HELD_DOSES, doses_while_held
from nanoward.clearance.standing.participant_standing import in_force, persons, standings
from nanoward.clearance.standing.series import names_codes, never_asked
from nanoward.clearance.standing.standing_rules import Person
from nanoward.clearance.standing.stops_told import stop_findings
from nanoward.clearance.standing.unasked import short_sittings, unasked_codes, unasked_words

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceQuestion:
    """By which rules, as of which day, and in the light of what could not be read.

    today   a day behind it is a mistake: what it speaks against stays
    unread  clinical files that could not be read whole: they hold everybody
    """

    policy: Policy
    as_of: date
    today: date = date.max
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceOutcome:
    """What the room found.

    tables    grades, adverse_events, standings, disposition, in their shapes of base/tables;
              consents and dispositions of subject_domains.py, by the day;
              doses_while_held: participant, day, sequence, reason
    findings  doubts and contradictions, in no order
    """

    tables: Tables
    findings: tuple[Finding, ...]


def analyse(domains: Tables, question: ClearanceQuestion) -> ClearanceOutcome:
    """Grades, adverse events, standings, disposition and findings, as known by the day.

    domains  SDTM by two letters: every row that there is, later ones too
    """
    policy, as_of = question.policy, question.as_of
    placed, future = without_future(domains, question.today)
    placed, misplaced = without_misplaced(placed)
    found = _known_facts(placed, policy, as_of)
    known = found.known
    people = persons(known, found.counted(policy), found.events, in_force(policy, known))
    unread = (*question.unread, *unasked_words(found.unasked))
    held = doses_while_held(known, people, policy, as_of)
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
    return ClearanceOutcome(
        tables={
            "grades": pl.concat([found.grades, found.signs]),
            "adverse_events": found.events,
            "standings": found.standings(policy, as_of, people, unread),
            "disposition": safety_numbers(known, found.events),
            "consents": consents(known),
            "dispositions": dispositions(known),
            "doses_while_held": pl.DataFrame([asdict(one) for one in held], schema=HELD_DOSES),
        },
        findings=tuple(problems),
    )


def standings_alone(domains: Tables, policy: Policy, as_of: date) -> pl.DataFrame:
    """The table "standings" of `analyse`, where no file is unread and no day to come."""
    placed, _ = without_misplaced(domains)
    found = _known_facts(placed, policy, as_of)
    counted, rules = found.counted(policy), in_force(policy, found.known)
    people = persons(found.known, counted, found.events, rules)
    return found.standings(policy, as_of, people, unasked_words(found.unasked))


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownFacts:
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

    def counted(self, policy: Policy) -> pl.DataFrame:
        """The grades that may hold or recall: with those of vital signs where they count."""
        count = policy.vital_signs == "count"
        return pl.concat([self.grades, self.signs]) if count else self.grades

    def standings(
        self,
        policy: Policy,
        as_of: date,
        people: Mapping[str, Person],
        unread: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Everybody's standing by these facts."""
        counted = self.counted(policy)
        return standings(self.known, counted, self.events, policy, as_of, unread, people)


def _known_facts(placed: Tables, policy: Policy, as_of: date) -> _KnownFacts:
    """Grades and events by the day.

    placed  domains without days that cannot be
    """
    known = KnownDomains(at_data_cutoff(placed, as_of))
    dosed = first_doses(known.get("EX"))
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    results = results_of(known.get("LB", nobody), dosed)
    events, found = understood_events(known.get("AE", nobody), dosed)
    return _KnownFacts(
        known=known,
        results=results,
        grades=grade_results(with_corrected_calcium(results), table_of_version(policy.grading)),
        signs=_vital_grades(known, dosed, policy.grading),
        events=events,
        of_events=tuple(found),
        unasked=never_asked(asked_codes(placed), policy) if names_codes(policy) else (),
    )


def _vital_grades(known: Tables, dosed: pl.DataFrame, version: str) -> pl.DataFrame:
    """Grades of vital signs and heart intervals; tests without a rule are left out."""
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    results = vital_results_of(known.get("VS", nobody), known.get("EG"), dosed)
    grades = grade_results(results, vitals_of_version(version))
    return grades.filter(pl.col("term") != "")


def _without_demographics(domains: Tables) -> Iterator[Finding]:
    meant = {one: f"; is {who} meant?" for one, who in names_meant(domains).items()}
    for (who,) in participants(domains).filter(~pl.col("in_dm")).select("participant").rows():
        yield Finding(
            code="CLR-015",
            severity="warning",
            message=f"{who} has clinical records but no record in DM{meant.get(who, '')}",
            next_step="Add the person to DM, or correct the identifier.",
            subject=who,
        )
