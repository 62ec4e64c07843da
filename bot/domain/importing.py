"""The history of another product: which column tells what, and how its cells are read.

None of these products documents the columns of its exports, so each thing is looked for under the
names that are likely, the surest first; what is called otherwise is named by the operator.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.settings import POINTS_LIMIT, VALUE_LIMIT
from bot.domain.workspaces import REASON_MAX_LENGTH, RECEIVERS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo


class Product(StrEnum):
    """Whose export it is."""

    HEYTACO = "heytaco"
    BONUSLY = "bonusly"
    CSV = "csv"  # any other table


class Field(StrEnum):
    """What a row tells."""

    GIVER = "giver"
    RECEIVER = "receiver"
    POINTS = "points"
    REASON = "reason"
    AT = "at"
    VALUE = "value"


NEEDED = (Field.GIVER, Field.RECEIVER, Field.AT)
_GIVERS = ("giver id", "giver user id", "giver email", "giver", "giver name", "from user", "from")
_RECEIVERS = (
    *("receiver id", "receiver user id", "receiver email", "receiver emails", "receiver"),
    *("receivers", "receiver name", "recipient id", "recipient email", "recipient", "recipients"),
    *("recipient name", "to user", "to"),
)
_USUAL: dict[Field, tuple[str, ...]] = {
    Field.GIVER: (*_GIVERS, "sender", "given by"),
    Field.RECEIVER: (*_RECEIVERS, "given to"),
    Field.POINTS: ("points", "amount", "quantity"),
    Field.REASON: ("reason", "message", "comment", "text", "note", "description"),
    Field.AT: ("at", "created at", "timestamp", "date", "datetime", "time", "given at", "created"),
    Field.VALUE: ("value", "company value", "core value", "hashtag", "hashtags", "tag", "tags"),
}
LIKELY: Mapping[Product, Mapping[Field, tuple[str, ...]]] = {
    Product.CSV: _USUAL,
    Product.HEYTACO: _USUAL
    | {
        Field.POINTS: ("tacos", "taco count", "tacos given", *_USUAL[Field.POINTS], "count"),
        Field.REASON: ("message", *_USUAL[Field.REASON]),
        Field.VALUE: ("tag", "tags", "hashtag", "hashtags"),
    },
    Product.BONUSLY: _USUAL
    | {
        Field.POINTS: ("amount", "points"),
        Field.REASON: ("reason", "reason decoded", *_USUAL[Field.REASON]),
        Field.VALUE: ("hashtag", "hashtags", "company value", "value"),
    },
}

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # what is older was misread
_USER_ID = re.compile(r"(?:<@)?([UW][A-Z0-9]{4,30})(?:\|[^<>]*)?>?")
_POINTS = re.compile(r"\+?(\d{1,9})(?:\.0{1,2})?(?:\s*[^\W\d_]{1,20})?")  # not `1,000` or `1.5`
_SECONDS = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_MILLISECONDS = re.compile(r"\d{12,13}")
_UTC_NAMED = re.compile(r"\s*(?:UTC|GMT)$")
_TAG = re.compile(r"#([^\s#,;]+)")
_SEVERAL = re.compile(r"[,;|\n]|\s+&\s+|\s+and\s+")
# Months by name: only these say by themselves which number is the day.
_FORMS = (
    *("%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d"),
    *("%B %d, %Y %I:%M %p", "%b %d, %Y %I:%M %p", "%B %d, %Y at %I:%M %p"),
    *("%b %d, %Y, %I:%M %p", "%B %d, %Y %H:%M", "%b %d, %Y %H:%M", "%B %d, %Y", "%b %d, %Y"),
    *("%d %B %Y %H:%M", "%d %b %Y %H:%M", "%d %B %Y", "%d %b %Y", "%a, %d %b %Y %H:%M:%S %z"),
)
_BIDIRECTIONAL = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class RowFault(StrEnum):
    """Why a row cannot be taken."""

    MISSING = "missing"  # what: the column
    UNKNOWN_PERSON = "unknown_person"  # what: the name
    SEVERAL_PEOPLE = "several_people"  # what: the name that several have
    TOO_MANY = "too_many"  # receivers
    SELF = "self"  # the giver is the only receiver
    NO_POINTS = "no_points"  # what: the cell
    NO_MOMENT = "no_moment"  # what: the cell
    FUTURE = "future"  # what: the cell
    NO_ROW = "no_row"  # what: what reading the table says


@dataclass(eq=False)
class BadRowError(Exception):
    """A row cannot be taken."""

    fault: RowFault
    what: str = ""


class ImportFault(StrEnum):
    """Why a whole file cannot be taken."""

    NO_COLUMN = "no_column"  # field, found: the columns that there are
    NO_SUCH_COLUMN = "no_such_column"  # what: the name that was given, found: as above
    NO_TABLE = "no_table"
    NO_WORKSPACE = "no_workspace"  # what: the id, found: those that there are
    NO_PEOPLE = "no_people"  # what: the file in which people's ids should be
    UNCLEAR_MAP = "unclear_map"  # what: the part that cannot be read


@dataclass(eq=False)
class CannotImportError(Exception):
    """A file cannot be taken; nothing of it was stored."""

    fault: ImportFault
    what: str = ""
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """One row of another product's history."""

    natural_key: str
    giver_id: str
    receiver_ids: tuple[str, ...]
    points: int  # for each receiver
    reason: str
    value: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class People:
    """Who is meant by what stands in a cell."""

    ids: frozenset[str]
    by_name: Mapping[str, frozenset[str]]  # display name, in small letters
    told: Mapping[str, str] = field(default_factory=dict)  # by the operator, in small letters

    def find(self, cell: str) -> str | None:
        """Return the id of who is meant; None for nobody. Raises `BadRowError` for several."""
        text = _line(cell)
        if text.casefold() in self.told:
            return self.told[text.casefold()]
        match = _USER_ID.fullmatch(text)
        if match is not None and match[1] in self.ids:
            return match[1]
        of_name = self.by_name.get(text.removeprefix("@").casefold(), frozenset())
        if len(of_name) > 1:
            raise BadRowError(RowFault.SEVERAL_PEOPLE, text)
        return next(iter(of_name), None)


