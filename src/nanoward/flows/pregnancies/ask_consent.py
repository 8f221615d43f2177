"""Ask somebody who is no participant whether her pregnancy may be followed."""

from collections.abc import Sequence

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.pregnancies import (
    PregnancyConsentAsked,
    PregnancyConsentRefused,
    PregnancyConsentSigned,
    PregnancyConsentWithdrawn,
)
from nanoward.base.names import participant_id
from nanoward.flows.pregnancies.keep_pregnancies import NAME_BYTES, register_now
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.pregnancies.cases import (
    PARTICIPANT,
    RELATIONS,
    ImpossiblePregnancyError,
    PregnancyConsentMissingError,
    UnknownPregnancyError,
)


def ask_consent(desk: MessageDesk, relation: str, *, by: str) -> str:
    """Somebody who is no participant is asked, unnamed. Returns the name of the case."""
    if relation not in RELATIONS or relation == PARTICIPANT:
        raise ImpossiblePregnancyError(f"nobody asks a {relation!r} for a consent of this kind")
    name = f"p-{desk.chance(NAME_BYTES).hex()}"
    asked = PregnancyConsentAsked(case=name, relation=relation, asked=desk.ports.today(), by=by)
    desk.ports.ledger.append([asked], actor=by, at=desk.ports.clock.now())
    return name


def sign_consent(ports: Ports, case: str, who: str, consent: bytes, *, by: str) -> None:
    """She agreed, over a document that she read; from now on her case may be opened."""
    name = participant_id(who)

    def decide() -> Sequence[Entry]:
        register = register_now(ports)
        if case not in register.asked or case in register.refused:
            raise UnknownPregnancyError(f"nobody was asked under {case!r}, or she said no")
        if not consent.strip():
            raise PregnancyConsentMissingError("the consent is empty: she signed nothing")
        if register.signed.get(case) == name:
            return ()
        signed = PregnancyConsentSigned(
            case=case, participant=name, consent_sha256=sha256_of(consent),
            signed=ports.today(), by=by,
        )  # fmt: skip
        return (signed,)

    ports.blobs.put(consent)
    append_decided(ports, decide, by=by)


def refuse_consent(ports: Ports, case: str, *, by: str) -> None:
    """She said no: one more is counted, and nothing changes for the participant."""

    def decide() -> Sequence[Entry]:
        register = register_now(ports)
        if case not in register.asked or case in register.signed:
            raise UnknownPregnancyError(f"nobody was asked under {case!r}, or she agreed")
        if case in register.refused:
            return ()
        refused = PregnancyConsentRefused(
            case=case, relation=register.asked[case], refused=ports.today(), by=by
        )
        return (refused,)

    append_decided(ports, decide, by=by)


def withdraw_consent(ports: Ports, case: str, *, by: str) -> None:
    """She took it back: nothing more of her is written."""

    def decide() -> Sequence[Entry]:
        register = register_now(ports)
        if case in register.left:
            return ()
        if case not in register.signed:
            raise UnknownPregnancyError(f"nobody signed under {case!r}")
        left = PregnancyConsentWithdrawn(
            case=case, participant=register.signed[case], withdrawn=ports.today(), by=by
        )
        return (left,)

    append_decided(ports, decide, by=by)
