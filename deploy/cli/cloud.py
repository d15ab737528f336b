"""`vitrine cloud …`: serve the cloud API, and what an administrator does on its command line."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloud_api.service import Cloud

HELP = "serve the cloud API; make box codes and the first administrator"


def register(parser: argparse.ArgumentParser) -> None:
    """The actions of `vitrine cloud`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(
        name: str, work: Callable[[argparse.Namespace], int | None], about: str
    ) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=about, description=about)
        sub.add_argument("--data", type=Path, help="data folder (VITRINE_CLOUD_DATA; default: the user's)")
        sub.set_defaults(work=work)
        return sub

    serve = action("serve", _serve, "answer boxes, phones and staff")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8080, help="port, 0 for a free one (default: %(default)s)")
    serve.add_argument("--link-url", help="where phones reach this server (VITRINE_LINK_URL)")

    code = action("box-code", _box_code, "make a one-time code that enrols a box")
    code.add_argument("store")
    code.add_argument("box")
    code.add_argument("--time-zone", help="time zone of the store, e.g. Europe/Paris")
    code.add_argument("--json", action="store_true", help="print JSON")

    admin = action("admin", _admin, "add a person who may log in, or give them a new password")
    admin.add_argument("name")
    admin.add_argument("--store", help="the one store the person works in (default: every store)")
    admin.add_argument("--role", choices=("admin", "staff", "marketing"), default="admin")
    admin.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    admin.add_argument("--reset", action="store_true", help="new password for somebody who is there already")

    action("migrate", _migrate, "bring the database up to date")

    stock = action("stock", _stock, "set how many of a sku lie in a store")
    stock.add_argument("store")
    stock.add_argument("sku")
    stock.add_argument("on_hand", type=int)

    catalogue = action("catalogue", _catalogue, "publish what the mirrors of a store offer, or say what is")
    catalogue.add_argument("store")
    catalogue.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="TOML or JSON, its pictures beside it; ZIP"
    )

    revoke = action("revoke-box", _revoke_box, "make a box's credential void")
    revoke.add_argument("store")
    revoke.add_argument("box")

    letters = action("dead-letters", _dead_letters, "list events that were not taken, one JSON per line")
    letters.add_argument("--store")
    letters.add_argument("--replay", action="store_true", help="try them again instead")


def run(args: argparse.Namespace) -> int | None:
    """Run the action; what a person can mend is one message and exit code 2."""
    from cloud_api.errors import Problem
    from cloud_api.settings import SettingsError

    try:
        work: Callable[[argparse.Namespace], int | None] = args.work
        return work(args)
    except (Problem, SettingsError, ValueError, OSError) as wrong:
        told = wrong.detail if isinstance(wrong, Problem) else wrong
        print(f"vitrine cloud {args.action}: {told}", file=sys.stderr)
        return 2


def _serve(args: argparse.Namespace) -> int | None:
    """Listen first, so that port 0 and the default link address agree, then serve until interrupted."""
    import socket

    import uvicorn

    from cloud_api import settings
    from cloud_api.app import create_app

    listener = socket.create_server((args.host, args.port), backlog=256)
    url = f"http://{args.host}:{listener.getsockname()[1]}"
    link = args.link_url or os.environ.get("VITRINE_LINK_URL") or url
    app = create_app(settings.load(args.data, link))
    print(f"Vitrine cloud on {url}, share links on {link}", flush=True)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5
    )
    uvicorn.Server(config).run(sockets=[listener])
    return None


def _box_code(args: argparse.Namespace) -> None:
    from cloud_api import credentials

    cloud = _open(args)
    made = credentials.make_code(cloud, args.store, args.box, cloud.now(), zone=args.time_zone)
    if args.json:
        told = {"code": made.code, "store": made.store, "box": made.box}
        print(json.dumps(told | {"expires_at": made.expires_at.isoformat()}))
    else:
        print(made.code)
        print(f"Enrols {made.store}/{made.box} once, until {made.expires_at:%H:%M} UTC.", file=sys.stderr)


def _admin(args: argparse.Namespace) -> None:
    from cloud_api import users

    cloud = _open(args)
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else _ask()
    if args.reset:
        users.set_password(cloud.db, args.name, password)
    else:
        role = users.Role(args.role)
        users.create(cloud.db, args.name, password, cloud.now(), role=role, store=args.store)
    print(f"{args.name} can log in.")


def _ask() -> str:
    password = getpass("Password: ")
    if password != getpass("Again: "):
        raise ValueError("the two passwords differ")
    return password


def _migrate(args: argparse.Namespace) -> None:
    from cloud_api import migrations

    with _open(args).db.read() as connection:
        print(f"The database is at revision {migrations.current(connection)}.")


def _stock(args: argparse.Namespace) -> None:
    from cloud_api import stock

    level = stock.set_on_hand(_open(args).db, args.store, args.sku, args.on_hand)
    print(f"{args.store} {level.sku}: {level.on_hand} on hand, {level.free} free")


def _catalogue(args: argparse.Namespace) -> int:
    """1 where something of the catalogue is not offered."""
    from cloud_api import catalogue_upload, catalogues

    cloud = _open(args)
    with closing(cloud.db):
        if args.file:
            upload = catalogue_upload.from_file(args.file)
            catalogues.publish(cloud, args.store, upload, "command line", cloud.now())
        stands = catalogues.of_store(cloud.db, args.store)
    at = f"{stands.uploaded_at:%Y-%m-%d %H:%M} UTC"
    print(f"{args.store}: {stands.products} products, since {at}, by {stands.uploaded_by}")
    for skipped in stands.skipped:
        print(f"not offered: {skipped}")
    return 1 if stands.skipped else 0


def _revoke_box(args: argparse.Namespace) -> None:
    from cloud_api import credentials

    cloud = _open(args)
    credentials.revoke(cloud.db, args.store, args.box, cloud.now())
    print(f"{args.store}/{args.box} is locked out; enrol it again with a new code.")


def _dead_letters(args: argparse.Namespace) -> None:
    from cloud_api import dead_letters, ingest

    cloud, after, taken = _open(args), 0, 0
    while args.replay:
        more, after = ingest.replay(cloud.db, args.store, cloud.now(), after)
        taken += more
        if not after:
            print(f"{taken} taken")
            return
    while page := dead_letters.page(cloud.db, args.store, after):
        for letter in page:
            after = letter.number
            place = f"{letter.store}/{letter.box}"
            told = {"number": after, "box": place, "code": letter.code, "detail": letter.detail}
            print(json.dumps(told | {"received_at": letter.received_at.isoformat(), "event": letter.body}))


def _open(args: argparse.Namespace) -> "Cloud":
    """The cloud of the data folder, its database up to date."""
    from cloud_api import migrations, settings
    from cloud_api.blobs import LocalBlobs
    from cloud_api.database import connect
    from cloud_api.service import Cloud

    chosen = settings.load(args.data)
    cloud = Cloud(chosen, connect(chosen.database_url), LocalBlobs(chosen.blob_dir))
    migrations.upgrade(cloud.db)
    return cloud
