"""Sites beside each other: the person is the unit, and honest sites differ.

Rows of one person are not independent: a test on rows accuses almost every second honest site.
Each person gives one number; sites vary by a random effect that is estimated from all sites
without believing the outermost, so that a few bad ones do not make themselves look usual. The
p-values of all sites go through Benjamini-Hochberg together.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from nanoward.audit.pointers.pointer import INNOCENT, Pointer
from nanoward.maths.statistics.e_values import normal_tail
from nanoward.maths.statistics.false_discovery import benjamini_hochberg

LEAST = 3  # people in a site before anything is said of it
_MAD = 1.4826


def site_pointers(people: Mapping[str, Sequence[float]], what: str = "mean") -> list[Pointer]:
    """Sites whose people differ from those of the other sites; p is adjusted over sites.

    people  one number for each person (a mean, the log of an SD), by site
    """
    use = {site: np.array(own, dtype=float) for site, own in people.items()}
    use = {site: own[np.isfinite(own)] for site, own in use.items()}
    use = {site: own for site, own in use.items() if len(own) >= LEAST}
    if len(use) < 4:
        return []
    within = sum(((own - own.mean()) ** 2).sum() for own in use.values())
    variance = within / max(sum(len(own) - 1 for own in use.values()), 1)
    means = np.array([own.mean() for own in use.values()])
    errors = np.array([variance / len(own) for own in use.values()])
    z = _standardised(means, errors)
    return _pointers("site differs", list(use), z, what, two_sided=True)


def event_pointers(
    events: Mapping[str, Sequence[float]], visits: Mapping[str, Sequence[float]]
) -> list[Pointer]:
    """Sites whose people report fewer events for their visits; p is adjusted over sites.

    events, visits  by site, a number for each person
    Counts are on the square root's scale (its variance hardly depends on the mean), with the
    dispersion between people from all sites.
    """
    pairs = {
        site: (np.array(own, dtype=float), np.array(visits[site], dtype=float))
        for site, own in events.items()
    }
    pairs = {s: (e, v) for s, (e, v) in pairs.items() if len(e) >= LEAST and v.sum() > 0}
    if len(pairs) < 4:
        return []
    rate = sum(e.sum() for e, _ in pairs.values()) / sum(v.sum() for _, v in pairs.values())
    dispersion = _dispersion(list(pairs.values()))
    seen = np.array([e.sum() for e, _ in pairs.values()])
    expected = np.array([rate * v.sum() for _, v in pairs.values()])
    logs = np.log((seen + 0.5) / (expected + 0.5))
    errors = dispersion / np.maximum(expected, 0.5)
    z = _standardised(logs, errors)
    return _pointers("fewer events", list(pairs), -z, "events for visits", two_sided=False)


def _dispersion(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Pearson's dispersion of people around their own site's rate; at least 1."""
    total, freedom = 0.0, 0
    for events, visits in pairs:
        expected = events.sum() / visits.sum() * visits
        use = expected > 0
        total += float(((events[use] - expected[use]) ** 2 / expected[use]).sum())
        freedom += max(int(use.sum()) - 1, 0)
    return max(total / freedom, 1.0) if freedom else 1.0


def _standardised(
    means: Float[np.ndarray, " S"], errors: Float[np.ndarray, " S"]
) -> Float[np.ndarray, " S"]:
    """Each site beside the middle of the others, in SDs of sites and of their people."""
    centre = float(np.median(means))
    between = between_sites(means, errors)
    for _ in range(20):
        weights = 1.0 / (errors + between)
        away = np.abs(means - centre) * np.sqrt(weights)
        inner = weights * np.where(away < 2.0, 1.0, 2.0 / np.maximum(away, 2.0))  # Huber
        moved = float((inner * means).sum() / inner.sum())
        if abs(moved - centre) < 1e-10:
            break
        centre = moved
    own = errors + between + 1.0 / float((1.0 / (errors + between)).sum())
    told: Float[np.ndarray, " S"] = (means - centre) / np.sqrt(own)
    return told


def between_sites(means: Float[np.ndarray, " S"], errors: Float[np.ndarray, " S"]) -> float:
    """Variance between sites at which the middle half of them is as wide as it should be."""
    centre = float(np.median(means))

    def width(between: float) -> float:
        scaled = np.abs(means - centre) / np.sqrt(errors + between)
        return float(np.median(scaled)) * _MAD

    if width(0.0) <= 1.0:
        return 0.0
    low, high = 0.0, float(np.var(means)) * 16 + 1e-12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if width(middle) > 1.0 else (low, middle)
    return high


def _pointers(
    name: str, sites: list[str], z: Float[np.ndarray, " S"], what: str, *, two_sided: bool
) -> list[Pointer]:
    p = np.array([2 * normal_tail(abs(x)) if two_sided else normal_tail(x) for x in z])
    adjusted = benjamini_hochberg(p)
    return [
        Pointer(
            name=name,
            about=site,
            p=float(q),
            z=float(x),
            told=f"{what} of {site} lies {x:+.1f} SDs of sites and people from the others'",
            innocent=INNOCENT[name],
        )
        for site, x, q in zip(sites, z, adjusted, strict=True)
        if math.isfinite(x)
    ]
