"""Games: one game, one file, found by its name in the box file."""
