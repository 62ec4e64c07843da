// Block Kit: each block type and the function that draws it.

import { el } from "../dom.js";
import { renderElement } from "./elements.js";
import { renderImage, smallImage } from "./image.js";
import { renderInput } from "./input.js";
import { renderMarkdown } from "./markdown.js";
import { renderRichText } from "./rich_text.js";
import { renderTable } from "./table.js";
import { plainText, textObject } from "./text.js";

function renderSection(block, surface) {
  return el("div", { class: "block section" },
    el("div", { class: "section-words" },
      block.text ? el("div", { class: "section-text" }, textObject(block.text)) : null,
      block.fields ? el("div", { class: "section-fields" },
        block.fields.map((field) => el("div", {}, textObject(field)))) : null),
    block.accessory ? el("div", { class: "section-accessory" },
      block.accessory.type === "image"
        ? smallImage(block.accessory, "accessory-image", surface)
        : renderElement(block.accessory, block, surface)) : null);
}

function renderContext(block, surface) {
  return el("div", { class: "block context" }, block.elements.map((element) => (
    element.type === "image"
      ? smallImage(element, "context-image", surface)
      : el("span", { class: "context-text" }, textObject(element)))));
}

const BLOCKS = {
  section: renderSection,
  header: (block) => el("h3", { class: "block header" }, plainText(block.text.text)),
  divider: () => el("hr", { class: "block divider" }),
  context: renderContext,
  actions: (block, surface) => el("div", { class: "block actions" },
    block.elements.map((element) => renderElement(element, block, surface))),
  image: renderImage,
  input: renderInput,
  rich_text: renderRichText,
  markdown: renderMarkdown,
  table: renderTable,
};

/** A list of blocks as nodes; one of an unknown type, or one that is broken, as a small box. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block, index) => renderBlock({ block_id: `block-${index}`, ...block }, surface));
}

function renderBlock(block, surface) {
  if (!Object.hasOwn(BLOCKS, block.type)) return unknown(block.type);
  try {
    return BLOCKS[block.type](block, surface);
  } catch (error) {
    // A malformed block must not take the rest of the conversation with it.
    console.warn(`A ${block.type} block could not be drawn:`, error);
    return unknown(`${block.type} (could not be drawn)`);
  }
}

function unknown(type) {
  return el("div", { class: "block unknown-block" }, "Not drawn here: ", el("code", {}, type), " block");
}