def people_of(names: Iterable[tuple[str, str]], told: Mapping[str, str]) -> People:
    """Return who is meant by which name; `names` are ids with display names."""
    ids: set[str] = set()
    by_name: dict[str, set[str]] = {}
    for user_id, name in names:
        ids.add(user_id)
        by_name.setdefault(_line(name).casefold(), set()).add(user_id)
    sets = {name: frozenset(of_name) for name, of_name in by_name.items()}
    known = {_line(name).casefold(): user_id for name, user_id in told.items() if user_id in ids}
    return People(frozenset(ids), sets, known)


def columns_of(
    product: Product, header: Sequence[str], chosen: Mapping[Field, str]
) -> dict[Field, int]:
    """Return where in a row each thing stands; raises `CannotImportError`."""
    found = tuple(_line(name) for name in header)
    places = {_folded(name): index for index, name in reversed(list(enumerate(found)))}
    columns = {}
    for what in Field:
        if what in chosen:
            if _folded(chosen[what]) not in places:
                raise CannotImportError(ImportFault.NO_SUCH_COLUMN, chosen[what], found)
            columns[what] = places[_folded(chosen[what])]
            continue
        for name in LIKELY[product][what]:
            if name in places and places[name] not in columns.values():
                columns[what] = places[name]
                break
        else:
            if what in NEEDED:
                raise CannotImportError(ImportFault.NO_COLUMN, what, found)
    return columns


def read_map(text: str) -> dict[Field, str]:
    """Return the columns that `giver=From,receiver=To` names; raises `CannotImportError`."""
    chosen = {}
    for part in text.split(",") if text.strip() else []:
        name, equals, column = part.partition("=")
        if not equals or name.strip() not in set(Field) or not column.strip():
            raise CannotImportError(ImportFault.UNCLEAR_MAP, part.strip())
        chosen[Field(name.strip())] = column.strip()
    return chosen


