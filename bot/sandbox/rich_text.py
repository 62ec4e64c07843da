"""Slack's demands on rich text: which parts a block has, and what may stand in each."""

from bot.sandbox.block_checks import Checker
from bot.sandbox.model import Json

# What each element cannot do without. Its page names no numbers, only kinds and fields.
ELEMENTS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "emoji": ("name",),
    "user": ("user_id",),
    "usergroup": ("usergroup_id",),
    "channel": ("channel_id",),
    "team": ("team_id",),
    "broadcast": ("range",),
    "link": ("url",),
    "date": ("format",),
    "color": ("value",),
}
CODE_ELEMENTS = frozenset({"text", "link"})
LIST_STYLES = frozenset({"bullet", "ordered"})
RANGES = frozenset({"here", "channel", "everyone"})
STYLES = frozenset({"bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink"})
MOST_PARTS = 1000


def check_rich_text(checker: Checker, block: Json, here: str) -> None:
    """Check a block, or a table's cell, of rich text."""
    for number, part in enumerate(checker.items(block, here, "elements", most=MOST_PARTS)):
        place = f"{here}/elements/{number}"
        type_ = part.get("type") if isinstance(part, dict) else None
        if not isinstance(part, dict):
            checker.fail(place, "must be an object")
        elif type_ == "rich_text_list":
            _list(checker, part, place)
        elif type_ in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
            _line(checker, part, place, is_code=type_ == "rich_text_preformatted")
        else:
            checker.fail(place, "unsupported rich text element")


def _list(checker: Checker, part: Json, here: str) -> None:
    checker.known(part, here, {"elements", "style", "indent", "offset", "border"})
    if part.get("style") not in LIST_STYLES:
        checker.fail(f"{here}/style", f"must be one of: {', '.join(sorted(LIST_STYLES))}")
    for number, item in enumerate(checker.items(part, here, "elements", most=MOST_PARTS, least=0)):
        place = f"{here}/elements/{number}"
        if isinstance(item, dict) and item.get("type") == "rich_text_section":
            _line(checker, item, place, is_code=False)
        else:
            checker.fail(place, "must be a rich_text_section")


def _line(checker: Checker, part: Json, here: str, *, is_code: bool) -> None:
    checker.known(
        part, here, {"elements", "border", "language"} if is_code else {"elements", "border"}
    )
    elements = checker.items(part, here, "elements", most=MOST_PARTS, least=0)
    for number, element in enumerate(elements):
        _element(checker, element, f"{here}/elements/{number}", is_code=is_code)


def _element(checker: Checker, element: object, here: str, *, is_code: bool) -> None:
    type_ = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or type_ not in ELEMENTS:
        checker.fail(here, "unsupported rich text element")
        return
    if is_code and type_ not in CODE_ELEMENTS:
        checker.fail(here, "must be text or a link")
    for name in ELEMENTS[type_]:
        checker.string(element, here, name, most=checker.any_length, required=True)
    if type_ == "link":
        checker.string(element, here, "url", most=3000)
    if type_ == "date" and not isinstance(element.get("timestamp"), int):
        checker.fail(here, "missing required field: timestamp")
    if type_ == "broadcast" and element.get("range") not in RANGES:
        checker.fail(f"{here}/range", f"must be one of: {', '.join(sorted(RANGES))}")
    style = element.get("style") or {}
    for name in sorted(style.keys() - STYLES):
        checker.fail(f"{here}/style/{name}", f"invalid additional property: {name}")
