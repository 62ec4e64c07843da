// A field with a list to choose from, one or several, that narrows while one types.

import { el, fill, icon } from "../dom.js";
import { place } from "../popover.js";

/**
 * `load(query)` gives groups `[{label, options: [{key, label, detail?, picture?}]}]`, or `[{note,
 * options: []}]` to say why there is nothing; `selected` is a list of such options and `onchange` gets
 * the new list. A press of Backspace in the empty field takes the last one away.
 */
export class Combobox {
  #settings;
  #selected;
  #shown = [];
  #at = -1;
  #asked = 0;

  constructor(settings) {
    this.#settings = settings;
    this.#selected = settings.selected;
    const { id, placeholder, label, autofocus } = settings;
    this.input = el("input", {
      id, class: "combobox-input", role: "combobox", autocomplete: "off", autofocus, data: { key: id },
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-list`,
      "aria-label": label, "aria-describedby": settings.describedBy,
      oninput: () => this.#open({ isTyping: true }), onclick: () => this.#open(), onblur: () => this.#blurred(),
      onkeydown: (event) => this.#keyed(event),
    });
    this.placeholder = placeholder ?? "Choose";
    this.chips = el("span", { class: "combobox-chips" });
    this.list = el("div", {
      id: `${id}-list`, class: "listbox", role: "listbox", popover: "manual", tabindex: "-1",
      "aria-multiselectable": settings.multiple ? "true" : null,
      // A press on the list must not take the focus out of the field: that would close the list.
      onmousedown: (event) => event.preventDefault(),
    });
    this.node = el("div", { class: "combobox" }, this.chips, this.input, icon("chevron"), this.list);
    this.#drawSelected();
  }

  get #isOpen() {
    return this.list.isConnected && this.list.matches(":popover-open");
  }

  #drawSelected() {
    const { multiple } = this.#settings;
    fill(this.chips, multiple ? this.#selected.map((option) => el("span", { class: "chip" }, option.label,
      el("button", {
        type: "button", class: "chip-remove", "aria-label": `Remove ${option.label}`,
        onclick: () => this.#choose(this.#selected.filter((one) => one.key !== option.key)),
      }, icon("close")))) : []);
    this.input.value = multiple ? "" : this.#selected[0]?.label ?? "";
    this.input.placeholder = multiple && this.#selected.length ? "" : this.placeholder;
  }

  async #open({ isTyping = false } = {}) {
    // A single choice is shown in the field itself: until it is changed it is no query.
    const typed = this.input.value.trim();
    const query = !this.#settings.multiple && typed === this.#selected[0]?.label ? "" : typed;
    const asked = ++this.#asked;
    if (!this.#isOpen) {
      this.list.showPopover();
      this.input.setAttribute("aria-expanded", "true");
      // The next letter typed begins a query in place of what is shown.
      if (!this.#settings.multiple && !isTyping) this.input.select();
    }
    const groups = await this.#settings.load(query);
    if (asked !== this.#asked || !this.#isOpen) return;
    this.#drawList(groups);
    place(this.list, this.node, { match: true });
  }

  #drawList(groups) {
    this.#shown = groups.flatMap((group) => group.options);
    let index = 0;
    fill(this.list, groups.filter((group) => group.options.length).map((group) => [
      group.label ? el("p", { class: "menu-heading", role: "presentation" }, group.label) : null,
      group.options.map((option) => this.#optionNode(option, index++)),
    ]));
    if (!index) fill(this.list, el("p", { class: "listbox-empty" }, groups[0]?.note ?? "Nothing fits."));
    const chosen = this.#shown.findIndex((option) => this.#isSelected(option));
    this.#moveTo(this.#settings.multiple || chosen < 0 ? 0 : chosen);
  }

  #optionNode(option, index) {
    return el("div", {
      id: `${this.input.id}-option-${index}`, role: "option", class: "option",
      "aria-selected": String(this.#isSelected(option)), onclick: () => this.#pick(option),
    }, option.picture, el("span", { class: "menu-label" }, option.label),
    option.detail ? el("span", { class: "menu-detail" }, option.detail) : null);
  }

  #isSelected(option) {
    return this.#selected.some((one) => one.key === option.key);
  }

  #moveTo(index) {
    const nodes = this.list.querySelectorAll("[role=option]");
    nodes[this.#at]?.classList.remove("active");
    this.#at = nodes.length ? (index + nodes.length) % nodes.length : -1;
    const node = nodes[this.#at];
    node?.classList.add("active");
    node?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node?.id ?? "");
  }

  #pick(option) {
    if (!this.#settings.multiple) {
      this.#close();
      this.#choose([option]);
      return;
    }
    const others = this.#selected.filter((one) => one.key !== option.key);
    const isFull = this.#selected.length >= (this.#settings.max ?? Infinity);
    if (others.length < this.#selected.length) this.#choose(others);
    else if (!isFull) this.#choose([...this.#selected, option]);
    if (this.#isOpen) this.#open();
  }

  async #choose(selected) {
    const before = this.#selected;
    this.#selected = selected;
    this.#drawSelected();
    // The person may take it back at the element's own "Are you sure?".
    if ((await this.#settings.onchange(selected)) === false) {
      this.#selected = before;
      this.#drawSelected();
    }
  }

  #keyed(event) {
    const { multiple } = this.#settings;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.#isOpen) this.#open();
      else this.#moveTo(this.#at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.#isOpen) this.#open();
      else if (this.#shown[this.#at]) this.#pick(this.#shown[this.#at]);
    } else if (event.key === "Escape" && this.#isOpen) {
      // Only the list closes, not the modal around it.
      event.preventDefault();
      event.stopPropagation();
      this.#close();
      this.#drawSelected();
    } else if (event.key === "Backspace" && multiple && !this.input.value && this.#selected.length) {
      this.#choose(this.#selected.slice(0, -1));
    }
  }

  #blurred() {
    const wasEmptied = !this.#settings.multiple && !this.input.value.trim() && this.#selected.length;
    this.#close();
    if (wasEmptied && this.#settings.canBeEmpty) this.#choose([]);
    else this.#drawSelected();
  }

  #close() {
    this.#asked += 1;
    if (this.#isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
