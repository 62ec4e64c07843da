"""Which column of a table tells what.

HeyTaco's columns are those of its real exports, and our own are known. Those of other products are
unconfirmed: the help pages of Bonusly, Matter, Karma and Disco name none. So each thing is looked
for under the names that are likely, the surest first; what is called otherwise is named by the
operator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.history_import.faults import CannotImportError, ImportFault, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Product(StrEnum):
    """Whose export it is."""

    HEYTACO = "heytaco"
    BONUSLY = "bonusly"
    CSV = "csv"  # any other table, and what `kudos export --format csv` writes


class Field(StrEnum):
    """What a row tells."""

    GIVER = "giver"
    RECEIVER = "receiver"
    POINTS = "points"
    REASON = "reason"
    AT = "at"
    VALUE = "value"
    # In a table of ours alone:
    KUDOS_ID = "kudos_id"
    TEAM_ID = "team_id"
    AUDIENCE = "audience"
    CHANNEL_ID = "channel_id"
    REVERSED_AT = "reversed_at"


NEEDED = (Field.GIVER, Field.RECEIVER, Field.AT)
NAMED = (*NEEDED, Field.POINTS, Field.REASON, Field.VALUE)  # by the operator, with --map
OURS = (Field.KUDOS_ID, Field.TEAM_ID, Field.AUDIENCE, Field.CHANNEL_ID, Field.REVERSED_AT)

Columns = Mapping[Field, tuple[int, ...]]
"""Where each thing stands in a row; a person may stand in several columns, the surest first."""


def _person(*roles: str) -> tuple[str, ...]:
    """Returns the names of the columns of a person: an id says most, a name least."""
    kinds = ("id", "user id", "uid", "slack id", "email", "emails", "username", "", "name", "names")
    return tuple(f"{role} {kind}".strip() for kind in kinds for role in roles)


# Only columns of one role go together.
_PEOPLE: Mapping[Field, tuple[tuple[str, ...], ...]] = {
    Field.GIVER: (
        _person("giver"),
        _person("sender"),
        ("from user", *_person("from")),
        ("given by",),
    ),
    Field.RECEIVER: (
        _person("receiver", "receivers"),
        _person("recipient", "recipients"),
        ("to user", *_person("to")),
        ("given to",),
    ),
}
_USUAL: Mapping[Field, tuple[str, ...]] = {
    Field.POINTS: ("points", "amount", "quantity"),
    Field.REASON: ("reason", "message", "comment", "text", "note", "description"),
    Field.AT: ("at", "created at", "timestamp", "date", "datetime", "time", "given at", "created"),
    Field.VALUE: ("value", "company value", "core value", "hashtag", "hashtags", "tag", "tags"),
}
LIKELY: Mapping[Product, Mapping[Field, tuple[str, ...]]] = {
    Product.CSV: _USUAL,
    Product.HEYTACO: {
        **_USUAL,
        Field.POINTS: ("tacos", "taco count", "tacos given", *_USUAL[Field.POINTS], "count"),
        Field.REASON: ("message", *_USUAL[Field.REASON]),
        Field.VALUE: ("tag", "tags", "hashtag", "hashtags"),
    },
    Product.BONUSLY: {
        **_USUAL,
        Field.POINTS: ("amount", "points"),
        Field.REASON: ("reason", "reason decoded", *_USUAL[Field.REASON]),
        Field.VALUE: ("hashtag", "hashtags", "company value", "value"),
    },
}


def product_of(header: Sequence[str]) -> Product:
    """Returns whose table has such columns, where nobody has said it."""
    return Product.HEYTACO if "tacos" in map(_folded, header) else Product.CSV


def is_ours(header: Sequence[str]) -> bool:
    """Returns whether `kudos export --format csv` has named these columns."""
    names = {name.strip().casefold() for name in header}
    return names.issuperset({*OURS, "giver_id", "receiver_id", "points", "created_at"})


def columns_of(
    product: Product, header: Sequence[str], chosen: Mapping[Field, str]
) -> dict[Field, tuple[int, ...]]:
    """Returns where in a row each thing stands; raises `CannotImportError`."""
    found = tuple(one_line(name) for name in header)
    places = {_folded(name): index for index, name in reversed(list(enumerate(found)))}
    columns: dict[Field, tuple[int, ...]] = {}
    taken: set[int] = set()
    for what in NAMED:
        if what in chosen:
            if _folded(chosen[what]) not in places:
                raise CannotImportError(ImportFault.NO_SUCH_COLUMN, chosen[what], found)
            columns[what] = (places[_folded(chosen[what])],)
        elif at := next(filter(None, _likely(product, what, places, taken)), ()):
            columns[what] = at
        elif what in NEEDED:
            raise CannotImportError(ImportFault.NO_COLUMN, what, found)
        taken.update(columns.get(what, ()))
    if is_ours(header):
        columns |= {what: (places[_folded(what)],) for what in OURS}
    return columns


def _likely(
    product: Product, what: Field, places: Mapping[str, int], taken: set[int]
) -> Iterator[tuple[int, ...]]:
    def there(names: Sequence[str]) -> tuple[int, ...]:
        found = (places[name] for name in names if name in places)
        return tuple(dict.fromkeys(index for index in found if index not in taken))

    if what in _PEOPLE:
        yield from map(there, _PEOPLE[what])
    else:
        yield there(LIKELY[product][what])[:1]


def read_map(text: str) -> dict[Field, str]:
    """Returns the columns that `giver=From,receiver=To` names; raises `CannotImportError`."""
    chosen = {}
    for part in text.split(",") if text.strip() else []:
        name, equals, column = part.partition("=")
        if not equals or name.strip() not in set(NAMED) or not column.strip():
            raise CannotImportError(ImportFault.UNCLEAR_MAP, part.strip())
        chosen[Field(name.strip())] = column.strip()
    return chosen


def _folded(name: str) -> str:
    """Returns a column's name in small letters, with one blank for whatever parts its words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)  # `createdAt`
    return " ".join(re.sub(r"[\W_]+", " ", apart).casefold().split())
