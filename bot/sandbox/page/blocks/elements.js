// Block elements: each type and the function that draws it.

import { el, icon } from "../dom.js";
import { safeUrl } from "../mrkdwn.js";
import { openMenu } from "../menu.js";
import { renderDate, renderDateTime, renderTime } from "./dates.js";
import { renderCheckboxes, renderRadios } from "./choices.js";
import { renderSelect } from "./selects.js";
import { plainText } from "./text.js";
import { renderNumber, renderRichTextInput, renderText } from "./text_inputs.js";

function renderButton(element, block, surface) {
  const button = el("button", {
    type: "button", class: `button ${element.style ?? ""}`,
    "aria-label": element.accessibility_label, data: { key: surface.idOf(block, element) },
    onclick: async () => {
      if (button.getAttribute("aria-busy") === "true") return;
      if (element.url && safeUrl(element.url)) window.open(element.url, "_blank", "noopener,noreferrer");
      button.setAttribute("aria-busy", "true");
      await surface.pressed(block, element, { value: element.value ?? null, text: element.text });
      button.removeAttribute("aria-busy");
    },
  }, plainText(element.text.text));
  return button;
}

function renderOverflow(element, block, surface) {
  const button = el("button", {
    type: "button", class: "button overflow", "aria-label": "More options", "aria-haspopup": "menu",
    data: { key: surface.idOf(block, element) },
    onclick: () => openMenu(button, "More options", element.options.map((option) => ({
      label: plainText(option.text.text), detail: option.description?.text,
      run: () => {
        if (option.url && safeUrl(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
        surface.pressed(block, element, { selected_option: option });
      },
    }))),
  }, icon("more"));
  return button;
}

const ELEMENTS = {
  button: renderButton,
  overflow: renderOverflow,
  datepicker: renderDate,
  timepicker: renderTime,
  datetimepicker: renderDateTime,
  radio_buttons: renderRadios,
  checkboxes: renderCheckboxes,
  plain_text_input: renderText,
  email_text_input: renderText,
  url_text_input: renderText,
  number_input: renderNumber,
  rich_text_input: renderRichTextInput,
};

/** One element; selects of every kind share one function. */
export function renderElement(element, block, surface) {
  if (element.type.endsWith("_select")) return renderSelect(element, block, surface);
  if (Object.hasOwn(ELEMENTS, element.type)) return ELEMENTS[element.type](element, block, surface);
  return el("span", { class: "unknown-block" }, "Not drawn here: ", el("code", {}, element.type));
}
