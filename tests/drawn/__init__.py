"""Drawn things for tests: pictures with a truth known to the pixel."""
