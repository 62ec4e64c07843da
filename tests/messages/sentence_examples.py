"""What the command line and the pages in the browser say, with everything that they can be told.

Each function is called with each of the samples of what it takes, so that a new one needs nothing
here unless it takes something new.
"""

from __future__ import annotations

import inspect
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from bot.domain.backup import CannotRestoreError, Copied, Restored, RestoreFault
from bot.domain.checks import Check, FileFault, Finding, InstallationFound, SchemaFound, Unfit
from bot.domain.history_import.columns import Field, Product
from bot.domain.history_import.faults import BadRowError, CannotImportError, ImportFault, RowFault
from bot.domain.history_import.moments import DateOrder
from bot.domain.history_import.rows import Given, ImportNoted, Understood
from bot.domain.kudos import Receipt
from bot.domain.periods import PeriodKind, period_of
from bot.domain.schedules import Due, LastResult, OccurrenceState, Schedule, ScheduleKind
from bot.domain.schedules import ScheduleStatus as Status
from bot.domain.transfer import Exported, Imported, TransferError, TransferFault
from bot.messages.installations import pages
from bot.messages.operations import (
    data,
    database,
    doctor,
    general,
    history,
    listening,
    posts,
    setup,
    unfit_database,
    workspaces,
)
from bot.messages.people import personal_data
from tests.messages.made_up import LINK, NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.messages.text.words import Words

MODULES = (
    *(doctor, pages, general, data, database, history),
    *(
        listening,
        posts,
        setup,
        workspaces,
        personal_data,
        unfit_database,
    ),
)
COUNTS = (0, 1, 2, 10**6)
TYPED = "ნინო"  # no Latin letter: what is in the sentence beside it is ours
PERIODS = {ScheduleKind.WEEKLY: "2026-W47", ScheduleKind.MONTHLY: "2026-11"}


def _schedules() -> Iterator[Status]:
    for kind in ScheduleKind:
        yield Status(kind, None, None, None)
        key = PERIODS.get(kind, "2026-W47")
        schedule = Schedule(kind, TYPED, 9, 0, "UTC")
        yield Status(kind, schedule, NOW, None)
        for state in OccurrenceState:
            for link in (None, LINK):
                last = LastResult(key, NOW, state, TYPED, TYPED, link)
                yield Status(kind, schedule, NOW, last)


def _findings() -> Iterator[Finding]:
    counts = {"kudos": 1, "waiting": 0, "off_seconds": 720}
    # What has details of its own is told below.
    own = {Check.SCHEDULES, Check.INSTALLATIONS, Check.UNFIT, Check.SIZES}
    own |= {Check.FILE, Check.WRITABLE, Check.SERVER}
    for check, is_ok in product(sorted(set(Check) - own), (True, False)):
        yield Finding(check, is_ok, (TYPED, TYPED), counts)
    yield Finding(Check.CLOCK, is_ok=False, counts={"off_seconds": -720})
    yield Finding(Check.SIZES, is_ok=True, counts={"bytes": 5_000, TYPED: 1})
    for schema in SchemaFound:
        yield Finding(Check.MIGRATIONS, schema is SchemaFound.CURRENT, (TYPED,), schema=schema)
    for fault in FileFault:
        for check in (Check.FILE, Check.WRITABLE):
            yield Finding(check, is_ok=False, details=(TYPED, fault, TYPED))
    yield Finding(Check.SERVER, is_ok=False, details=(TYPED,))
    for unfit in Unfit:
        yield Finding(Check.UNFIT, is_ok=False, details=(unfit, TYPED))
    for found in InstallationFound:
        is_ok = found is InstallationFound.GOOD
        yield Finding(Check.INSTALLATIONS, is_ok, (TYPED, TYPED), installation=found)
    for status in _schedules():
        is_ok = status.last is None or status.last.state is not OccurrenceState.WISHED
        yield Finding(Check.SCHEDULES, is_ok, (TYPED,), schedule=status)


def _due() -> Iterator[Due]:
    for kind, key in PERIODS.items():
        period = period_of(PeriodKind.WEEK if "W" in key else PeriodKind.MONTH, NOW.date())
        yield Due(Schedule(kind, TYPED, 9, 0, "UTC"), NOW, period, is_missed=False)


