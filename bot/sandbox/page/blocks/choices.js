// Radio buttons and checkboxes.

import { el } from "../dom.js";
import { textObject } from "./text.js";
import { tells } from "./text_inputs.js";

function box(type, element, option, block, surface, isChecked, onchange) {
  const name = surface.idOf(block, element);
  return el("label", { class: "choice" },
    el("input", {
      type, name, value: option.value, checked: isChecked, onchange,
      data: { key: `${name}-${option.value}` },
    }),
    el("span", { class: "choice-words" }, textObject(option.text),
      option.description ? el("span", { class: "choice-detail" }, textObject(option.description)) : null));
}

function group(role, element, block, boxes) {
  // Inside an input block the fieldset around it is the group already.
  const isLabelled = block.type === "input";
  return el("div", {
    class: "choices", role: isLabelled ? null : role, "aria-label": isLabelled ? null : "Options",
  }, boxes);
}

export function renderRadios(element, block, surface) {
  const chosen = surface.values.get(block, element)?.value;
  return group("radiogroup", element, block, element.options.map((option) => (
    box("radio", element, option, block, surface, option.value === chosen,
      () => surface.changed(block, element, option, { isAction: tells(block) })))));
}

export function renderCheckboxes(element, block, surface) {
  const chosen = new Set(surface.values.get(block, element).map((option) => option.value));
  const change = (option, isChecked) => {
    if (isChecked) chosen.add(option.value);
    else chosen.delete(option.value);
    const options = element.options.filter((one) => chosen.has(one.value));
    surface.changed(block, element, options, { isAction: tells(block) });
  };
  return group("group", element, block, element.options.map((option) => (
    box("checkbox", element, option, block, surface, chosen.has(option.value),
      (event) => change(option, event.target.checked)))));
}
