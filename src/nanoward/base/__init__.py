"""Words: the frozen types that every room shares. Standard library only."""
