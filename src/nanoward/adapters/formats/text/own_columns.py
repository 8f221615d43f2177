"""Columns of a file under names that somebody told: `--column NAME=theirs`, or [columns].

An alias is followed to the letter or nothing of the file is used: one that names no column, and
a name that the file holds itself already, are faults and never guesses. Which names may be told
stands in column_names.py.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks

Names = Mapping[str, str]  # our name of a column to the name in the file
NO_NAMES: Names = MappingProxyType({})


def under_our_names(
    frame: pl.DataFrame, names: Names, remarks: Remarks, line: int | None = None
) -> pl.DataFrame | None:
    """The frame with columns renamed as told; None where an alias cannot be followed."""
    found: dict[str, str] = {}
    for ours, theirs in names.items():
        like = [one for one in frame.columns if one.casefold() == theirs.casefold()]
        like = [theirs] if theirs in frame.columns else like
        own = [one for one in frame.columns if one.casefold() == ours.casefold()]
        what = ""
        if not like and own:
            continue  # a file with the name itself needs no alias
        if len(like) != 1:
            many = "no" if not like else f"{len(like)} times a"
            what = f"there is {many} column {theirs!r} to be read as {ours!r}"
        elif own and own != like:
            what = f"{theirs!r} is told as {ours!r}, but there is a column {own[0]!r} already"
        if what:
            remarks.add(problems.NO_ALIAS, what, line=line, column=ours)
            return None
        found[like[0]] = ours
    for theirs, ours in found.items():
        what = f"column {theirs!r} was read as {ours!r}, as told"
        remarks.add(problems.AS_TOLD, what, line=line, column=ours)
    return frame.rename(found) if found else frame