@dataclass
class RowReader:
    """Reads the rows of one file, in their order: equal ones are told apart by how many came."""

    columns: Mapping[Field, int]
    people: People
    zone: ZoneInfo
    now: datetime
    values: tuple[str, ...] = ()  # of the workspace, in the spelling that it uses
    date_form: str | None = None
    _seen: dict[bytes, int] = field(default_factory=dict)

    def read(self, row: Sequence[str]) -> Given:
        """Return what a row tells; raises `BadRowError`."""
        cells = {
            what: row[index].strip() if index < len(row) else ""
            for what, index in self.columns.items()
        }
        for what in NEEDED:
            if not cells[what]:
                raise BadRowError(RowFault.MISSING, what)
        giver_id = self.people.find(cells[Field.GIVER])
        if giver_id is None:
            raise BadRowError(RowFault.UNKNOWN_PERSON, _line(cells[Field.GIVER]))
        receiver_ids = self._receivers(cells[Field.RECEIVER], giver_id)
        points = _points(cells[Field.POINTS]) if Field.POINTS in cells else 1
        wall, at = self._moment(cells[Field.AT])
        reason = _words(cells.get(Field.REASON, ""))
        value = self._value(cells.get(Field.VALUE, ""))
        told = (
            giver_id,
            *sorted(receiver_ids),
            str(points),
            reason,
            (value or "").casefold(),
            wall,
        )
        return Given(self._natural_key(told), giver_id, receiver_ids, points, reason, value, at)

    def _receivers(self, cell: str, giver_id: str) -> tuple[str, ...]:
        whole = self.people.find(cell)  # names have commas in them, too
        if whole is not None:
            ids = [whole]
        else:
            ids = []
            for part in filter(None, (each.strip() for each in _SEVERAL.split(cell))):
                found = self.people.find(part)
                if found is None:
                    raise BadRowError(RowFault.UNKNOWN_PERSON, _line(part))
                ids.append(found)
        others = tuple(dict.fromkeys(user_id for user_id in ids if user_id != giver_id))
        if not others:
            raise BadRowError(RowFault.SELF)
        if len(others) > RECEIVERS_MAX:
            raise BadRowError(RowFault.TOO_MANY)
        return others

    def _moment(self, cell: str) -> tuple[str, datetime]:
        """Return the moment, as it was written in one way of several and as it is."""
        found = _read_moment(cell, self.date_form)
        if found is None:
            raise BadRowError(RowFault.NO_MOMENT, cell[:50])
        wall = found.isoformat()
        try:
            at = (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError:  # beyond the end of the calendar
            raise BadRowError(RowFault.NO_MOMENT, cell[:50]) from None
        if at < EARLIEST:
            raise BadRowError(RowFault.NO_MOMENT, cell[:50])
        if at > self.now + timedelta(days=1):  # clocks differ, and so do zones
            raise BadRowError(RowFault.FUTURE, cell[:50])
        return wall, min(at, self.now)

    def _value(self, cell: str) -> str | None:
        tag = _TAG.search(cell)
        name = _line(tag[1] if tag else re.split(r"[,;|]", cell)[0]).strip("#").casefold()
        name = unicodedata.normalize("NFC", name)[:VALUE_LIMIT]
        known = {value.casefold(): value for value in self.values}
        return known.get(name, name) or None

    def _natural_key(self, told: tuple[str, ...]) -> str:
        digest = sha256("\x1f".join(told).encode(errors="replace")).digest()[:16]
        count = self._seen[digest] = self._seen.get(digest, 0) + 1
        return f"imported:{digest.hex()}:{count}"


def _points(cell: str) -> int:
    match = _POINTS.fullmatch(cell)
    if match is None or not 1 <= int(match[1]) <= POINTS_LIMIT:
        raise BadRowError(RowFault.NO_POINTS, cell[:50])
    return int(match[1])


def _read_moment(cell: str, form: str | None) -> datetime | None:
    """Return the moment, without a zone where none is named; a day alone is its noon."""
    if form is None and _SECONDS.fullmatch(cell):
        return datetime.fromtimestamp(float(cell), UTC)
    if form is None and _MILLISECONDS.fullmatch(cell):
        return datetime.fromtimestamp(int(cell) / 1000, UTC)
    text = _UTC_NAMED.sub("+00:00", cell)
    if form is None:
        with suppress(ValueError):
            found = datetime.fromisoformat(text)
            return _at_noon(found, "" if len(text) <= len("2026-01-01") else "%H")
    for likely in _FORMS if form is None else (form,):
        with suppress(ValueError):
            # Without a zone it is the workspace's, which is not known here.
            return _at_noon(datetime.strptime(cell, likely), likely)  # noqa: DTZ007
    return None


def _at_noon(found: datetime, form: str) -> datetime:
    """Return the moment; of a day without a time its noon, which is that day in every near zone."""
    has_time = any(sign in form for sign in ("%H", "%I", "%c", "%X", "%s", "%T", "%R"))
    return found if has_time else datetime.combine(found.date(), time(12), found.tzinfo)


def _words(text: str) -> str:
    """Return what people wrote, without what only confuses, and no longer than a reason."""
    kept = "".join(
        character
        for character in text.translate(_BIDIRECTIONAL)
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return kept.strip()[:REASON_MAX_LENGTH]


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("\x00", "").split())


def _folded(name: str) -> str:
    """Return a column's name in small letters, with one blank for whatever parts its words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)  # `createdAt`
    return " ".join(re.sub(r"[\W_]+", " ", apart).casefold().split())
