"""Things that are worn: glasses, earrings, hats, in millimetres on a head.

artwork (PNG + mm) ── Curtain, straight down in the head's frame ── rail, warped ┐
                                                                                 ├→ Sprite ── laid on the face
3-D model (glTF) ─── Solid, in the head's frame ──────────────────── rasterized ─┘  (behind the head: hidden)
"""
