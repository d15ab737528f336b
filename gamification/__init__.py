"""The arena: games played with the body; one game, one file."""
