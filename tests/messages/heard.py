"""What a screen reader says of buttons and fields, and whether that tells them apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
CHOSEN_FROM = ("_select", "datepicker", "timepicker", "checkboxes", "radio_buttons", "overflow")


def heard_alike(payload: Json) -> list[str]:
    """Returns what two buttons, or two fields, of one message or view are both called."""
    counted = Counter(_heard(payload.get("blocks") or []))
    alike = [(named, count) for named, count in counted.items() if count > 1]
    return [f"{kind} {said!r} {count} times" for (kind, said), count in alike]


def _heard(blocks: list[Json]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block["type"] == "input":
            yield "field", block["label"]["text"]
        elements = [*block.get("elements", []), block.get("accessory") or {}]
        for element in elements:
            type_ = element.get("type", "")
            if type_ == "button":
                yield "button", element.get("accessibility_label") or element["text"]["text"]
            elif type_.endswith(CHOSEN_FROM):
                # Slack gives these no label of their own: what is chosen, or may be, is heard.
                said = element.get("initial_option", {}).get("text") or element.get("placeholder")
                yield type_, (said or {}).get("text", "")
