"""Hold a round; or, where nothing at all changed since one was held, give its answer again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from nanoward.base.errors import OutsideError
from nanoward.base.plan import Plan
from nanoward.flows.repeat.kept_round import keep_round, kept_round
from nanoward.flows.repeat.round_inputs import round_inputs, round_key
from nanoward.flows.repeat.traced_ports import traced
from nanoward.flows.round.round import Round, RoundSummary
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports


def hold_round(
    ports: Ports,
    *,
    as_of: date | None,
    seed: int,
    render: Callable[[Round], bytes],
    lane: Ledger | None = None,
    anew: bool = False,
) -> RoundSummary:
    """The round of a day, from what it was asked for last time where all of that is the same.

    Plan, files, ledgers, day, seed and software decide that, and whether what the round wrote
    still stands as it was written (round_inputs.py, kept_round.py). Errors of `ward_round`.

    lane  the kill lane's ledger, where the programme has one
    anew  hold it whatever was kept; what single steps kept is used all the same
    """
    trace = traced(ports)
    ports = trace.ports
    plan = ports.folder.plan()
    day = as_of or plan.as_of or ports.today()
    inputs = round_inputs(ports, day=day, seed=seed, lane=lane)
    before = ports.ledger.head()
    known = None if anew else _known(ports, plan, round_key(inputs, before))
    if known is not None:
        return known
    from nanoward.flows.round.ward_round import ward_round

    summary = ward_round(ports, as_of=as_of, seed=seed, render=render, lane=lane)
    after = ports.ledger.head()
    if after.size - before.size != trace.ledger.appended:
        return summary  # somebody else appended meanwhile: the round may not have seen it
    if round_inputs(ports, day=day, seed=seed, lane=lane) == inputs:  # nor elsewhere
        with suppress(OutsideError):  # it stands and is told; it will be held again
            keep_round(ports, round_key(inputs, after), summary, trace)
    return summary


def _known(ports: Ports, plan: Plan, key: str) -> RoundSummary | None:
    """A kept answer. Where what is kept cannot be reached the round is held: recalls go out."""
    try:
        return kept_round(ports, plan, key)
    except OutsideError:
        return None
