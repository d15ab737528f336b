"""The try-on mirror: its screens, catalogue and effects."""
