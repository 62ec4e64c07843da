// Emoji by name: the table comes with the workspace, custom images and aliases included.

import { el } from "./dom.js";
import { state } from "./state.js";

const SKIN_TONES = { 2: "\u{1F3FB}", 3: "\u{1F3FC}", 4: "\u{1F3FD}", 5: "\u{1F3FE}", 6: "\u{1F3FF}" };
const USED_KEY = "sandbox-emoji-used";
const STARTERS = ["+1", "tada", "heart", "trophy", "clap", "raised_hands", "rocket", "eyes", "pray", "smile"];

const table = () => state.workspace?.emoji ?? {};

/** What a name stands for, aliases followed: `{unicode}` or `{image}`; null for unknown names. */
export function findEmoji(name) {
  let entry = Object.hasOwn(table(), name) ? table()[name] : null;
  for (let hops = 0; entry?.alias && hops < 5; hops += 1) {
    entry = Object.hasOwn(table(), entry.alias) ? table()[entry.alias] : null;
  }
  return entry && !entry.alias ? entry : null;
}

function withTone(unicode, tone) {
  const [first, ...rest] = [...unicode];
  // The tone takes the place of the sign that asks for the coloured picture.
  return [first, SKIN_TONES[tone], ...rest.filter((sign, index) => index > 0 || sign !== "\uFE0F")].join("");
}

/** The picture of `name` (which may end in `::skin-tone-3`), or its text between colons. */
export function emojiNode(name) {
  const [base, toneName] = name.split("::");
  const entry = findEmoji(base);
  const label = `:${name}:`;
  if (!entry) return el("span", { class: "emoji-unknown" }, label);
  if (entry.image) return el("img", { class: "emoji", src: entry.image, alt: label, title: label });
  const tone = toneName?.match(/^skin-tone-([2-6])$/)?.[1];
  const sign = tone ? withTone(entry.unicode, tone) : entry.unicode;
  return el("span", { class: "emoji", role: "img", "aria-label": label, title: label }, sign);
}

/** Names that fit, best first: those that begin with it, then those with a word that does, then the rest. */
export function searchEmoji(query, limit = 60) {
  const wanted = query.toLowerCase().replaceAll(":", "").replaceAll(" ", "_");
  const rank = (name) => {
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    return name.includes(`_${wanted}`) ? 2 : 3;
  };
  return Object.keys(table())
    .filter((name) => name.includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length || a.localeCompare(b))
    .slice(0, limit);
}

export function customEmoji() {
  return Object.keys(table()).filter((name) => table()[name].image);
}

/** Every name that is not merely another word for one listed already. */
export function standardEmoji() {
  return Object.keys(table()).filter((name) => table()[name].unicode);
}

export function oftenUsed() {
  const used = JSON.parse(localStorage.getItem(USED_KEY) ?? "[]");
  return [...new Set([...used, ...STARTERS])].filter((name) => findEmoji(name.split("::")[0])).slice(0, 16);
}

export function rememberEmoji(name) {
  const used = oftenUsed().filter((other) => other !== name);
  localStorage.setItem(USED_KEY, JSON.stringify([name, ...used].slice(0, 16)));
}