def _understood() -> Iterator[Understood]:
    yield Understood(
        Product.HEYTACO, is_ours=False, encoding="", delimiter="", zone="UTC", sheet=TYPED
    )
    given = Given("", TYPED, (Receipt(TYPED, 1),), TYPED * 40, None, NOW)
    for product_, delimiter, order in product(Product, ",;\t|#", (None, *DateOrder)):
        for evidence, first in (("", None), (TYPED, given)):
            yield Understood(
                *(product_, delimiter == "#", TYPED, delimiter, "UTC", order, evidence, 2, first)
            )


SAMPLES: dict[str, tuple[Any, ...]] = {
    "str": (TYPED,),
    "str | None": (None, TYPED),
    "int": COUNTS,
    "int | None": (None, 3000),
    "bool": (True, False),
    "datetime": (NOW,),
    "tuple[str, ...]": ((TYPED,), (TYPED,) * 3),
    "list[str]": ([TYPED], [TYPED] * 3),
    "Finding": tuple(_findings()),
    "Due": tuple(_due()),
    "OccurrenceState": tuple(OccurrenceState),
    "ScheduleKind": tuple(PERIODS),
    "Unfit": tuple(Unfit),
    "Copied": tuple(Copied(count, 1, count) for count in COUNTS),
    "Restored": tuple(
        Restored(TYPED, kept, is_older, 1, count, last_at)
        for kept in (None, TYPED)
        for is_older in (True, False)
        for count, last_at in ((0, None), (1, NOW), (7, NOW))
    ),
    "CannotRestoreError": tuple(CannotRestoreError(fault, TYPED, TYPED) for fault in RestoreFault),
    "Exported": tuple(Exported({TYPED: count}, "") for count in COUNTS),
    "Imported": tuple(
        Imported(stored, present, is_rehearsal=is_rehearsal, kudos_count=stored)
        for stored, present, is_rehearsal in product(COUNTS, COUNTS, (True, False))
    ),
    "list[ImportNoted]": (
        [],
        [
            ImportNoted(TYPED, TYPED, file_name, standing, NOW, ended_at, undone_at)
            for file_name, standing, ended_at, undone_at in product(
                ("", TYPED), (0, 1), (None, NOW), (None, NOW)
            )
        ],
    ),
    "Understood": tuple(_understood()),
    "TransferError": tuple(TransferError(fault, 3, TYPED, TYPED) for fault in TransferFault),
    "BadRowError": tuple(
        BadRowError(fault, Field.GIVER if fault is RowFault.MISSING else TYPED)
        for fault in RowFault
    ),
    "CannotImportError": tuple(
        CannotImportError(fault, Field.GIVER if fault is ImportFault.NO_COLUMN else TYPED, found)
        for fault in ImportFault
        for found in ((), (TYPED, TYPED))
    ),
}
# What is said of a schedule is a part of what the doctor tells; a period has a name of its own.
LEFT_OUT = {"schedule_good", "schedule_bad"}
# By the name of what is taken: periods, and what may be empty.
NAMED: dict[str, tuple[Any, ...]] = {
    "period": tuple(PERIODS.values()),
    "kind": tuple(PERIODS),
    "why": ("taken", "not_allowed", "not_ours", "other"),
    **dict.fromkeys(("error", "product", "typed", "zone"), (TYPED, "")),
}


@cache
def speaking() -> dict[str, Callable[..., Any]]:
    """Return every public function that says something to an operator or in the browser."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and name not in LEFT_OUT
        and inspect.signature(function).return_annotation in {"str", "Page"}
    }


def said(words: Words, name: str) -> Iterator[str]:
    """Yield all that such a function says, with each sample of what it takes."""
    function = speaking()[name]
    _, *parameters = inspect.signature(function).parameters.values()
    samples = [
        NAMED.get(each.name) or SAMPLES[each.annotation]
        if each.annotation in {"str", "ScheduleKind"}
        else SAMPLES[each.annotation]
        for each in parameters
    ]
    for values in product(*samples):
        arguments = dict(zip((each.name for each in parameters), values, strict=True))
        if arguments.get("kind") in PERIODS and arguments["period"] != PERIODS[arguments["kind"]]:
            continue
        told = function(words, **arguments)
        yield from (
            [told] if isinstance(told, str) else [told.title, *told.sentences, told.act, told.soft]
        )
