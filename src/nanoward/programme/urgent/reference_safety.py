"""Expected or not, by reference safety information; related, by investigator and sponsor.

A rule decides where words are the same and the severity is told. Where a listed term is near,
broader or narrower, a person decides: nobody's computer knows medicine. Sources: ICH E2A II.C
and III.B; 21 CFR 312.32(a); EU CT-3 (2011/C 172/01), 7.2.3.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.plan_keys.keys import key_names
from nanoward.programme.programme_keys import UrgentSection

SEVERITIES = ("mild", "moderate", "severe", "life-threatening", "fatal")
CRITERIA = (
    "death",
    "life-threatening",
    "hospitalisation",
    "disability",
    "congenital anomaly",
    "medically important",
)
CAUSALITIES = ("related", "not related", "unknown")
ROLES = ("investigator", "sponsor")
EXPECTED, UNEXPECTED, ASK = "expected", "unexpected", "needs a person"
NOT_URGENT, URGENT = "not urgent", "urgent"
ALWAYS_URGENT = ("escape", "kill")  # of an agent: no reference lists them
KINDS = ("adverse event", "pregnancy", *ALWAYS_URGENT)
# words that say how grave or which kind: with them a term is another than the one listed
_COMMON = frozenset((
    "acute", "chronic", "of", "the", "and", "in", "with", "to", "due", "increased",
    "decreased", "disorder", "disease", "syndrome", "reaction", "event", "abnormal",
    "injury", "failure", "site", "type", "unspecified", "severe", "mild", "high", "low",
    "new", "blood",
))  # fmt: skip
# words of one organ or complaint: terms that hold words of one group are near, never the same
_GROUPS = (
    "hepat liver jaund bilir transam alanine aspart",
    "renal kidney nephr creat",
    "cardi heart myoca infar coron angin",
    "cereb strok brain encep intrac",
    "throm plate embol clot",
    "neutr granu leuko leuco",
    "pyrex fever febri",
    "seizu convu epile fits",
    "rash erupt derma stevens skin epide exant",
    "vomit emesi nause",
    "dyspn breat bronc respi",
    "itchi pruri hives urtic",
    "anaph allerg hyper angio",
    "muscl myopa myalg rhabd",
    "depre suici mood",
    "haemo hemo hemor bleed",
    "tendo rupt",
    "infec sepsi septi",
)


class BadUrgentSectionError(InputError):
    """The plan's [programme.urgent] states reference information that cannot be used."""

    code = "PRG-180"
    next_step = 'Write expected = { "Headache" = "severe" }: a term and its gravest severity.'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSafety:
    """What is expected of the agent; `version` of the document it was taken from.

    expected  term as it is compared, to the gravest severity that is still expected
    """

    version: str = ""
    expected: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_stated(self) -> bool:
        return bool(self.version)


def plain_term(term: str) -> str:
    """A term as it is compared: lower case, single blanks, British and American alike."""
    told = re.sub(r"[^a-z0-9]+", " ", term.lower()).strip()
    return told.replace("oe", "e").replace("ae", "e")


