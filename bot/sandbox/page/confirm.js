// "Are you sure?", asked by the page itself or by a block's confirm object.

import { el } from "./dom.js";

/** Asks; true where the person confirmed. `text` is a node or a string. */
export function askToConfirm({ title, text, confirm, deny = "Cancel", isDangerous = false }) {
  return new Promise((resolve) => {
    let isConfirmed = false;
    const dialog = el("dialog", {
      class: "dialog confirm", "aria-labelledby": "confirm-title",
      onclose: () => {
        dialog.remove();
        resolve(isConfirmed);
      },
    },
    el("h2", { id: "confirm-title" }, title),
    el("div", { class: "confirm-text" }, text),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: () => dialog.close() }, deny),
      el("button", {
        type: "button", class: isDangerous ? "button danger" : "button primary",
        onclick: () => {
          isConfirmed = true;
          dialog.close();
        },
      }, confirm)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
