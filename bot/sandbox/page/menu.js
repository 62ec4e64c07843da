// A menu of actions that opens at a button.

import { el } from "./dom.js";
import { openPopover } from "./popover.js";

const MOVES = { ArrowDown: 1, ArrowUp: -1 };

function moveFocus(menu, event) {
  const items = [...menu.querySelectorAll("[role^=menuitem]:not([aria-disabled=true])")];
  const at = items.indexOf(document.activeElement);
  let target = null;
  if (event.key in MOVES) target = items[(at + MOVES[event.key] + items.length) % items.length];
  if (event.key === "Home") target = items[0];
  if (event.key === "End") target = items.at(-1);
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/**
 * Opens a menu. An item is `{label, detail?, picture?, isDangerous?, isDisabled?, isCurrent?, run}`
 * or `null` for a line; `{heading}` names what follows.
 */
export function openMenu(anchor, label, items) {
  const menu = el("div", {
    class: "menu", role: "menu", "aria-label": label, onkeydown: (event) => moveFocus(menu, event),
  });
  const closeMenu = () => close();
  for (const item of items) {
    if (item === null) menu.append(el("hr"));
    else if (item.heading) menu.append(el("p", { class: "menu-heading", role: "presentation" }, item.heading));
    else menu.append(menuItem(item, closeMenu));
  }
  const close = openPopover(menu, anchor);
  (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("[role^=menuitem]"))?.focus();
}

function menuItem(item, close) {
  return el("button", {
    type: "button",
    role: item.isCurrent === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.isCurrent === undefined ? null : String(item.isCurrent),
    "aria-disabled": item.isDisabled ? "true" : null,
    class: item.isDangerous ? "menu-item danger" : "menu-item",
    onclick: () => {
      if (item.isDisabled) return;
      close();
      item.run();
    },
  },
  item.picture,
  el("span", { class: "menu-label" }, item.label),
  item.detail ? el("span", { class: "menu-detail" }, item.detail) : null);
}
