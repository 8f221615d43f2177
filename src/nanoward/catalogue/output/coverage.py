"""How deep each stretch of the agent was read: binned, for tables and pictures."""

from typing import Any

import numpy as np

from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.catalogue.calling.variant_calls import ReadCalls

BINS = 400  # of the whole agent: enough for a picture, and as many rows for 5 kb as for 5 Mb


def coverage_rows(
    sample: str, calls: ReadCalls, agent: AgentIndex, bins: int = BINS
) -> list[dict[str, Any]]:
    """COVERAGE of one sample: mean and least depth of each stretch, and what it could see.

    detection_limit is the median over the stretch, None where most of it could see nothing.
    """
    width = max(1, -(-len(agent.codes) // bins))
    rows: list[dict[str, Any]] = []
    for contig in agent.contigs:
        span = agent.span(contig)
        for start in range(span.start, span.stop, width):
            stop = min(start + width, span.stop)
            depth = calls.depth[start:stop]
            limit = np.where(np.isnan(calls.limit[start:stop]), np.inf, calls.limit[start:stop])
            middle = float(np.median(limit))
            rows.append(
                {
                    "sample": sample,
                    "contig": contig,
                    "first": start - span.start + 1,
                    "last": stop - span.start,
                    "depth": float(depth.mean()),
                    "least": int(depth.min()),
                    "detection_limit": middle if np.isfinite(middle) else None,
                }
            )
    return rows
