"""What became of each column of a plain table: used, kept beside, or told."""

from collections.abc import Collection, Iterable, Mapping

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.base.near_misses import nearest
from nanoward.ports.formats import Use

LIKE = 0.8  # of a known name's letters that a misspelt one shares


def columns_used(
    names: Iterable[str], known: Mapping[str, str], absent: Collection[str], remarks: Remarks,
    *, kept: str = "",
) -> tuple[Use, ...]:  # fmt: skip
    """The account of a header.

    known   name in the file to the column of ours that it was read as
    absent  our columns that the file lacks: an unknown name near to one may mean it
    kept    what further columns are kept as ("covariates"); "": nobody reads them
    """
    account, rest = [], []
    for name in names:
        if name in known:
            account.append(Use(level="column", name=name, use="used"))
            continue
        near = nearest(name.casefold(), [one.casefold() for one in absent], LIKE)
        if near and _is_slip(name, near):
            meant = next(one for one in absent if one.casefold() == near)
            what = f"column {name!r} is not known; is {meant!r} meant?"
            remarks.add(problems.NEAR_VARIABLE, what, column=name)
            reason = problems.NEAR_VARIABLE.code
        elif kept:
            account.append(Use(level="column", name=name, use="used", reason=f"kept: {kept}"))
            continue
        else:
            rest.append(name)
            reason = problems.UNKNOWN_VARIABLE.code
        account.append(Use(level="column", name=name, use="told", reason=reason))
    if rest:
        shown = ", ".join(rest[:20]) + (" ..." if len(rest) > 20 else "")
        remarks.add(problems.UNKNOWN_VARIABLE, f"nobody reads {shown}", column=rest[0])
    return tuple(account)


def _is_slip(name: str, near: str) -> bool:
    """Whether a header is so near that chance is no reason: `lat` is no slip for `lot`."""
    low = name.casefold()
    return len(name) > 1 and (min(len(name), len(near)) > 3 or low.startswith(near))
