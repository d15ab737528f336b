"""Made-up input with known truth, through the same code as real input: only the photons are synthetic.

One kind, one file with `open(address, camera) -> Source`, found by its name in `synthetic:NAME`.
"""
