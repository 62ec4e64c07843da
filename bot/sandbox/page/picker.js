// The emoji picker: often used ones, the workspace's own, all others; search; skin tones.

import { el, fill } from "./dom.js";
import { customEmoji, emojiNode, findEmoji, oftenUsed, searchEmoji, standardEmoji } from "./emoji.js";
import { openPopover } from "./popover.js";

const TONE_KEY = "sandbox-skin-tone";
/** Emoji that have skin tones, as far as a picker that is no full copy of Slack's needs to know. */
const TONABLE = new Set([
  "+1", "-1", "thumbsup", "thumbsdown", "clap", "pray", "raised_hands", "wave", "muscle", "ok_hand", "v",
  "point_up", "point_right", "handshake", "crossed_fingers", "writing_hand", "heart_hands",
]);

function toned(name, tone) {
  return tone && TONABLE.has(name) ? `${name}::skin-tone-${tone}` : name;
}

function moveFocus(grid, event) {
  const buttons = [...grid.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  // Rows are as wide as the window lets them be: count what stands beside the first.
  const top = buttons[at].offsetTop;
  const target = {
    ArrowRight: () => buttons[at + 1],
    ArrowLeft: () => buttons[at - 1],
    ArrowDown: () => buttons.find((one) => one.offsetTop > top && one.offsetLeft >= buttons[at].offsetLeft - 2),
    ArrowUp: () => buttons.findLast((one) => one.offsetTop < top && one.offsetLeft <= buttons[at].offsetLeft + 2),
  }[event.key]?.();
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** Opens the picker at a button; `choose` gets the name of the emoji, its skin tone included. */
export function openEmojiPicker(anchor, choose) {
  let tone = localStorage.getItem(TONE_KEY) ?? "";
  const pick = (name) => {
    close();
    choose(name);
  };
  const grid = el("div", { class: "picker-grid", onkeydown: (event) => moveFocus(grid, event) });
  const search = el("input", {
    type: "search", class: "field", placeholder: "Search emoji", "aria-label": "Search emoji", autocomplete: "off",
    oninput: () => draw(),
    onkeydown: (event) => {
      const first = grid.querySelector("button");
      if (event.key === "Enter" && first) first.click();
      if (event.key === "ArrowDown" && first) first.focus();
      if (event.key === "Enter" || event.key === "ArrowDown") event.preventDefault();
    },
  });
  const tones = el("select", {
    class: "field tone", "aria-label": "Skin tone",
    onchange: () => {
      tone = tones.value;
      localStorage.setItem(TONE_KEY, tone);
      draw();
    },
  }, ["", "2", "3", "4", "5", "6"].map((value) => el("option", { value, selected: value === tone },
    value ? `Tone ${value}` : "No tone")));

  const buttonFor = (name) => {
    const full = toned(name, tone);
    return el("button", {
      type: "button", class: "picker-emoji", "aria-label": `:${full}:`, onclick: () => pick(full),
    }, emojiNode(full));
  };
  const part = (title, names) => (names.length ? [
    el("h3", { class: "menu-heading" }, title),
    el("div", { class: "picker-row" }, names.map(buttonFor)),
  ] : []);
  const draw = () => {
    const query = search.value.trim();
    if (!query) {
      fill(grid, part("Often used", oftenUsed()), part("This workspace", customEmoji()), part("All", standardEmoji()));
      return;
    }
    const found = searchEmoji(query).filter((name) => findEmoji(name));
    fill(grid, found.length ? part("Found", found) : el("p", { class: "listbox-empty" }, "No emoji of that name."));
  };
  draw();
  const picker = el("div", { class: "picker-popover", role: "dialog", "aria-label": "Choose an emoji" },
    el("div", { class: "picker-head" }, search, tones), grid);
  const close = openPopover(picker, anchor);
  search.focus();
}
