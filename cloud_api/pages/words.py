"""Times and prices as people say them, in English (later: per language). Pure: the time is an argument."""

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from babel.numbers import format_currency

from cloud_api.contract.base import Money

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


def day(when: datetime, zone: tzinfo) -> str:
    """`Tuesday, 22 December 2026`: no leading zero, the month in words because 12/10 means two days."""
    local = when.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y}"


def clock(when: datetime, zone: tzinfo) -> str:
    """`14:05`."""
    return f"{when.astimezone(zone):%H:%M}"


def moment(when: datetime, now: datetime, zone: tzinfo) -> str:
    """`today at 14:05`, `yesterday at 18:20`, `on 3 November at 09:12`."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"today at {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday at {local:%H:%M}"
    return f"on {local.day} {local:%B} at {local:%H:%M}"


def age(seconds: float) -> str:
    """`just now`, `4 min`, `2 h`, `3 d`: rounded down, so that nothing looks older than it is."""
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return f"{int(seconds // _DAY)} d"


def ago(seconds: float) -> str:
    """`just now`, `4 min ago`."""
    said = age(seconds)
    return said if said == "just now" else f"{said} ago"


def share_of(part: int, whole: int) -> str:
    """`41 %`, or a dash where there is no whole to be a part of."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def money(amount: Money) -> str:
    """`€29.00`, `CHF 29.00`, `¥2,900`, as on the mirror and on the picture; never broken into two lines."""
    value = Decimal(amount.amount).scaleb(-amount.digits)
    return str(format_currency(value, amount.currency, locale="en")).replace(" ", "\u00a0")


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`, `22nd`."""
    teen = number % 100 in (11, 12, 13)
    return f"{number:,}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def duration(seconds: float) -> str:
    """`48 s`, `2 min 05 s`, `1 h 20 min`: never more than two parts."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE:02d} min"
