// The markdown block: the common part of Markdown, drawn as DOM nodes.

import { el } from "../dom.js";
import { emojiNode, findEmoji } from "../emoji.js";
import { link, safeUrl } from "../mrkdwn.js";

const INLINE = new RegExp([
  "`([^`]+)`",                                // 1 code
  "\\[([^\\]]+)\\]\\(([^()\\s]+)\\)",         // 2, 3 link
  "\\*\\*(.+?)\\*\\*",                        // 4 bold
  "(?<![\\p{L}\\p{N}*_])[*_](?!\\s)(.+?)(?<!\\s)[*_](?![\\p{L}\\p{N}*_])", // 5 italic
  "~~(.+?)~~",                                // 6 struck
  ":([\\p{L}\\p{N}_+'-]+):",                  // 7 emoji
].join("|"), "gu");

function inline(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(done, match.index), inlineNode(match));
    done = match.index + match[0].length;
  }
  return [...nodes, text.slice(done)];
}

function inlineNode([whole, code, label, url, bold, italic, struck, emoji]) {
  if (code !== undefined) return el("code", {}, code);
  if (label !== undefined) return safeUrl(url) ? link(url, inline(label)) : whole;
  if (bold !== undefined) return el("strong", {}, inline(bold));
  if (italic !== undefined) return el("em", {}, inline(italic));
  if (struck !== undefined) return el("s", {}, inline(struck));
  return findEmoji(emoji) ? emojiNode(emoji) : whole;
}

/** Kinds of lines that go together: how one is known, and what a run of them becomes. */
const RUNS = [
  { sign: /^\s*[-*+]\s+/, draw: (lines) => el("ul", {}, lines.map((line) => el("li", {}, inline(line)))) },
  { sign: /^\s*\d+[.)]\s+/, draw: (lines) => el("ol", {}, lines.map((line) => el("li", {}, inline(line)))) },
  { sign: /^>\s?/, draw: (lines) => el("blockquote", {}, inline(lines.join("\n"))) },
];
const HEADING = /^(#{1,6})\s+(.*)$/;
const RULE = /^\s*(-{3,}|\*{3,}|_{3,})\s*$/;

function kindOf(line) {
  if (HEADING.test(line)) return "heading";
  if (RULE.test(line)) return "rule";
  if (!line.trim()) return "blank";
  return RUNS.find((run) => run.sign.test(line)) ?? "paragraph";
}

function drawRun(kind, lines) {
  if (kind === "blank") return [];
  if (kind === "rule") return [el("hr")];
  if (kind === "heading") {
    return lines.map((line) => {
      const [, signs, words] = line.match(HEADING);
      return el("p", { class: "markdown-heading", data: { level: String(signs.length) } }, inline(words));
    });
  }
  if (kind === "paragraph") return [el("p", {}, inline(lines.join("\n")))];
  return [kind.draw(lines.map((line) => line.replace(kind.sign, "")))];
}

function drawLines(text) {
  const nodes = [];
  let run = [];
  let runKind = null;
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    if (kind !== runKind && runKind) nodes.push(...drawRun(runKind, run));
    if (kind !== runKind) run = [];
    runKind = kind;
    run.push(line);
  }
  return runKind ? [...nodes, ...drawRun(runKind, run)] : nodes;
}

export function renderMarkdown(block) {
  const parts = block.text.split(/^```.*$/m);
  return el("div", { class: "block markdown" }, parts.map((part, index) => (
    index % 2 ? el("pre", {}, part.replace(/^\n|\n$/g, "")) : drawLines(part))));
}
