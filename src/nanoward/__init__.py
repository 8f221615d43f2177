"""nanoward: the weekly ward round for programmes with adaptive, programmable agents."""

__version__ = "0.1.0"
__all__ = ["__version__"]
