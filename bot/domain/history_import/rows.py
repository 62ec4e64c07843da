"""What the rows of a table tell that is imported: of another product, or of ours."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.history_import.columns import NEEDED, Field
from bot.domain.history_import.faults import BadRowError, RowFault, one_line
from bot.domain.history_import.moments import CLOCKS_DIFFER, EARLIEST, read_moment
from bot.domain.kudos import Audience, Receipt
from bot.domain.settings.fields import POINTS_LIMIT
from bot.domain.spreadsheets import plain_text
from bot.domain.values import VALUE_LIMIT
from bot.domain.workspaces import REASON_MAX_LENGTH, RECEIVERS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.domain.history_import.columns import Columns, Product
    from bot.domain.history_import.moments import DateOrder
    from bot.domain.history_import.people import People

_POINTS = re.compile(r"\+?(\d{1,9})(?:\.0{1,2})?(?:\s*[^\W\d_]{1,20})?")  # not `1,000` or `1.5`
_TAG = re.compile(r"#([^\s#,;]+)")
_KUDOS_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
_BIDIRECTIONAL = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True, slots=True)
class Given:
    """Thanks that a table tells of."""

    natural_key: str
    giver_id: str
    receipts: tuple[Receipt, ...]
    reason: str
    value: str | None
    at: datetime
    kudos_id: str | None = None  # of thanks that another Kudos had
    audience: Audience = Audience.PUBLIC
    channel_id: str = ""

    @property
    def receiver_ids(self) -> tuple[str, ...]:
        """The receivers, in the order in which they were named."""
        return tuple(receipt.user_id for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class Understood:
    """How a file is read, with the first row of it as it was understood."""

    product: Product
    is_ours: bool
    encoding: str
    delimiter: str
    zone: str
    date_order: DateOrder | None = None
    date_evidence: str = ""  # the date that says so; empty where the operator did
    line: int = 0
    first: Given | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # of the people in that row
    sheet: str = ""  # of a workbook


@dataclass(frozen=True, slots=True)
class ImportNoted:
    """An import that is on record."""

    team_id: str
    import_id: str
    file_name: str
    standing: int  # thanks of it that were not taken back with it
    begun_at: datetime
    ended_at: datetime | None
    undone_at: datetime | None


Line = int
Row = tuple[Line, "Given | BadRowError | None"]  # None for thanks that were taken back


@dataclass
class RowReader:
    """Reads the rows of one file, in their order: equal ones are told apart by how many came."""

    columns: Columns
    people: People
    team_id: str
    zone: ZoneInfo
    now: datetime
    values: tuple[str, ...] = ()  # of the workspace, in the spelling that it uses
    date_form: str | None = None
    date_order: DateOrder | None = None
    _seen: dict[bytes, int] = field(default_factory=dict)
    _of_team: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether Kudos has written the table."""
        return Field.KUDOS_ID in self.columns

    def read(self, row: Sequence[str]) -> Given | None:
        """Returns what a row tells, None if it was taken back; raises `BadRowError`."""
        if self.is_ours:
            return self._read_ours([plain_text(cell) for cell in row])
        for what in NEEDED:
            if not self._text(row, what):
                raise BadRowError(RowFault.MISSING, what)
        giver_id = self.people.find(self._cells(row, Field.GIVER))
        found = self.people.find_several(self._cells(row, Field.RECEIVER))
        receiver_ids = _without(giver_id, found)
        has_points = Field.POINTS in self.columns
        points = _points(self._text(row, Field.POINTS), at_least=1) if has_points else 1
        wall, at = self._moment(self._text(row, Field.AT))
        reason = _words(self._text(row, Field.REASON))
        value = self._value(self._text(row, Field.VALUE))
        told = (
            giver_id,
            *sorted(receiver_ids),
            str(points),
            reason,
            (value or "").casefold(),
            wall,
        )
        return Given(
            natural_key=self._natural_key(told),
            giver_id=giver_id,
            receipts=tuple(Receipt(user_id, points) for user_id in receiver_ids),
            reason=reason,
            value=value,
            at=at,
        )

    def _read_ours(self, row: Sequence[str]) -> Given | None:
        team_id, kudos_id = self._text(row, Field.TEAM_ID), self._text(row, Field.KUDOS_ID)
        self._of_team = self._of_team or team_id
        if team_id != self._of_team:
            raise BadRowError(RowFault.OTHER_TEAM, team_id[:50])
        if self._text(row, Field.REVERSED_AT):
            return None
        if _KUDOS_ID.fullmatch(kudos_id) is None:
            raise BadRowError(RowFault.MISSING, Field.KUDOS_ID)
        has_own_ids = team_id == self.team_id
        giver_id, receiver_id = (
            self.people.find(self._cells(row, who), has_own_ids=has_own_ids, may_lack_name=True)
            for who in (Field.GIVER, Field.RECEIVER)
        )
        if receiver_id == giver_id:
            raise BadRowError(RowFault.SELF)
        points = _points(self._text(row, Field.POINTS), at_least=0)
        audience = self._text(row, Field.AUDIENCE)
        if audience not in set(Audience):
            raise BadRowError(RowFault.NO_AUDIENCE, audience[:50])
        _, at = self._moment(self._text(row, Field.AT))
        return Given(
            natural_key=f"imported:kudos:{kudos_id}",
            giver_id=giver_id,
            receipts=(Receipt(receiver_id, points),),
            reason=_words(self._text(row, Field.REASON)),
            value=one_line(self._text(row, Field.VALUE))[:VALUE_LIMIT] or None,
            at=at,
            kudos_id=kudos_id,
            audience=Audience(audience),
            channel_id=self._text(row, Field.CHANNEL_ID)[:32],
        )

    def _cells(self, row: Sequence[str], what: Field) -> list[str]:
        places = self.columns.get(what, ())
        return [row[index].strip() if index < len(row) else "" for index in places]

    def _text(self, row: Sequence[str], what: Field) -> str:
        return next(filter(None, self._cells(row, what)), "")

    def _moment(self, cell: str) -> tuple[str, datetime]:
        """Returns the moment, as it was written in one way of several and as it is."""
        found = read_moment(cell, self.date_form, self.date_order)
        if found is None:
            raise BadRowError(RowFault.NO_MOMENT, cell[:50])
        wall = found.isoformat()
        try:
            at = (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError:  # beyond the end of the calendar
            raise BadRowError(RowFault.NO_MOMENT, cell[:50]) from None
        if at < EARLIEST:
            raise BadRowError(RowFault.NO_MOMENT, cell[:50])
        if at > self.now + CLOCKS_DIFFER:
            raise BadRowError(RowFault.FUTURE, cell[:50])
        return wall, min(at, self.now)

    def _value(self, cell: str) -> str | None:
        tag = _TAG.search(cell)
        name = one_line(tag[1] if tag else re.split(r"[,;|]", cell)[0]).strip("#").casefold()
        name = unicodedata.normalize("NFC", name)[:VALUE_LIMIT]
        known = {value.casefold(): value for value in self.values}
        return known.get(name, name) or None

    def _natural_key(self, told: tuple[str, ...]) -> str:
        digest = sha256("\x1f".join(told).encode(errors="replace")).digest()[:16]
        count = self._seen[digest] = self._seen.get(digest, 0) + 1
        return f"imported:{digest.hex()}:{count}"


def grouped(rows: Iterable[Row]) -> Iterator[Row]:
    """Yields thanks of ours as wholes: their table has a row for each receiver, side by side."""
    waiting: tuple[Line, Given] | None = None
    begun: set[bytes] = set()  # of thanks of ours, so that none is stored with half its receivers
    for line, found in rows:
        if waiting is not None and isinstance(found, Given) and _are_one(found, waiting[1]):
            whole = _with_receiver(waiting[1], found)
            if isinstance(whole, Given):
                waiting = waiting[0], whole
            else:
                yield line, whole
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if not isinstance(found, Given) or found.kudos_id is None:
            yield line, found
            continue
        digest = sha256(found.kudos_id.encode()).digest()[:8]
        if digest in begun:
            yield line, BadRowError(RowFault.SCATTERED, found.kudos_id)
        else:
            begun.add(digest)
            waiting = line, found
    if waiting is not None:
        yield waiting


def _are_one(given: Given, other: Given) -> bool:
    return given.kudos_id is not None and given.kudos_id == other.kudos_id


def _with_receiver(given: Given, more: Given) -> Given | BadRowError:
    kudos_id = given.kudos_id or ""
    if replace(more, receipts=given.receipts) != given:
        return BadRowError(RowFault.UNLIKE, kudos_id)
    [receipt] = more.receipts
    if receipt.user_id in given.receiver_ids:
        return BadRowError(RowFault.UNLIKE, kudos_id)
    if len(given.receipts) >= RECEIVERS_MAX:
        return BadRowError(RowFault.TOO_MANY)
    return replace(given, receipts=(*given.receipts, receipt))


def _without(giver_id: str, found: Sequence[str]) -> tuple[str, ...]:
    others = tuple(dict.fromkeys(user_id for user_id in found if user_id != giver_id))
    if not others:
        raise BadRowError(RowFault.SELF)
    if len(others) > RECEIVERS_MAX:
        raise BadRowError(RowFault.TOO_MANY)
    return others


def _points(cell: str, *, at_least: int) -> int:
    match = _POINTS.fullmatch(cell)
    if match is None or not at_least <= int(match[1]) <= POINTS_LIMIT:
        raise BadRowError(RowFault.NO_POINTS, cell[:50])
    return int(match[1])


def _words(text: str) -> str:
    """Returns what people wrote, without what only confuses, and no longer than a reason."""
    kept = "".join(
        character
        for character in text.translate(_BIDIRECTIONAL)
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return kept.strip()[:REASON_MAX_LENGTH]
