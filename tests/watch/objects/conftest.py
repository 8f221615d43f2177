"""Scenes that several tests of objects look at."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
