"""Slack's limits on the elements inside blocks: buttons, inputs, selects, options."""

import re
from collections.abc import Callable

from bot.sandbox.block_checks import Checker
from bot.sandbox.element_fields import ELEMENT_FIELDS, FILTER_FIELDS, FILTER_KINDS
from bot.sandbox.model import Json
from bot.sandbox.rich_text import check_rich_text

MOST_OPTIONS = 100
MOST_CHOICES = 10
MOST_OVERFLOW = 5
MOST_INPUT_CHARACTERS = 3000
MOST_FILES = 10
ADDRESS = re.compile(r"https?://\S+")
# Buttons may lead into the client, too: https://docs.slack.dev/interactivity/deep-linking
LINK = re.compile(r"(?:https?|slack)://\S+")

SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
CHOICES = frozenset({"checkboxes", "radio_buttons"})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
TYPED = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})

PICKED = {
    "datepicker": ("initial_date", r"\d{4}-\d\d-\d\d"),
    "timepicker": ("initial_time", r"([01]\d|2[0-3]):[0-5]\d"),
    "datetimepicker": ("initial_date_time", r"\d{10}"),
}
MODAL_ONLY = frozenset({"number_input", "file_input"})

ALLOWED: dict[str, frozenset[str]] = {
    "section": SELECTS | CHOICES | PICKERS | {"button", "overflow", "image", "workflow_button"},
    "actions": SELECTS | CHOICES | PICKERS | {"button", "overflow", "workflow_button"},
    "context": frozenset({"image"}),
    "input": SELECTS | CHOICES | PICKERS | TYPED | {"rich_text_input", "file_input"},
}


def check_element(checker: Checker, element: object, here: str, place: str) -> None:
    """Check one element; `place` is the kind of block that it stands in."""
    if not isinstance(element, dict):
        checker.fail(here, "must be an object")
        return
    type_ = str(element.get("type"))
    # Slack's page on numbers speaks of modals alone, and so does that on files.
    is_elsewhere = type_ in MODAL_ONLY and checker.surface != "modal"
    if type_ not in ALLOWED[place] or is_elsewhere:
        checker.fail(f"{here}/type", f"unsupported type: {type_}")
        return
    for name in sorted(element.keys() - ELEMENT_FIELDS[type_] - {"type"}):
        checker.fail(f"{here}/{name}", f"invalid additional property: {name}")
    if element.get("focus_on_load"):
        checker.focus(here)
    if type_ == "image":
        checker.image(element, here)
        return
    checker.string(element, here, "action_id", most=255)
    if "confirm" in element:
        _check_confirm(checker, element["confirm"], f"{here}/confirm")
    if check := _check_of(type_):
        check(checker, element, here, type_)


def _check_of(type_: str) -> Callable[[Checker, Json, str, str], None] | None:
    kinds = (
        (frozenset({"button"}), _check_button),
        (SELECTS, _check_select),
        (CHOICES | {"overflow"}, _check_choices),
        (TYPED, _check_typed),
        (PICKERS, _check_picker),
        (frozenset({"file_input"}), _check_files),
        (frozenset({"rich_text_input"}), _check_rich_text_input),
    )
    return next((check for types, check in kinds if type_ in types), None)


def _check_files(checker: Checker, element: Json, here: str, _type: str) -> None:
    if not 1 <= int(element.get("max_files", 1)) <= MOST_FILES:
        checker.fail(f"{here}/max_files", f"must be from 1 to {MOST_FILES}")


