"""A typed client of the service's API: one class for each part, one dataclass for each model.

What stands in rooms/ is made from the API's own document by tools/write_client.py.
"""

from nanoward.client.api_client import ApiClient
from nanoward.client.transport import ProblemError, Transport

__all__ = ["ApiClient", "ProblemError", "Transport"]
