"""Things that are worn: glasses, earrings, hats, as solids in millimetres on a head.

artwork (PNG + mm) ┐
                   ├→ Solid, in the head's frame ── rasterize ──→ picture with alpha ── wear ──→ the face
3-D model (glTF)   ┘         (edge.head)            (behind the head: hidden)
"""
