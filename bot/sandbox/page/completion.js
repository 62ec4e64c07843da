// Completion in a text area: commands, people and groups, channels, emoji. The focus stays in the
// text; the arrows move through the list, Tab and Enter take an entry, Escape closes.

import { el, fill, icon } from "./dom.js";
import { emojiNode, searchEmoji } from "./emoji.js";
import { avatar, roleOf } from "./people.js";
import { state } from "./state.js";

const MOST_SHOWN = 8;
let lastId = 0;

/** Best first: what begins with the query, then what holds it. */
function ranked(entries, query) {
  const wanted = query.toLowerCase();
  const rank = ({ words }) => {
    const all = words.filter(Boolean).map((word) => word.toLowerCase());
    if (all.some((word) => word === wanted)) return 0;
    if (all.some((word) => word.startsWith(wanted))) return 1;
    if (all.some((word) => word.includes(` ${wanted}`))) return 2;
    return all.some((word) => word.includes(wanted)) ? 3 : 9;
  };
  return entries.map((entry) => [rank(entry), entry]).filter(([at]) => at < 9)
    .sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
}

function commands(query) {
  return ranked(state.workspace.app.commands.map((one) => ({
    words: [one.command.slice(1)], insert: one.command, label: one.command,
    detail: [one.description, one.usage_hint].filter(Boolean).join(" — "),
    picture: icon("bolt"),
  })), query);
}

function peopleAndGroups(query) {
  const people = state.workspace.people.filter((one) => !one.is_deleted).map((one) => ({
    words: [one.handle, one.name, one.real_name], insert: `@${one.handle}`, label: one.name,
    detail: [`@${one.handle}`, roleOf(one)].filter(Boolean).join(" · "),
    picture: avatar(one.id, one.name),
  }));
  const groups = state.workspace.groups.map((one) => ({
    words: [one.handle, one.name], insert: `@${one.handle}`, label: one.name,
    detail: `@${one.handle} · ${one.user_ids.length} people`, picture: icon("group"),
  }));
  return ranked([...people, ...groups], query);
}

/** The text with a handle for each name that was typed in full and picked from no list, in any
 *  case, where one person or group alone has it, as the first of the list would have been. */
export function withHandles(text) {
  const { people, groups } = state.workspace;
  const known = [...people.filter((one) => !one.is_deleted), ...groups];
  const same = (one, typed) => [one.handle, one.name]
    .some((word) => word?.toLowerCase() === typed.toLowerCase());
  return text.replace(/(^|[\s(])@([\p{L}\p{N}_-]+)/gu, (all, before, typed) => {
    const meant = known.filter((one) => same(one, typed));
    const isWritten = meant.some((one) => one.handle === typed);
    return meant.length === 1 && !isWritten ? `${before}@${meant[0].handle}` : all;
  });
}

function channels(query) {
  const open = state.conversations.filter((one) =>
    (one.kind === "channel" || one.kind === "private") && !one.is_archived);
  return ranked(open.map((one) => ({
    words: [one.name], insert: `#${one.name}`, label: one.name, detail: one.topic,
    picture: icon(one.kind === "private" ? "lock" : "hash"),
  })), query);
}

function emoji(query) {
  return searchEmoji(query, MOST_SHOWN).map((name) => ({
    insert: `:${name}:`, label: `:${name}:`, detail: "", picture: emojiNode(name),
  }));
}

/** What the text before the caret may be the beginning of; the sign itself is group 1's start. */
const SOURCES = [
  { sign: /^(\/(\S*))$/, find: commands, isCommand: true, title: "Commands" },
  { sign: /(?:^|[\s(])(@([\p{L}\p{N}._-]*))$/u, find: peopleAndGroups, title: "People and groups" },
  { sign: /(?:^|[\s(])(#([\p{L}\p{N}_-]*))$/u, find: channels, title: "Channels" },
  { sign: /(?:^|[\s(])(:([\p{L}\p{N}_+-]{2,}))$/u, find: emoji, title: "Emoji" },
];

export class Completion {
  #field;
  #withCommands;
  #onchange;
  #entries = [];
  #at = 0;
  #typed = "";

  constructor(field, { withCommands, onchange }) {
    this.#field = field;
    this.#withCommands = withCommands;
    this.#onchange = onchange;
    const id = `completion-${++lastId}`;
    this.node = el("div", {
      id, class: "completion", role: "listbox", hidden: true, tabindex: "-1",
      onmousedown: (event) => event.preventDefault(),
    });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.addEventListener("input", () => this.#look());
    field.addEventListener("click", () => this.#look());
    field.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  close() {
    this.node.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  #look() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    for (const { sign, find, isCommand, title } of SOURCES) {
      const match = before.match(sign);
      if (!match || (isCommand && !this.#withCommands)) continue;
      const [, typed, query] = match;
      this.#show(typed, find(query).slice(0, MOST_SHOWN), title);
      return;
    }
    this.close();
  }

  #show(typed, entries, title) {
    this.#typed = typed;
    this.#entries = entries;
    if (!entries.length) {
      this.close();
      return;
    }
    this.node.setAttribute("aria-label", title);
    fill(this.node, entries.map((entry, index) => el("div", {
      id: `${this.node.id}-${index}`, class: "option", role: "option", onclick: () => this.#take(index),
    }, entry.picture, el("span", { class: "menu-label" }, entry.label),
    entry.detail ? el("span", { class: "menu-detail" }, entry.detail) : null)));
    this.node.hidden = false;
    this.#moveTo(0);
  }

  #moveTo(index) {
    const nodes = [...this.node.children];
    this.#at = (index + nodes.length) % nodes.length;
    nodes.forEach((node, at) => {
      node.classList.toggle("active", at === this.#at);
      node.setAttribute("aria-selected", String(at === this.#at));
    });
    nodes[this.#at].scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", nodes[this.#at].id);
  }

  #take(index) {
    const caret = this.#field.selectionStart;
    this.#field.setRangeText(`${this.#entries[index].insert} `, caret - this.#typed.length, caret, "end");
    this.close();
    this.#onchange();
  }

  /** True where the key was for the list. */
  keyed(event) {
    if (!this.isOpen || event.isComposing) return false;
    // What is written out in full needs no completing: Enter sends it.
    const isComplete = this.#entries[this.#at].insert === this.#typed;
    if (event.key === "Enter" && (event.shiftKey || isComplete)) {
      this.close();
      return false;
    }
    if (event.key === "ArrowDown") this.#moveTo(this.#at + 1);
    else if (event.key === "ArrowUp") this.#moveTo(this.#at - 1);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.#at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
