"""Side-by-side measurements: one command each (`vitrine bench NAME`), one JSON line last."""
