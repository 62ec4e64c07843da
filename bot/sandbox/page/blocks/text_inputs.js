// Inputs for text, numbers and rich text.

import { withHandles } from "../completion.js";
import { el } from "../dom.js";
import { group } from "../people.js";
import { conversation, person } from "../state.js";

const HTML_TYPES = { email_text_input: "email", url_text_input: "url" };

/** Whether a change is told to the app at once: asked for by the block, or outside an input block. */
export function tells(block) {
  return block.type !== "input" || block.dispatch_action === true;
}

/** What all inputs of one line or several share. */
function commonProperties(element, block, surface) {
  const id = surface.idOf(block, element);
  return {
    id, placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load, data: { key: id },
    "aria-label": block.type === "input" ? null : element.placeholder?.text ?? "Text",
    "aria-describedby": block.hint ? `${id}-hint` : null,
    autocomplete: "off",
  };
}

/** Enter is the default; a pause in typing where the element asks for every character. */
function dispatchListeners(element, block, surface, read) {
  if (!tells(block)) return {};
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = null;
  const send = () => {
    clearTimeout(timer);
    surface.changed(block, element, read(), { isAction: true });
  };
  return {
    onenter: triggers.includes("on_enter_pressed") ? send : null,
    onpause: triggers.includes("on_character_entered") ? () => {
      clearTimeout(timer);
      timer = setTimeout(send, 350);
    } : null,
  };
}

function wire(field, element, block, surface, read) {
  const { onenter, onpause } = dispatchListeners(element, block, surface, read);
  field.addEventListener("input", () => {
    surface.changed(block, element, read());
    onpause?.();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !onenter || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    onenter();
  });
  return field;
}

export function renderText(element, block, surface) {
  const properties = {
    ...commonProperties(element, block, surface), class: "field",
    minlength: element.min_length, maxlength: element.max_length ?? 3000,
    value: surface.values.get(block, element) ?? "",
  };
  const field = element.multiline
    ? el("textarea", { ...properties, rows: 4 })
    : el("input", { ...properties, type: HTML_TYPES[element.type] ?? "text" });
  return wire(field, element, block, surface, () => field.value || null);
}

export function renderNumber(element, block, surface) {
  const field = el("input", {
    ...commonProperties(element, block, surface), type: "number", class: "field number",
    min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : "1",
    value: surface.values.get(block, element) ?? "",
  });
  return wire(field, element, block, surface, () => field.value || null);
}

/** What a part of rich text looks like where it is typed. */
const TYPED = {
  text: (part) => part.text,
  user: (part) => `@${person(part.user_id)?.handle ?? part.user_id}`,
  usergroup: (part) => `@${group(part.usergroup_id)?.handle ?? part.usergroup_id}`,
  broadcast: (part) => `@${part.range}`,
  channel: (part) => `#${conversation(part.channel_id)?.name ?? part.channel_id}`,
  emoji: (part) => `:${part.name}:`,
  link: (part) => part.url,
};

function plainOf(richText) {
  const lines = (richText?.elements ?? []).map((section) => (section.elements ?? [])
    .map((part) => TYPED[part.type]?.(part) ?? "").join(""));
  return lines.join("\n");
}

function richOf(text) {
  if (!text) return null;
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  };
}

/** A plain text area: what is typed becomes one section of rich text. */
export function renderRichTextInput(element, block, surface) {
  const field = el("textarea", {
    ...commonProperties(element, block, surface), class: "field", rows: 5,
    value: plainOf(surface.values.get(block, element)),
  });
  return wire(field, element, block, surface, () => richOf(withHandles(field.value)));
}
