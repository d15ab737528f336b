"""`vitrine`: finds its subcommands as files of this folder.

A subcommand is one file with `HELP`, `register(parser)` and `run(args) -> int | None`; what it needs it
imports inside `run`, so that `vitrine --help` stays quick and the cloud image needs no vision library.
"""

import argparse
import os
import sys

from edge import plugins
from edge.toml_file import ConfigError
from models.errors import ModelError

# pygame would greet every process on standard output.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; errors a person can mend are one message on standard error and exit code 2."""
    parser = argparse.ArgumentParser(prog="vitrine", description="In-store experience system.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in plugins.names("deploy.cli"):
        if name != "main":
            module = plugins.load("deploy.cli", name)
            sub = commands.add_parser(name.replace("_", "-"), help=module.HELP, description=module.HELP)
            module.register(sub)
            sub.set_defaults(run=module.run)
    args = parser.parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except KeyboardInterrupt:
        return 130
    except (ConfigError, ModelError, plugins.UnknownPlugin) as wrong:
        print(f"vitrine {args.command}: {wrong}", file=sys.stderr)
        return 2
