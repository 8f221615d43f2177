"""What a pointer is: how odd, how often honest data look so, and what else explains it."""

from dataclasses import dataclass

POINTS_AT = 0.01  # p from which on something is pointed at, by default


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """One thing that looks odd. It directs what is audited and accuses nobody.

    name         which pointer
    about        person, site, data set or items concerned
    p            chance that honest data look at least as odd; NaN: cannot be said
    z            the same on the scale of standard normals, high where odd; NaN likewise
    told         in a sentence
    innocent     what else makes data look so
    """

    name: str
    about: str
    p: float
    z: float
    told: str
    innocent: str


INNOCENT = {
    "repeated rows": "one sample under two visits; scores with few values",
    "inliers": "a small homogeneous group; values rounded to a normal one",
    "spreads too alike": "one spread stated for all; values standardised before",
    "no link of mean and spread": "values on a scale with a ceiling; a transformed scale",
    "people too alike": "a narrow inclusion; values carried forward",
    "effect too large": "a strong manipulation; selected people",
    "groups too alike": "stratified or minimised allocation",
    "terminal digits": "scales read to 5 or 10, instruments with fixed steps",
    "closed days": "a ward or emergency visit; a holiday that is not one there",
    "numbers that skip": "a control, a repeat, or another study on the same instrument",
    "numbers that repeat": "several rows of one run; an instrument that starts anew each day",
    "too steady": "a trait that hardly changes, values carried forward (r is 0.89 in an honest "
    "panel, 0.995 in a made-up one)",
    "edit times": "an entry day a week; imports in bulk",
    "moves after asking": "a query that was right",
    "site differs": "other people live there; another clinic",
    "fewer events": "healthier people; shorter follow-up; another threshold for mild events",
}