def reference_safety(section: Mapping[str, Any]) -> ReferenceSafety:
    """Of the plan's [programme.urgent]: `reference` (its version) and `expected`."""
    if not isinstance(section, Mapping):
        raise BadUrgentSectionError("[programme.urgent] is no table", file="programme.toml")
    unknown = sorted(set(section) - key_names(UrgentSection))
    if unknown:
        raise BadUrgentSectionError(
            f"[programme.urgent] does not know {unknown[0]!r}", file="programme.toml"
        )
    for key in sorted(key_names(UrgentSection) - {"expected"}):
        if not isinstance(section.get(key, ""), str):
            raise BadUrgentSectionError(
                f"{key} = {section[key]!r} is no text", file="programme.toml", column=key
            )
    said = section.get("expected", {})
    if not isinstance(said, Mapping):
        raise BadUrgentSectionError("expected is no table", file="programme.toml")
    expected = {}
    for term, severity in said.items():
        if severity not in SEVERITIES:
            raise BadUrgentSectionError(
                f"{term!r} is expected up to {severity!r}; known: {', '.join(SEVERITIES)}",
                file="programme.toml", column=str(term),
            )  # fmt: skip
        expected[plain_term(str(term))] = str(severity)
    version = str(section.get("reference", ""))
    if expected and not version:
        raise BadUrgentSectionError(
            "expected has no reference = VERSION", file="programme.toml"
        )
    return ReferenceSafety(version=version, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What is known of an event at a moment.

    causality  by role; a role that said nothing is missing
    criteria   of seriousness, by anybody; None: nobody has said
    """

    kind: str
    term: str
    severity: str = "unknown"
    criteria: frozenset[str] | None = None
    causality: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_grave(self) -> bool:
        """Fatal or life-threatening: seven days."""
        told = self.criteria or frozenset()
        return bool(told & {"death", "life-threatening"}) or self.severity in SEVERITIES[3:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """urgent, not urgent, or needs a person; and why."""

    word: str
    why: str


def expectedness(facts: EventFacts, rsi: ReferenceSafety) -> Verdict:
    """Whether the event is expected: by exact words and severity; near words need a person."""
    if not rsi.is_stated:
        return Verdict(word=ASK, why="no reference safety information is stated in the plan")
    term = plain_term(facts.term)
    if not term:
        return Verdict(word=ASK, why="the event has no term")
    if term in rsi.expected:
        return _graded(facts, rsi.expected[term])
    near = [listed for listed in rsi.expected if _is_near(term, listed)]
    if near:
        return Verdict(word=ASK, why=f"{facts.term!r} is near {near[0]!r}, which is listed")
    return Verdict(word=UNEXPECTED, why=f"{facts.term!r} is not listed in {rsi.version}")


def _graded(facts: EventFacts, listed: str) -> Verdict:
    criteria = facts.criteria or frozenset()
    severity = facts.severity
    if "death" in criteria:
        severity = "fatal"
    elif "life-threatening" in criteria and severity not in SEVERITIES[3:]:
        severity = "life-threatening"
    if severity not in SEVERITIES:
        return Verdict(word=ASK, why="how severe it was is not told")
    if SEVERITIES.index(severity) > SEVERITIES.index(listed):
        return Verdict(word=UNEXPECTED, why=f"{severity}; listed up to {listed}")
    return Verdict(word=EXPECTED, why=f"listed up to {listed}")


def _is_near(term: str, listed: str) -> bool:
    """Whether two terms share a word or the stem of one (six letters) that means something."""
    first, second = (_stems(one.split()) for one in (term, listed))
    return bool(first & second)


def _stems(words: Collection[str]) -> set[str]:
    found = {word[:5] for word in words if len(word) > 3 and word not in _COMMON}
    groups = {
        group
        for group in _GROUPS
        for stem in group.split()
        if any(word.startswith(stem) for word in words)
    }
    return found | groups


def verdict(facts: EventFacts, rsi: ReferenceSafety) -> Verdict:
    """Serious, unexpected and related: urgent. Any doubt: a person decides, and the clock runs.

    Neither sponsor nor investigator talks the other's suspicion away.
    """
    if facts.kind in ALWAYS_URGENT:
        why = "an escape of the agent" if facts.kind == "escape" else "a kill of the agent"
        return Verdict(word=URGENT, why=why)
    if facts.criteria is None:
        return Verdict(word=ASK, why="nobody has said whether it is serious")
    if not facts.criteria:
        return Verdict(word=NOT_URGENT, why="not serious")
    if facts.kind == "pregnancy" and "congenital anomaly" in facts.criteria:
        return Verdict(word=URGENT, why="a pregnancy with an anomaly")
    said = [facts.causality.get(role, "unknown") for role in ROLES]
    if all(one == "not related" for one in said):
        return Verdict(word=NOT_URGENT, why="not related, by investigator and sponsor")
    expected = expectedness(facts, rsi)
    if expected.word == EXPECTED:
        return Verdict(word=NOT_URGENT, why=f"expected: {expected.why}")
    if "related" not in said:
        return Verdict(word=ASK, why="causality is not told by both")
    if expected.word == ASK:
        return expected
    return Verdict(word=URGENT, why=f"serious, related, unexpected: {expected.why}")
