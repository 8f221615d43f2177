"""A model and its numbers, read from files of other programs."""

from dataclasses import dataclass

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding
from nanoward.tuning import Dynamics
from nanoward.tuning.nonmem.control_stream import read_stream
from nanoward.tuning.nonmem.data_record import data_selection, selected_rows
from nanoward.tuning.nonmem.estimates import monolix_numbers, nonmem_estimates, with_monolix
from nanoward.tuning.nonmem.translation import nonmem_model

Named = tuple[str, str]  # path and text


def import_model(
    source: Named,
    results: Named | None,
    model: Dynamics | None,
    *,
    combined: int = 1,
    name: str = "",
) -> Dynamics:
    """A control stream (with or without its .ext), or Monolix's numbers for a given model.

    source   a file with $ records, or populationParameters.txt; results: a .ext file
    model    what populationParameters.txt belongs to; None for a control stream
    """
    path, text = source
    if "$" in text:
        found = None if results is None else nonmem_estimates(results[1], results[0])
        return nonmem_model(text, file=path, name=name, estimates=found)
    if model is None or model.written is not None:
        raise UsageError(
            f"{path} holds numbers only: which model do they belong to?",
            next_step="Add --model with a model of formulas.",
        )
    numbers = monolix_numbers(text, path)
    return with_monolix(model, numbers, file=path, combined=combined)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedData:
    """A data file as a control stream reads it: CSV, what was left out, and of which names."""

    csv: str
    rows: int
    left_out: int


def select_data(source: Named, data: Named) -> SelectedData:
    """The rows that $DATA lets through, under the names that $INPUT gives them."""
    selection = data_selection(read_stream(source[1], source[0]))
    names, rows, left = selected_rows(selection, data[1])
    text = "".join(",".join(row) + "\n" for row in [names, *rows])
    return SelectedData(csv=text, rows=len(rows), left_out=left)


def unapplied_conditions(source: Named) -> tuple[Finding, ...]:
    """What a control stream leaves out of its data, where no data were given to apply it to."""
    if "$" not in source[1]:
        return ()
    selection = data_selection(read_stream(source[1], source[0]))
    told = [("IGNORE", one) for one in selection.ignore]
    told += [("ACCEPT", one) for one in selection.accept]
    if not told:
        return ()
    names = {"eq": "=", "ne": "/=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    text = "; ".join(f"{word} {one.item} {names[one.op]} {one.value}" for word, one in told)
    return (
        Finding(
            code="TUN-128",
            severity="warning",
            message=f"$DATA chooses rows, which a model cannot: {text}",
            next_step="Give the data too: --data FILE --data-out CSV writes the chosen rows.",
            file=source[0],
            column="$DATA",
        ),
    )
