"""Models that come with nanoward, each number with where it comes from."""

from collections.abc import Mapping

from nanoward.tuning.model import Model

MODELS: Mapping[str, Model] = {}
