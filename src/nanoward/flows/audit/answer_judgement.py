"""Whoever is judged sees the evidence, answers, asks for a referee, and may appeal once."""

from nanoward.base.entries.audit import (
    AppealDecided,
    JudgementAnswered,
    JudgementAppealed,
    PartnerJudged,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.ports.ports import Ports

OUTCOMES = ("upheld", "overturned", "cannot tell")


class UnknownJudgementError(UsageError):
    """No judgement has this name."""

    code = "AUD-018"
    next_step = "See their names: `nanoward audit verdicts PROGRAMME`."


class AppealRefusedError(RefusedError):
    """A judgement is appealed once, and decided by somebody who did not make it."""

    code = "AUD-019"
    next_step = "See what was decided: `nanoward audit verdicts PROGRAMME`."


def _known(ports: Ports, judgement: str) -> ClaimBook:
    book = read_book(ports, PartnerJudged, JudgementAppealed, AppealDecided)
    if judgement not in book.judgements:
        raise UnknownJudgementError(f"there is no judgement {judgement!r}")
    return book


def answer_judgement(
    ports: Ports, judgement: str, *, by: str, words: str, referee: str = ""
) -> None:
    """Write down what the partner says to it, and which referee it asks for."""
    _known(ports, judgement)
    entry = JudgementAnswered(judgement=judgement, by=by, words=words, referee=referee)
    ports.ledger.append([entry], actor=by, at=ports.clock.now())


def appeal_judgement(ports: Ports, judgement: str, *, by: str, reason: str) -> None:
    """Appeal against it; once."""
    book = _known(ports, judgement)
    if judgement in book.appeals:
        raise AppealRefusedError(f"{judgement} was appealed already")
    entry = JudgementAppealed(judgement=judgement, by=by, reason=reason)
    ports.ledger.append([entry], actor=by, at=ports.clock.now())


def decide_appeal(ports: Ports, judgement: str, *, by: str, outcome: str, reason: str) -> None:
    """Write down what became of an appeal; not by whoever appealed, nor by the partner."""
    book = _known(ports, judgement)
    if outcome not in OUTCOMES:
        raise UsageError(f"{outcome!r} is none of {', '.join(OUTCOMES)}")
    if judgement not in book.appeals:
        raise AppealRefusedError(f"{judgement} was not appealed")
    if judgement in book.decisions:
        raise AppealRefusedError(f"the appeal on {judgement} is decided")
    partner = book.judgements[judgement]["partner"]
    if by in (book.appeals[judgement]["by"], partner, ""):
        raise AppealRefusedError(f"{by or 'nobody'} is a party to {judgement}")
    entry = AppealDecided(judgement=judgement, outcome=outcome, by=by, reason=reason)
    ports.ledger.append([entry], actor=by, at=ports.clock.now())


def standing_verdict(book: ClaimBook, judgement: str) -> str:
    """The verdict as it stands after an appeal."""
    decided = book.decisions.get(judgement)
    if decided is None or decided["outcome"] == "upheld":
        return str(book.judgements[judgement]["verdict"])
    return "overturned" if decided["outcome"] == "overturned" else "cannot tell"
