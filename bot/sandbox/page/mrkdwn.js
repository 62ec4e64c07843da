// Slack's mrkdwn as DOM nodes. Whatever the text holds, it only ever becomes text nodes and a few
// known elements; a link is followed only where its scheme is one of three.

import { slackDate } from "./dates.js";
import { el } from "./dom.js";
import { emojiNode, findEmoji } from "./emoji.js";
import { group, personName } from "./people.js";
import { conversation, emit, person, state } from "./state.js";

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:"]);
const STYLES = { "*": "strong", _: "em", "~": "s" };
const BROADCASTS = new Set(["here", "channel", "everyone"]);

/** The address if it may be followed, else null. */
export function safeUrl(url) {
  try {
    return SAFE_SCHEMES.has(new URL(url).protocol) ? url : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/** `&amp; &lt; &gt;` as the signs they stand for: the only entities Slack knows. */
function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function mention(id) {
  const mine = id === state.viewerId;
  const label = person(id) ? `@${personName(id)}` : `@${id}`;
  return el("span", { class: mine ? "mention mention-me" : "mention" }, label);
}

export function groupMention(id, label) {
  const known = group(id);
  const mine = known?.user_ids.includes(state.viewerId);
  const handle = known ? `@${known.handle}` : label || "@unknown-group";
  return el("span", { class: mine ? "mention mention-me" : "mention", title: known?.name }, handle);
}

export function broadcast(range) {
  return el("span", { class: "mention mention-all" }, `@${range}`);
}

export function channelMention(id, label) {
  const known = conversation(id);
  if (!known) return el("span", { class: "mention" }, label ? `#${label}` : "#private-channel");
  return el("button", {
    type: "button", class: "mention mention-channel", onclick: () => emit("go", { channel: id }),
  }, `#${known.name}`);
}

function date(seconds, template, url, fallback) {
  const text = slackDate(Number(seconds), unescape(template)) ?? unescape(fallback);
  const node = el("time", {}, text);
  return url && safeUrl(url) ? link(url, node) : node;
}

/** What stands between `<` and `>`; null where it is no markup, so that it stays as it was typed. */
function angle(inside) {
  const [target, ...labels] = inside.split("|");
  const label = labels.join("|");
  if (/^@[UW][A-Z0-9]+$/.test(target)) return mention(target.slice(1));
  if (/^#[CGD][A-Z0-9]+$/.test(target)) return channelMention(target.slice(1), unescape(label));
  if (target.startsWith("!subteam^")) return groupMention(target.split("^")[1], unescape(label));
  if (target.startsWith("!date^")) {
    const [, seconds, template = "", url] = target.split("^");
    return date(seconds, template, url, label);
  }
  if (target.startsWith("!")) return BROADCASTS.has(target.slice(1)) ? broadcast(target.slice(1)) : null;
  const url = unescape(target);
  if (!safeUrl(url)) return null;
  return link(url, label ? unescape(label) : url.replace(/^mailto:/, ""));
}

const INLINE = new RegExp([
  "<([^<>\\n]+)>",                                              // 1 link or mention
  "`([^`\\n]+)`",                                               // 2 code
  "(?<![\\p{L}\\p{N}*])\\*(?!\\s)([^*\\n]*?[^*\\s])\\*(?![\\p{L}\\p{N}*])", // 3 bold
  "(?<![\\p{L}\\p{N}_])_(?!\\s)([^_\\n]*?[^_\\s])_(?![\\p{L}\\p{N}_])",     // 4 italic
  "(?<![\\p{L}\\p{N}~])~(?!\\s)([^~\\n]*?[^~\\s])~(?![\\p{L}\\p{N}~])",     // 5 struck
  ":([\\p{L}\\p{N}_+'-]+(?:::skin-tone-[2-6])?):",              // 6 emoji
  "(https?://[^\\s<>|]+[^\\s<>|.,;:!?'\")\\]])",                // 7 bare address
].join("|"), "gu");

/** One or several lines of text without quotes and code blocks, as nodes. */
export function inline(text, { verbatim = false } = {}) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const node = inlineNode(match, verbatim);
    if (!node) continue;
    nodes.push(...lines(text.slice(done, match.index)), node);
    done = match.index + match[0].length;
  }
  return [...nodes, ...lines(text.slice(done))];
}

function inlineNode(match, verbatim) {
  const [whole, inside, code, bold, italic, struck, emoji, address] = match;
  if (inside !== undefined) return angle(inside);
  if (code !== undefined) return el("code", {}, unescape(code));
  const styled = bold ?? italic ?? struck;
  if (styled !== undefined) return el(STYLES[whole[0]], {}, inline(styled, { verbatim }));
  if (emoji !== undefined) return findEmoji(emoji.split("::")[0]) ? emojiNode(emoji) : null;
  const url = unescape(address);
  return verbatim ? null : link(url, url);
}

function lines(text) {
  return unescape(text).split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]))
    .filter((part) => part !== "");
}

/** Lines that begin with `>` go into quotes; `>>>` quotes everything after it. */
function paragraphs(text, settings) {
  const nodes = [];
  let plain = [];
  let quoted = [];
  const flush = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), settings));
    if (quoted.length) nodes.push(el("blockquote", {}, inline(quoted.join("\n"), settings)));
    plain = [];
    quoted = [];
  };
  let restIsQuoted = false;
  for (const line of text.split("\n")) {
    const all = line.match(/^(?:&gt;|>){3} ?(.*)$/);
    const one = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (restIsQuoted || all || one) {
      if (plain.length) flush();
      quoted.push(restIsQuoted ? line : (all ?? one)[1]);
      restIsQuoted ||= Boolean(all);
    } else {
      if (quoted.length) flush();
      plain.push(line);
    }
  }
  flush();
  return nodes;
}

/** A whole mrkdwn text as a fragment. */
export function mrkdwn(text, settings = {}) {
  const fragment = document.createDocumentFragment();
  // Odd parts are what stood between two fences.
  const parts = text.split("```");
  const closed = parts.length % 2 === 1;
  const inFences = closed ? parts : [...parts.slice(0, -2), parts.slice(-2).join("```")];
  inFences.forEach((part, index) => {
    if (index % 2) {
      fragment.append(el("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    } else {
      // A fence is a block of its own: the line breaks around it are not shown twice.
      const trimmed = part.replace(index ? /^\n/ : /^$/, "").replace(index < inFences.length - 1 ? /\n$/ : /^$/, "");
      if (trimmed) fragment.append(...paragraphs(trimmed, settings));
    }
  });
  return fragment;
}

/** A stored text as it was typed: names and plain addresses instead of markup. */
export function asTyped(text) {
  const plain = text.replace(/<([^<>\n]+)>/g, (whole, inside) => {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return `@${person(target.slice(1))?.handle ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${conversation(target.slice(1))?.name ?? label ?? ""}`;
    if (target.startsWith("!subteam^")) return `@${group(target.split("^")[1])?.handle ?? label ?? ""}`;
    if (BROADCASTS.has(target.slice(1))) return `@${target.slice(1)}`;
    return safeUrl(target) ? target : whole;
  });
  return unescape(plain);
}

/** Whether a text is one to five emoji and nothing else: these are shown large. */
export function isOnlyEmoji(text) {
  const names = text.match(/:[^\s:]+(?:::skin-tone-\d)?:/g) ?? [];
  return names.length > 0 && names.length < 6
    && text.replace(/:[^\s:]+(?:::skin-tone-\d)?:/g, "").trim() === ""
    && names.every((name) => findEmoji(name.slice(1, -1).split("::")[0]));
}
