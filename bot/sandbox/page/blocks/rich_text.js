// Rich text: sections, lists, quotes and preformatted text.

import { slackDate } from "../dates.js";
import { el } from "../dom.js";
import { emojiNode } from "../emoji.js";
import { broadcast, channelMention, groupMention, link, mention, safeUrl } from "../mrkdwn.js";

const WRAPPERS = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"], ["underline", "u"]];

function styled(node, style = {}) {
  return WRAPPERS.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}

function broken(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

const PARTS = {
  text: (part) => el("span", {}, broken(part.text)),
  link: (part) => (safeUrl(part.url) ? link(part.url, part.text || part.url) : el("span", {}, part.text || part.url)),
  user: (part) => mention(part.user_id),
  usergroup: (part) => groupMention(part.usergroup_id),
  channel: (part) => channelMention(part.channel_id),
  emoji: (part) => emojiNode(part.skin_tone ? `${part.name}::skin-tone-${part.skin_tone}` : part.name),
  broadcast: (part) => broadcast(part.range),
  date: (part) => el("time", {}, slackDate(Number(part.timestamp), part.format ?? "") ?? part.fallback ?? ""),
  color: (part) => el("code", {}, part.value),
};

/** The pieces of one line of rich text. */
function richTextParts(parts) {
  return parts.map((part) => styled(PARTS[part.type]?.(part) ?? el("span", {}, part.text ?? ""), part.style));
}

function list(element) {
  const node = el(element.style === "ordered" ? "ol" : "ul", {
    class: "rich-list", start: element.offset ? element.offset + 1 : null,
    data: { indent: String(Math.min(element.indent ?? 0, 8)) },
  });
  for (const item of element.elements) node.append(el("li", {}, richTextParts(item.elements)));
  return node;
}

const ELEMENTS = {
  rich_text_section: (element) => el("div", {}, richTextParts(element.elements)),
  rich_text_list: list,
  rich_text_quote: (element) => el("blockquote", {}, richTextParts(element.elements)),
  rich_text_preformatted: (element) => el("pre", {}, richTextParts(element.elements)),
};

export function renderRichText(block) {
  return el("div", { class: "block rich-text" },
    block.elements.map((element) => ELEMENTS[element.type]?.(element)));
}
