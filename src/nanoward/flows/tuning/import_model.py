"""A model and its numbers, read from files of other programs."""

from nanoward.base.errors import UsageError
from nanoward.tuning import Dynamics
from nanoward.tuning.nonmem.estimates import monolix_numbers, nonmem_estimates, with_monolix
from nanoward.tuning.nonmem.translation import nonmem_model

Named = tuple[str, str]  # path and text


def import_model(
    source: Named, results: Named | None, model: object, *, combined: int = 1, name: str = ""
) -> Dynamics:
    """A control stream (with or without its .ext), or Monolix's numbers for a given model.

    source   a file with $ records, or populationParameters.txt; results: a .ext file
    model    what populationParameters.txt belongs to; None for a control stream
    """
    path, text = source
    if "$" in text:
        found = None if results is None else nonmem_estimates(results[1], results[0])
        return nonmem_model(text, file=path, name=name, estimates=found)
    if not isinstance(model, Dynamics):
        raise UsageError(
            f"{path} holds numbers only: which model do they belong to?",
            next_step="Add --model with a model of formulas.",
        )
    numbers = monolix_numbers(text, path)
    return with_monolix(model, numbers, file=path, combined=combined)
