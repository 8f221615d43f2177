"""Kinds of deceit: what each does to an otherwise honest year, at three fixed sizes.

A size is a share of items (5, 10, 25 %), or a shift in assay SDs (1/2, 1, 2). A line a kind.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from nanoward.simulation.worlds.deceit import (
    ITEMS,
    TYPES,
    PartnerYear,
    YearDraft,
    honest_draft,
    year_of,
)

SHARES, SHIFTS = (0.05, 0.10, 0.25), (0.5, 1.0, 2.0)
SIZES = ("small", "middle", "large")
Deceit = Callable[[YearDraft, float], None]


def _some(draft: YearDraft, share: float, among: np.ndarray | None = None) -> list[int]:
    """As many items as the share says, of all or of those that the deceit can be done to."""
    items = np.arange(len(draft.claimed)) if among is None else among
    count = min(round(share * len(draft.claimed)), len(items))
    chosen = sorted(draft.chance.choice(items, count, replace=False).tolist())
    draft.lied |= set(chosen)
    return chosen


def _copied_rows(draft: YearDraft, share: float) -> None:
    chosen = _some(draft, share)
    others = [at for at in range(len(draft.claimed)) if at not in draft.lied]
    for at in chosen:
        draft.claimed[at] = draft.claimed[int(draft.chance.choice(others))]


def _made_up(draft: YearDraft, share: float) -> None:
    rows = np.array(draft.claimed)
    mean, sd = rows.mean(0), rows.std(0)
    for at in _some(draft, share):
        row = mean + 0.3 * sd * draft.chance.normal(size=len(mean))
        draft.claimed[at] = tuple(np.round(row, 2).tolist())


def _clipped_tails(draft: YearDraft, share: float) -> None:
    rows = np.array(draft.claimed)
    limits = np.quantile(rows, 1 - share, axis=0)
    draft.lied |= set(np.flatnonzero((rows > limits).any(1)).tolist())
    draft.claimed[:] = [tuple(r) for r in np.round(np.minimum(rows, limits), 2).tolist()]


def _shaded_values(draft: YearDraft, shift: float) -> None:
    draft.lied |= set(range(len(draft.claimed)))
    draft.claimed[:] = [
        tuple(round(x - shift, 2) for x in row)
        for row in draft.claimed
        if isinstance(row, tuple)
    ]


def _shaved_events(draft: YearDraft, share: float) -> None:
    able = np.flatnonzero(np.array(draft.claimed) >= 1)
    for at in _some(draft, share, able):
        draft.claimed[at] = float(draft.chance.integers(0, int(str(draft.claimed[at])[:-2])))


def _back_dated(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):
        back = timedelta(days=int(draft.chance.integers(3, 15)))
        draft.claimed[at] = (date.fromisoformat(str(draft.claimed[at])) - back).isoformat()


def _used_twice(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):  # the tube holds the sample of somebody else
        draft.ours[at] = draft.truth[(at + 1) % len(draft.truth)]


def _invented(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):
        draft.ours[at] = "nobody"


def _other_lot(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):
        draft.ours[at] = str(draft.truth[at]).replace("lot-1", "lot-2")


def _deleted_negatives(draft: YearDraft, share: float) -> None:
    able = np.flatnonzero([one is False for one in draft.claimed])
    draft.missing[_some(draft, share, able)] = True


def _two_versions(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):
        value = draft.claimed[at]
        assert isinstance(value, float)
        draft.second[at] = value + 1.0


def _after_reveal(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):
        draft.revealed[at], draft.missing[at] = True, False
        draft.claimed[at] = draft.ours[at]


def _rounded_up(draft: YearDraft, share: float) -> None:
    able = np.flatnonzero(np.array(draft.claimed) % 5 != 0)
    for at in _some(draft, share, able):
        value = draft.claimed[at]
        assert isinstance(value, float)
        draft.claimed[at] = float(5 * np.ceil(value / 5))


def _late_bad_news(draft: YearDraft, share: float) -> None:
    chosen = _some(draft, share, np.flatnonzero(draft.bad))
    draft.late[chosen] = True


def _limit_too_low(draft: YearDraft, shift: float) -> None:
    seen = NormalDist().cdf(NormalDist().inv_cdf(0.95) - shift)
    draft.lied |= set(range(len(draft.claimed)))
    told = draft.chance.random(len(draft.claimed)) < seen
    draft.claimed[:] = [bool(one) for one in told]


def _edited_locus(draft: YearDraft, share: float) -> None:
    for at in _some(draft, share):  # what is in the tube has lost the kill locus
        place = int(draft.chance.integers(60))
        letters = str(draft.truth[at])
        other = "A" if letters[place] != "A" else "C"
        draft.ours[at] = f"{letters[:place]}{other}{letters[place + 1 :]}"


def _stock_gone(draft: YearDraft, share: float) -> None:
    able = np.flatnonzero(np.array(draft.truth)[:, 2] > 0)
    for at in _some(draft, share, able):  # on paper it balances; some of what is kept is gone
        row = draft.truth[at]
        assert isinstance(row, tuple)
        draft.ours[at] = (row[0], row[1], float(np.floor(0.7 * row[2])), row[3])


KINDS: Mapping[str, tuple[str, tuple[float, float, float], Deceit]] = {
    "copied-rows": ("biomarker", SHARES, _copied_rows),
    "shaved-events": ("events", SHARES, _shaved_events),
    "back-dated-visits": ("visits", SHARES, _back_dated),
    "samples-used-twice": ("identity", SHARES, _used_twice),
    "another-lot": ("identity", SHARES, _other_lot),
    "clipped-tails": ("biomarker", SHARES, _clipped_tails),
    "deleted-negatives": ("presence", SHARES, _deleted_negatives),
    "two-versions": ("doses", SHARES, _two_versions),
    "made-up-around-the-mean": ("biomarker", SHARES, _made_up),
    "invented-participants": ("identity", SHARES, _invented),
    "measured-after-reveal": ("events", SHARES, _after_reveal),
    "rounded-in-favour": ("doses", SHARES, _rounded_up),
    "late-bad-news": ("events", SHARES, _late_bad_news),
    "limit-told-too-low": ("spikes", SHIFTS, _limit_too_low),
    "edited-kill-locus": ("sequence", SHARES, _edited_locus),
    "stock-does-not-balance": ("stock", SHARES, _stock_gone),
    "shaded-values": ("biomarker", SHIFTS, _shaded_values),
}


def honest_year(
    seed: int, names: tuple[str, ...] = tuple(TYPES), *, items: int = ITEMS
) -> PartnerYear:
    """An honest year of these types, with so many items of each."""
    chance = np.random.default_rng(seed)
    return year_of({name: honest_draft(name, chance, items) for name in names})


def deceitful_year(
    deceit: str, size: str, seed: int, *, alone: bool = False, items: int = ITEMS
) -> PartnerYear:
    """A year with one deceit of one size.

    alone  only the type that the deceit touches, for many years in a second
    """
    name, sizes, plant = KINDS[deceit]
    chance = np.random.default_rng(seed)
    names = (name,) if alone else tuple(TYPES)
    drafts = {one: honest_draft(one, chance, items) for one in names}
    plant(drafts[name], sizes[SIZES.index(size)])
    return year_of(drafts)
