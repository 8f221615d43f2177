"""Where the people of a network stand: each cluster by itself, then clusters in rows.

No chance is involved: the same bonds always give the same picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Pair = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Positions in pixels, and the size of the picture that holds them."""

    places: Mapping[str, Point]
    width: float
    height: float


def clusters(pairs: Sequence[Pair]) -> list[list[str]]:
    """People who hang together by pairs, each cluster sorted; largest clusters first."""
    head: dict[str, str] = {}

    def root(name: str) -> str:
        while head.setdefault(name, name) != name:
            head[name] = head[head[name]]
            name = head[name]
        return name

    for a, b in pairs:
        head[root(a)] = root(b)
    groups: dict[str, list[str]] = {}
    for name in sorted(head):
        groups.setdefault(root(name), []).append(name)
    return sorted(groups.values(), key=lambda group: (-len(group), group))


def lay_out(pairs: Sequence[Pair], *, width: float, gap: float, margin: float) -> Layout:
    """Clusters side by side in rows no wider than `width`; `gap` between bonded people."""
    places: dict[str, Point] = {}
    x = y = right = row = 0.0
    for group in clusters(pairs):
        inner = cluster_places(group, pairs) * gap
        size = inner.max(axis=0) + 2 * margin
        if x > 0 and x + size[0] > width:
            x, y, row = 0.0, y + row, 0.0
        for name, (left, top) in zip(group, inner, strict=True):
            places[name] = (x + margin + float(left), y + margin + float(top))
        x, row = x + float(size[0]), max(row, float(size[1]))
        right = max(right, x)
    return Layout(places=places, width=right, height=y + row)


def cluster_places(group: Sequence[str], pairs: Sequence[Pair]) -> np.ndarray:
    """Places of one cluster, bonded people about 1 apart, the corner at the origin.

    Spring model of Fruchterman and Reingold (1991), Softw Pract Exper 21:1129, started from a
    circle in alphabetical order.
    returns  (P, 2)
    """
    count = len(group)
    if count <= 2:
        return np.array([[float(place), 0.0] for place in range(count)])
    angle = 2 * np.pi * np.arange(count) / count - np.pi / 2  # the first stands at the top
    radius = 0.5 / np.sin(np.pi / count)
    # slightly different radii: no two people start in mirrored places
    reach = radius * (1 + 0.05 * np.sin(7 * np.arange(count)))
    at = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
    if count > 3:
        bonded = _bonded(group, pairs)
        at = _relaxed(at, bonded)
        apart = np.sqrt(((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=2))
        at = _lying(at * 0.9 / np.median(apart[bonded > 0]))
    return np.asarray(at - at.min(axis=0))


def _lying(at: np.ndarray) -> np.ndarray:
    """Turned so that the longest extent lies across the page; the sign is fixed."""
    centred = at - at.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
    return np.asarray(centred @ (axes * signs[:, None]).T)


def _bonded(group: Sequence[str], pairs: Sequence[Pair]) -> np.ndarray:
    place = {name: number for number, name in enumerate(group)}
    bonded = np.zeros((len(group), len(group)))
    for a, b in pairs:
        if a in place and b in place:
            bonded[place[a], place[b]] = bonded[place[b], place[a]] = 1.0
    return bonded


def _relaxed(at: np.ndarray, bonded: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Bonds pull with d^2, everybody pushes with 1 / d, steps shrink to nothing."""
    for heat in np.linspace(0.3, 0.005, rounds):
        apart = at[:, None, :] - at[None, :, :]
        d2 = np.maximum((apart**2).sum(axis=2), 1e-4)
        np.fill_diagonal(d2, 1.0)
        force = (apart * (1 / d2 - bonded * np.sqrt(d2))[:, :, None]).sum(axis=1)
        length = np.maximum(np.sqrt((force**2).sum(axis=1, keepdims=True)), 1e-9)
        at = at + force / length * np.minimum(length, heat)
    return at
