"""Who is bound by which version, when: a version binds who signed it, and never for the worse.

A newer version that leaves somebody who is in already less on any exit path, or later, or
with less room or care, does not bind them, signed or not: the earlier one goes on counting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nanoward.programme.agreements.document import Agreement
from nanoward.programme.agreements.exit_paths import exit_paths, worse_paths
from nanoward.programme.agreements.forbidden import LODGING_DAYS, PAY_DAYS
from nanoward.programme.agreements.terms import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Somebody signed a version on a day."""

    who: str
    sha256: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The version that binds somebody, and newer ones that they signed and that do not.

    since        day from which this version binds
    joined       day of the first version that did: weeks are counted from it
    passed_over  version and what is worse in it
    """

    agreement: Agreement
    since: date
    joined: date
    passed_over: Mapping[str, tuple[str, ...]]


def worse_for_participant(old: Agreement, new: Agreement) -> tuple[str, ...]:
    """What somebody who is in would lose by a newer version; empty where nothing is worse."""
    if old.currency != new.currency:
        return (f"the currency changes from {old.currency} to {new.currency}",)
    paths = worse_paths(exit_paths(old.terms, old.weeks), exit_paths(new.terms, new.weeks))
    told = []
    if paths:
        week, reason = paths[0]
        told.append(f"who ends after week {week} ({reason}) keeps less, on {len(paths)} paths")
    for name, before, after, more_is_better in _limits(old, new):
        if (after < before) if more_is_better else (after > before):
            told.append(f"{name}: {after} in place of {before}")
    lost = _rights(old.terms) - _rights(new.terms)
    told += [f"{one} is no longer said" for one in sorted(lost)]
    return tuple(told)


def _limits(old: Agreement, new: Agreement) -> Iterable[tuple[str, int, int, bool]]:
    yield "days of lodging after leaving", _lodging(old.terms), _lodging(new.terms), True
    yield "days until pay is made", _pay_days(old.terms), _pay_days(new.terms), False
    yield "pay for a safety visit", _safety(old.terms), _safety(new.terms), True
    yield "charges on damage, at most", _damage(old.terms), _damage(new.terms), False
    yield "weeks", old.weeks, new.weeks, False


def _lodging(terms: Sequence[Term]) -> int:
    said = [one.notice_days for one in terms if one.notice_days is not None]
    return min(said, default=LODGING_DAYS)


def _pay_days(terms: Sequence[Term]) -> int:
    said = [one.within_days for one in terms if one.within_days is not None]
    late = [one.days for one in terms if one.kind == "late" and one.days is not None]
    return max((*said, *late), default=PAY_DAYS)


def _safety(terms: Sequence[Term]) -> int:
    return sum(one.amount or 0 for one in terms if one.per in ("safety", "safety visit"))


def _damage(terms: Sequence[Term]) -> int:
    taking = [one for one in terms if one.kind in ("charge", "deduct")]
    return max((one.amount or one.cap or 0 for one in taking), default=0)


def _rights(terms: Sequence[Term]) -> set[str]:
    """Promises whose absence takes something away."""
    kinds = {"care", "refund", "dispute", "confidentiality"}
    return {one.kind for one in terms if one.kind in kinds and one.given}


def binding_versions(
    who: str,
    signings: Iterable[Signing],
    versions: Mapping[str, Agreement],
    day: date,
) -> tuple[Binding, ...]:
    """The version that binds somebody on a day, of each agreement that they signed.

    Versions are compared with those of the same agreement alone: terms of lodging that pay
    less than the participation are another agreement, and not a worse one. The participation
    comes first, then what was signed last.

    versions  SHA-256 to the agreement
    """
    bound: dict[str, Binding] = {}
    for one in sorted(signings, key=lambda one: one.day):
        new = versions.get(one.sha256)
        if one.who != who or one.day > day or new is None or new.valid_from > day:
            continue
        before = bound.get(new.name)
        if before is None:
            bound[new.name] = Binding(
                agreement=new, since=one.day, joined=one.day, passed_over={}
            )
            continue
        worse = worse_for_participant(before.agreement, new)
        if worse:
            passed = {**before.passed_over, new.version: worse}
            bound[new.name] = replace(before, passed_over=passed)
        else:
            del bound[new.name]  # signed last: it stands last
            bound[new.name] = replace(before, agreement=new, since=one.day)
    newest = list(bound.values())[::-1]
    return tuple(sorted(newest, key=lambda one: one.agreement.kind != "participant"))
