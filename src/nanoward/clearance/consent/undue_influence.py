"""Signs of pressure that need no questionnaire: how a consent was signed, what came before.

None of them proves anything. Each is a reason for the advocate to speak with the person alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nanoward.base.findings import Finding

AFTER_OFFER = timedelta(minutes=30)
SAME_HOUR = timedelta(hours=1)
AFTER_CONTACT = timedelta(hours=24)
PAY_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One signature as the console saw it; null where it was not seen."""

    participant: str
    at: datetime
    read_s: float | None = None
    least_reading_s: float = 0.0
    explained_by: str = ""
    offered_at: datetime | None = None  # when pay was offered
    pay_share: float | None = None  # pay as a share of the person's income
    device_owner: str = ""  # "" unknown; "staff", "participant"
    lodging: str = ""
    declined_at: datetime | None = None  # an earlier no


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody spoke with a participant, or gave a command."""

    participant: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SettingChange:
    """A setting or a goal that a person changed."""

    participant: str
    at: datetime
    setting: str


def pressure_on_signing(
    signings: Sequence[Signing],
    contacts: Sequence[Contact] = (),
    powers: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Finding, ...]:
    """A finding for every sign of pressure around the signatures.

    powers  participant to those who hold power over them (employer, commander, landlord)
    """
    ties = powers or {}
    found: list[Finding] = []
    for one in sorted(signings, key=lambda s: (s.participant, s.at)):
        found += [_sign(one.participant, told) for told in _of_one(one, contacts, ties)]
    found += [_sign(who, told) for who, told in _of_groups(signings)]
    return tuple(found)


def _of_one(
    one: Signing, contacts: Sequence[Contact], powers: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    if one.read_s is not None and one.read_s < one.least_reading_s:
        yield f"read for {one.read_s:g} s of the {one.least_reading_s:g} s that it takes"
    if one.offered_at is not None and timedelta() <= one.at - one.offered_at <= AFTER_OFFER:
        minutes = (one.at - one.offered_at).total_seconds() / 60
        yield f"signed {minutes:.0f} minutes after pay was offered"
    if one.pay_share is not None and one.pay_share > PAY_SHARE:
        yield f"the pay is {one.pay_share:.0%} of the person's income"
    if one.explained_by in powers.get(one.participant, ()):
        yield f"explained by {one.explained_by}, who holds power over the person"
    if one.device_owner == "staff":
        yield "signed on a device of the staff"
    if one.declined_at is not None and one.declined_at < one.at:
        between = sorted(
            {
                contact.by
                for contact in contacts
                if contact.participant == one.participant
                and one.declined_at < contact.at <= one.at
            }
        )
        if between:
            yield f"declined at first, signed after contact by {', '.join(between)}"


def _of_groups(signings: Sequence[Signing]) -> Iterator[tuple[str, str]]:
    """Everybody of a lodging, two at least, signed within an hour."""
    lodgings: dict[str, list[Signing]] = {}
    for one in signings:
        if one.lodging:
            lodgings.setdefault(one.lodging, []).append(one)
    for lodging, group in sorted(lodgings.items()):
        people = sorted({one.participant for one in group})
        moments = sorted(one.at for one in group)
        if len(people) > 1 and moments[-1] - moments[0] <= SAME_HOUR:
            for who in people:
                yield who, f"all {len(people)} people of {lodging} signed within an hour"


def pressure_on_leaving(
    asked: Mapping[str, datetime], closed: Mapping[str, datetime], contacts: Sequence[Contact]
) -> tuple[Finding, ...]:
    """Staff contact between a person's wish to leave and the closing of the gates.

    asked, closed  participant to moment; a wish that was not closed runs on
    """
    found = []
    for who, at in sorted(asked.items()):
        end = closed.get(who)
        by = {
            contact.by
            for contact in contacts
            if contact.participant == who
            and at <= contact.at
            and (end is None or contact.at < end)
        }
        if by:
            people = ", ".join(sorted(by))
            found.append(
                _sign(who, f"asked to leave; {people} spoke with them before it was done")
            )
        if end is None:
            found.append(_sign(who, f"asked to leave on {at:%Y-%m-%d %H:%M}; it is not done"))
    return tuple(found)


def changes_after_contact(
    changes: Sequence[SettingChange], contacts: Sequence[Contact]
) -> tuple[Finding, ...]:
    """Settings or goals that a person changed within a day of another's contact or command."""
    found = []
    for one in sorted(changes):
        who, at, what = one.participant, one.at, one.setting
        by = sorted(
            {
                contact.by
                for contact in contacts
                if contact.participant == who
                and contact.by != who
                and timedelta() <= at - contact.at <= AFTER_CONTACT
            }
        )
        if by:
            found.append(_sign(who, f"{what} was changed within a day of contact by {by[0]}"))
    return tuple(found)


def _sign(who: str, told: str) -> Finding:
    return Finding(
        code="CLR-040",
        severity="warning",
        message=f"sign of pressure on {who}: {told}",
        next_step="Let the advocate speak with the person alone, before anything further.",
        subject=who,
    )
