"""`vitrine bench NAME`: one measurement, found as a file of benchmarks/.

A benchmark is one file with `HELP`, `register(parser)` and `run(args) -> int | None`; it prints one JSON
object on its last line.
"""

import argparse

from edge import plugins

HELP = "measure one thing, side by side with what it is compared to"


def register(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each benchmark; what a benchmark needs it imports inside `run`."""
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in plugins.names("benchmarks"):
        module = plugins.load("benchmarks", name)
        sub = names.add_parser(name.replace("_", "-"), help=module.HELP, description=module.__doc__)
        sub.formatter_class = argparse.RawDescriptionHelpFormatter
        module.register(sub)
        sub.set_defaults(measure=module.run)


def run(args: argparse.Namespace) -> int:
    """Run the benchmark."""
    return int(args.measure(args) or 0)
