"""What a term of an agreement can hang on: ways of leaving, protected events, and the rest.

Protected: 45 CFR 46.116(b)(8), leaving is without penalty or loss of benefits; ICH E6(R3) 2.8.
"""

from collections.abc import Iterable, Mapping

# how somebody leaves before the end; who dies is paid as for a medical reason, to the estate
REASONS = ("withdraw", "doubt", "medical", "psych", "recalled", "pregnant")
COMPLETE = "complete"
# protected events besides, and the ways of leaving that they lead to
_PROTECTED: Mapping[str, tuple[str, ...]] = {
    "failed test": ("medical", "psych"),
    "adverse event report": ("medical",),
    "stop button": ("doubt",),
    "refused dose": ("doubt",),
    "complaint": (),
    "speaking to the council": (),
    "speaking to the press": (),
    "refused data use": (),
}
_OWN = "own wish"
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    **{reason: (reason,) for reason in REASONS},
    **dict.fromkeys(
        ("withdrawal", "withdrew", "withdrawn", "leave", "leaves", "leaving", "quit", "resign",
         "drop out", "dropout", "withdrawal of consent", "consent withdrawn", _OWN,
         "early leave", "voluntary", "voluntary withdrawal", "early withdrawal",
         "transfer", "leave early"),
        ("withdraw",),
    ),
    **dict.fromkeys(
        ("exit", "early exit", "any exit", "any", "any reason", "early end", "not complete",
         "incomplete", "non-completion", "noncompletion", "early termination", "termination",
         "discontinuation", "discontinued", "removal", "removed"),
        REASONS,
    ),
    **dict.fromkeys(("doubts", "doubt spoken", "change of mind", "word of doubt"), ("doubt",)),
    **dict.fromkeys(
        ("medical finding", "medical reason", "illness", "sick", "died", "death", "unfit"),
        ("medical",),
    ),
    **dict.fromkeys(("psychological", "psychological finding", "psychology"), ("psych",)),
    **dict.fromkeys(("recall", "called back", "call home", "called home"), ("recalled",)),
    **dict.fromkeys(("pregnancy", "becomes pregnant"), ("pregnant",)),
    **dict.fromkeys(("completion", "completes", "completed", "end", "finish"), (COMPLETE,)),
}  # fmt: skip
_SAME: Mapping[str, str] = {
    "failed": "failed test", "test failed": "failed test", "failing a test": "failed test",
    "failed assessment": "failed test", "positive test": "failed test",
    "positive drug test": "failed test", "failed medical test": "failed test",
    "failed psychological test": "failed test", "test": "failed test",
    "adverse event": "adverse event report", "adverse event reported": "adverse event report",
    "ae": "adverse event report", "ae report": "adverse event report", "side effect report":
    "adverse event report", "reporting an adverse event": "adverse event report",
    "stop": "stop button", "pressed stop": "stop button", "kill code": "stop button",
    "stop-button": "stop button", "pause": "stop button",
    "dose refused": "refused dose", "refusal": "refused dose", "refuse dose": "refused dose",
    "complaints": "complaint", "complains": "complaint", "grievance": "complaint",
    "council": "speaking to the council", "speaks to council": "speaking to the council",
    "regulator": "speaking to the council", "ombud": "speaking to the council",
    "press": "speaking to the press", "media": "speaking to the press",
    "journalist": "speaking to the press", "speaks to press": "speaking to the press",
    "publicity": "speaking to the press", "social media": "speaking to the press",
    "data refusal": "refused data use", "data withdrawal": "refused data use",
}  # fmt: skip


def canonical(event: str) -> tuple[str, ...]:
    """The events that a spelling stands for; an unknown one stands for itself."""
    word = " ".join(event.strip().lower().replace("_", " ").split())
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    return (_SAME.get(word, word),)


def canonical_all(events: Iterable[str]) -> tuple[str, ...]:
    """Events without repeats, in their order."""
    return tuple(dict.fromkeys(one for event in events for one in canonical(event)))


def is_protected(event: str) -> bool:
    """Whether an event must never cost anything."""
    return event in REASONS or event in _PROTECTED


def leaving_reasons(events: Iterable[str]) -> frozenset[str]:
    """The ways of leaving that events are, or lead to; completion where it is named."""
    found: set[str] = set()
    for event in events:
        found |= {event} if event in (*REASONS, COMPLETE) else set(_PROTECTED.get(event, ()))
    return frozenset(found)
