"""Effects: one thing drawn on a face or head; one effect, one file, found by its name in the catalogue."""
