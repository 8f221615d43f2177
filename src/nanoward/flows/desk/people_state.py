"""What the ledgers say of people before an order: enrolments, consent, standing, readings."""

from collections.abc import Callable
from typing import Any

from nanoward.base.entries import (
    CarrierEnrolled,
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    GatesClosed,
    LotRefused,
    LotReleased,
    OwnLimitSet,
    RangeCertified,
    ReadingTaken,
    StandingDecided,
)
from nanoward.base.entries.council import CouncilDecided, CouncilPaused, CouncilPauseEnded
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.consent.permissions import RecordedStanding, standing_after
from nanoward.control.gate import Range
from nanoward.flows.consent.read_pause import pause_after

Place = tuple[str, str]  # participant and setting, driver or quantity


class PeopleState:
    """A fold over the entries that speak of people; `take` takes one.

    carriers    the newest enrolment of everybody
    enrolments  participant to the newest enrolment through each driver, ever
    at_default  participants and drivers of which a stop was read back, and nothing came after
    released    lots that may be given, with the hash of the spec that each was compared with
    pauses      the council's, by name: why nothing may be raised for anybody
    accepted    guesses that the council's last decision signed
    """

    def __init__(self) -> None:
        self.carriers: dict[str, CarrierEnrolled] = {}
        self.enrolments: dict[str, dict[str, CarrierEnrolled]] = {}
        self.at_default: set[Place] = set()
        self.document: ConsentDocumentIssued | None = None
        self.consents: dict[str, Consent] = {}
        self.standings: dict[str, RecordedStanding] = {}
        self.own: dict[Place, Range] = {}
        self.certified: dict[Place, Range] = {}
        self.readings: dict[Place, ReadingTaken] = {}
        self.released: dict[str, str] = {}
        self.pauses: dict[str, str] = {}
        self.accepted: tuple[str, ...] = ()

    def take(self, entry: Entry) -> None:
        """Fold one entry; those that speak of nobody change nothing."""
        reducer = REDUCERS.get(type(entry))
        if reducer is not None:
            reducer(self, entry)

    def consent(self, participant: str) -> Consent:
        """What the participant has agreed to."""
        known = self.consents.get(participant)
        return known or Consent(participant=participant, document=self.document)

    def standing(self, participant: str) -> RecordedStanding:
        """The standing last recorded of the participant."""
        return self.standings.get(participant, RecordedStanding())

    def drivers_to_stop(self, participant: str) -> tuple[str, ...]:
        """Every driver through which the participant's agents may run: the newest first.

        One that was left behind is asked again until a stop was read back from it.
        """
        newest = self.carriers.get(participant)
        if newest is None:
            return ()
        others = sorted(
            name
            for name in self.enrolments[participant]
            if name != newest.driver and (participant, name) not in self.at_default
        )
        return (newest.driver, *others)


def _enrolled(people: PeopleState, entry: CarrierEnrolled) -> None:
    people.carriers[entry.participant] = entry
    people.enrolments.setdefault(entry.participant, {})[entry.driver] = entry
    people.at_default -= {one for one in people.at_default if one[0] == entry.participant}


def _issued(people: PeopleState, entry: ConsentDocumentIssued) -> None:
    people.document = entry
    for who, known in people.consents.items():
        people.consents[who] = consent_after(known, entry)


def _consented(people: PeopleState, entry: Any) -> None:
    people.consents[entry.participant] = consent_after(people.consent(entry.participant), entry)


def _stood(people: PeopleState, entry: StandingDecided) -> None:
    who = entry.participant
    people.standings[who] = standing_after(people.standing(who), entry, who)


def _limited(people: PeopleState, entry: OwnLimitSet) -> None:
    people.own[(entry.participant, entry.setting)] = Range(low=entry.low, high=entry.high)


def _certified(people: PeopleState, entry: RangeCertified) -> None:
    people.certified[(entry.participant, entry.setting)] = Range(low=entry.low, high=entry.high)


def _read(people: PeopleState, entry: ReadingTaken) -> None:
    place = (entry.participant, entry.quantity)
    known = people.readings.get(place)
    if known is None or entry.at >= known.at:
        people.readings[place] = entry


def _released(people: PeopleState, entry: LotReleased) -> None:
    people.released[entry.lot] = entry.spec_sha256


def _refused(people: PeopleState, entry: LotRefused) -> None:
    people.released.pop(entry.lot, None)


def _paused(people: PeopleState, entry: Entry) -> None:
    pause_after(people.pauses, entry)


def _decided(people: PeopleState, entry: CouncilDecided) -> None:
    people.accepted = entry.accepts


REDUCERS: dict[type, Callable[[PeopleState, Any], None]] = {
    CarrierEnrolled: _enrolled,
    ConsentDocumentIssued: _issued,
    ConsentSigned: _consented,
    ConsentRenewalDemanded: _consented,
    ConsentWithdrawn: _consented,
    GatesClosed: _consented,
    StandingDecided: _stood,
    OwnLimitSet: _limited,
    RangeCertified: _certified,
    ReadingTaken: _read,
    LotReleased: _released,
    LotRefused: _refused,
    CouncilDecided: _decided,
    CouncilPaused: _paused,
    CouncilPauseEnded: _paused,
}
