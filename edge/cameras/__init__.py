"""Camera sources: one file each with `open`, found by the scheme of the address."""
