// Pickers for a date, a time, and both: the browser's own.

import { fromLocalInput, toLocalInput } from "../dates.js";
import { el } from "../dom.js";
import { tells } from "./text_inputs.js";

function picker(type, toInput, fromInput) {
  return (element, block, surface) => {
    const id = surface.idOf(block, element);
    const field = el("input", {
      type, id, class: "field picker", data: { key: id },
      "aria-label": block.type === "input" ? null : element.placeholder?.text ?? "Choose",
      autofocus: element.focus_on_load,
      value: toInput(surface.values.get(block, element)),
      onchange: () => surface.changed(block, element, fromInput(field.value), { isAction: tells(block) }),
    });
    return field;
  };
}

const same = (value) => value ?? "";
const textOrNull = (text) => text || null;

export const renderDate = picker("date", same, textOrNull);
export const renderTime = picker("time", same, textOrNull);
export const renderDateTime = picker(
  "datetime-local", (seconds) => (seconds ? toLocalInput(seconds) : ""), fromLocalInput,
);
