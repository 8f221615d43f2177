"""Tell the flushes what the catalogue found: an altered kill locus is an escape."""

from datetime import datetime, time, timedelta

import polars as pl

from nanoward.base.entries import FlushSampled
from nanoward.catalogue.evolution.kill_locus_integrity import ALTERED
from nanoward.control.kill_state import FIRED
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.verify_flush import altered_locus
from nanoward.ports.ledger import Ledger


def flag_escapes(guarded: pl.DataFrame, book: OrderState) -> list[FlushSampled]:
    """Altered kill loci of people at whom a kill code was fired: samples for its flush.

    Taken on the day of firing or later, and not yet on the ledger.
    """
    rows = guarded.filter((pl.col("state") == ALTERED) & (pl.col("role") == "kill")).to_dicts()
    made = []
    for state in book.kills.values():
        order = state.request.order
        for row in rows:
            who = row["participant"]
            if state.people.get(who) not in FIRED or row["taken"] is None:
                continue
            fired = book.fired.get((order, who), state.since[who])
            known = {one.sample for one in book.samples.get((order, who), ())}
            if row["taken"] >= fired.date() and row["sample"] not in known:
                noon = datetime.combine(row["taken"], time(12), tzinfo=fired.tzinfo)
                taken = max(noon, fired + timedelta(seconds=1))
                made.append(altered_locus(order, who, row["sample"], taken))
    return sorted(set(made), key=lambda one: (one.order, one.participant, one.sample))


def flush_samples(
    guarded: pl.DataFrame, ledger: Ledger, lane: Ledger | None
) -> tuple[FlushSampled, ...]:
    """Samples for the flushes that are under way, by both ledgers."""
    book = OrderState().read(ledger, *([] if lane is None else [lane]))
    return tuple(flag_escapes(guarded, book))