def _check_rich_text_input(checker: Checker, element: Json, here: str, _type: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    initial = element.get("initial_value")
    if initial is None:
        return
    if not isinstance(initial, dict) or initial.get("type") != "rich_text":
        checker.fail(f"{here}/initial_value", "must be a rich_text block")
        return
    check_rich_text(checker, initial, f"{here}/initial_value")


def _check_button(checker: Checker, element: Json, here: str, _type: str) -> None:
    checker.text(element, here, "text", most=75, plain=True, required=True)
    checker.string(element, here, "value", most=2000, least=0)
    checker.string(element, here, "url", most=3000)
    if "url" in element and not LINK.fullmatch(str(element["url"])):
        checker.fail(f"{here}/url", "must be a valid URL")
    checker.string(element, here, "accessibility_label", most=75)
    if element.get("style") not in {None, "primary", "danger"}:
        checker.fail(f"{here}/style", "must be one of: primary, danger")


def _check_select(checker: Checker, element: Json, here: str, type_: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    if type_.startswith("multi_") and int(element.get("max_selected_items", 1)) < 1:
        checker.fail(f"{here}/max_selected_items", "must be at least 1")
    if element.get("response_url_enabled") and checker.surface != "modal":
        checker.fail(f"{here}/response_url_enabled", "is for modals only")
    if "filter" in element:
        _check_filter(checker, element["filter"], f"{here}/filter")
    if not type_.endswith("static_select"):
        return
    if ("options" in element) == ("option_groups" in element):
        checker.fail(here, "must have exactly one of options and option_groups")
    if "options" in element:
        options = checker.items(element, here, "options", most=MOST_OPTIONS)
        _check_options(checker, options, f"{here}/options", plain=True)
    groups = checker.items(element, here, "option_groups", most=MOST_OPTIONS, required=False)
    for number, group in enumerate(groups):
        place = f"{here}/option_groups/{number}"
        if not isinstance(group, dict):
            checker.fail(place, "must be an object")
            continue
        checker.text(group, place, "label", most=75, plain=True, required=True)
        options = checker.items(group, place, "options", most=MOST_OPTIONS)
        _check_options(checker, options, f"{place}/options", plain=True)
    _check_initial(checker, element, here)


def _check_choices(checker: Checker, element: Json, here: str, type_: str) -> None:
    most = MOST_OVERFLOW if type_ == "overflow" else MOST_CHOICES
    options = checker.items(element, here, "options", most=most)
    _check_options(checker, options, f"{here}/options", plain=type_ == "overflow")
    _check_initial(checker, element, here)


def _check_filter(checker: Checker, wanted: object, here: str) -> None:
    if not isinstance(wanted, dict) or not wanted:
        checker.fail(here, "must be an object with at least one field")
        return
    for name in sorted(wanted.keys() - FILTER_FIELDS):
        checker.fail(f"{here}/{name}", f"invalid additional property: {name}")
    if "include" in wanted and not set(wanted["include"] or ["nothing"]) <= FILTER_KINDS:
        checker.fail(f"{here}/include", f"must be some of: {', '.join(sorted(FILTER_KINDS))}")


def _check_picker(checker: Checker, element: Json, here: str, type_: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    name, form = PICKED[type_]
    value = element.get(name)
    if value is not None and not re.fullmatch(form, str(value)):
        checker.fail(f"{here}/{name}", "must be a valid date or time")


def _check_options(checker: Checker, options: list[object], here: str, *, plain: bool) -> None:
    for number, option in enumerate(options):
        place = f"{here}/{number}"
        if not isinstance(option, dict):
            checker.fail(place, "must be an object")
            continue
        for name in sorted(option.keys() - {"text", "value", "description", "url"}):
            checker.fail(f"{place}/{name}", f"invalid additional property: {name}")
        checker.text(option, place, "text", most=75, required=True, plain=plain)
        checker.text(option, place, "description", most=75, plain=plain)
        checker.string(option, place, "value", most=150, required=True)


def _check_initial(checker: Checker, element: Json, here: str) -> None:
    """What is chosen at first must be among the options, to the letter."""
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or [])]
    options += [one for group in groups if isinstance(group, dict) for one in group["options"]]
    initial = element.get("initial_options") or []
    if "initial_options" in element and not initial:
        checker.fail(f"{here}/initial_options", "no fewer than 1 items allowed")
    chosen = [*initial, *([element["initial_option"]] if element.get("initial_option") else [])]
    if any(one not in options for one in chosen):
        checker.fail(here, "initial option was not found in the options")


def _check_typed(checker: Checker, element: Json, here: str, type_: str) -> None:
    checker.text(element, here, "placeholder", most=150, plain=True)
    if type_ == "number_input":
        if not isinstance(element.get("is_decimal_allowed"), bool):
            checker.fail(here, "missing required field: is_decimal_allowed")
        for name in ("min_value", "max_value", "initial_value"):
            checker.string(element, here, name, most=MOST_INPUT_CHARACTERS)
            if not _is_number(element.get(name), is_decimal=element.get("is_decimal_allowed")):
                checker.fail(f"{here}/{name}", "must be a number")
        return
    checker.string(element, here, "initial_value", most=MOST_INPUT_CHARACTERS, least=0)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = element.get(name)
        if value is not None and not least <= int(value) <= MOST_INPUT_CHARACTERS:
            checker.fail(f"{here}/{name}", f"must be from {least} to {MOST_INPUT_CHARACTERS}")


def _check_confirm(checker: Checker, confirm: object, here: str) -> None:
    if not isinstance(confirm, dict):
        checker.fail(here, "must be an object")
        return
    for name in sorted(confirm.keys() - {"title", "text", "confirm", "deny", "style"}):
        checker.fail(f"{here}/{name}", f"invalid additional property: {name}")
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        checker.text(confirm, here, name, most=most, plain=True, required=True)


def _is_number(value: object, *, is_decimal: object) -> bool:
    form = r"-?\d+(\.\d+)?" if is_decimal else r"-?\d+"
    return value is None or re.fullmatch(form, str(value)) is not None
