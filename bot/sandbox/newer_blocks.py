"""The limits of Slack's newer blocks, as far as its documentation names any."""

from collections.abc import Callable

from bot.sandbox.block_checks import Checker
from bot.sandbox.model import Json

MOST_CARDS = 10
MOST_CHILDREN = 10
MOST_CHARTS = 2
MOST_POINTS = 20
MOST_CHART_CHARACTERS = 20
MOST_DATA_ROWS = 100
MOST_DATA_COLUMNS = 20
MOST_DATA_CHARACTERS = 10_000
NESTING = frozenset({"card", "carousel", "container"})
ALERT_LEVELS = frozenset({"default", "info", "warning", "error", "success"})


def _alert(checker: Checker, block: Json, here: str) -> None:
    if block.get("level", "default") not in ALERT_LEVELS:
        checker.fail(f"{here}/level", f"must be one of: {', '.join(sorted(ALERT_LEVELS))}")


def _card(checker: Checker, block: Json, here: str) -> None:
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        checker.text(block, here, name, most=most)


def _carousel(checker: Checker, block: Json, here: str) -> None:
    for number, card in enumerate(checker.items(block, here, "elements", most=MOST_CARDS)):
        place = f"{here}/elements/{number}"
        if isinstance(card, dict) and card.get("type") == "card":
            _card(checker, card, place)
        else:
            checker.fail(place, "must be a card")


def _container(checker: Checker, block: Json, here: str) -> None:
    checker.text(block, here, "title", most=150)
    for number, child in enumerate(
        checker.items(block, here, "child_blocks", most=MOST_CHILDREN, required=False)
    ):
        if not isinstance(child, dict) or child.get("type") in NESTING:
            checker.fail(f"{here}/child_blocks/{number}", "unsupported type")


def _chart(checker: Checker, block: Json, here: str) -> None:
    series = checker.items(block, here, "series", most=MOST_POINTS, required=False)
    for number, one in enumerate(series):
        place = f"{here}/series/{number}"
        if not isinstance(one, dict):
            checker.fail(place, "must be an object")
            continue
        checker.string(one, place, "name", most=MOST_CHART_CHARACTERS)
        points = checker.items(one, place, "data", most=MOST_POINTS, required=False)
        for at, point in enumerate(points):
            if isinstance(point, dict):
                checker.string(point, f"{place}/data/{at}", "label", most=MOST_CHART_CHARACTERS)


def _data_table(checker: Checker, block: Json, here: str) -> None:
    size = 0
    for number, row in enumerate(checker.items(block, here, "rows", most=MOST_DATA_ROWS)):
        place = f"{here}/rows/{number}"
        cells = checker.items({"row": row}, place, "row", most=MOST_DATA_COLUMNS)
        size += sum(len(str(cell.get("text", ""))) for cell in cells if isinstance(cell, dict))
    if size > MOST_DATA_CHARACTERS:
        checker.fail(f"{here}/rows", f"must be less than {MOST_DATA_CHARACTERS + 1} characters")


def _unlimited(_checker: Checker, _block: Json, _here: str) -> None:
    """Blocks whose limits the documentation leaves open are taken as they are."""


NEWER_BLOCKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context_actions": _unlimited,
    "data_table": _data_table,
    "data_visualization": _chart,
    "file": _unlimited,
}
