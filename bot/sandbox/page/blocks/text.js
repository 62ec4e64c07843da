// Text objects: plain text (emoji are drawn) and mrkdwn.

import { el } from "../dom.js";
import { emojiNode, findEmoji } from "../emoji.js";
import { mrkdwn } from "../mrkdwn.js";

/** Plain text: nothing in it is markup but, where `emoji` is not off, the emoji. */
export function plainText(text, { emoji = true } = {}) {
  const fragment = document.createDocumentFragment();
  text.split(/(:[\p{L}\p{N}_+'-]+(?:::skin-tone-[2-6])?:)/u).forEach((part, index) => {
    const isEmoji = index % 2 && emoji && findEmoji(part.slice(1, -1).split("::")[0]);
    fragment.append(isEmoji ? emojiNode(part.slice(1, -1)) : part);
  });
  return fragment;
}

/** A text object of either kind as nodes; nothing for none. */
export function textObject(text) {
  if (!text) return document.createDocumentFragment();
  if (text.type === "mrkdwn") {
    return el("span", { class: "mrkdwn" }, mrkdwn(text.text, { verbatim: text.verbatim }));
  }
  return el("span", { class: "plain" }, plainText(text.text, { emoji: text.emoji !== false }));
}
