"""Identifiers that must not be mixed up. Plain text at run time."""

from typing import NewType

ParticipantId = NewType("ParticipantId", str)
SampleId = NewType("SampleId", str)
AgentId = NewType("AgentId", str)
LotId = NewType("LotId", str)
SiteId = NewType("SiteId", str)
RoundId = NewType("RoundId", str)
OrderId = NewType("OrderId", str)
Sha256 = NewType("Sha256", str)  # 64 lower-case hexadecimal digits
