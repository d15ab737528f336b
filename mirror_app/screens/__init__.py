"""The mirror's screens: one screen, one file, found by name.

A file of this folder is a screen when it has `View`, a `_screen.Screen`. What several share begins with an
underscore: the room (where things go), the frame every screen fills, parts and the rail.

    attract → try_on → pose → review → consent → saved → thanks
                 └──────────→ order ←─────────────┘          (still_there before anything open is forgotten)
"""
