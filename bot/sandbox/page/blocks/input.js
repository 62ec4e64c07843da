// The input block: label, element, hint and the error a submission came back with.

import { el } from "../dom.js";
import { renderElement } from "./elements.js";
import { plainText } from "./text.js";

/** Groups of boxes are labelled as a group; everything else is one field with a label of its own. */
const GROUPS = new Set(["checkboxes", "radio_buttons"]);

export function renderInput(block, surface) {
  const id = surface.idOf(block, block.element);
  const isGroup = GROUPS.has(block.element.type);
  const field = renderElement(block.element, block, surface);
  const label = [plainText(block.label.text), block.optional ? el("span", { class: "optional" }, " (optional)") : null];
  return el(isGroup ? "fieldset" : "div", { class: "block input", data: { block: block.block_id } },
    isGroup ? el("legend", {}, label) : el("label", { for: id }, label),
    field,
    el("p", { class: "input-error", id: `${id}-error`, role: "alert", hidden: true }),
    block.hint ? el("p", { class: "hint", id: `${id}-hint` }, plainText(block.hint.text)) : null);
}

/** Shows each block's error at its field, takes the others away, and returns the first one's field. */
export function showErrors(container, errors) {
  let first = null;
  for (const node of container.querySelectorAll(".block.input")) {
    const text = errors[node.dataset.block];
    const place = node.querySelector(".input-error");
    place.textContent = text ?? "";
    place.hidden = !text;
    const field = node.querySelector("input, textarea, select, [role=combobox]");
    if (!field) continue;
    if (text) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", place.id);
      first ??= field;
    } else {
      field.removeAttribute("aria-invalid");
    }
  }
  return first;
}
