"""Subcommands of `vitrine`: one file each, with `register(parser)` and `run(args)`."""
