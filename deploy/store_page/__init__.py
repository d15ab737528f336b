"""The first page of the demo: the whole store at a glance, live, on the loopback address.

    browser ── this page's server ──┬── live view of the mirror
                                    ├── live view of the arena
                                    └── live view of the ceiling camera

The live views keep answering to nobody but their own computer and their own page: this server asks them as a
program of this computer may, and passes pictures and touches on. So no other origin ever has to be allowed.
"""
