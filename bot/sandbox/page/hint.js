// The first-visit banner: what to try, and that nothing leaves this machine.

import { el, iconButton } from "./dom.js";
import { state } from "./state.js";

const SEEN_KEY = "sandbox-hint-dismissed";

/** Something to try that a person may send as it is; somebody else than the viewer is thanked. */
function example() {
  const command = state.workspace.app.commands[0]?.command;
  if (!command) return null;
  const other = state.workspace.people.find((one) =>
    one.id !== state.viewerId && !one.is_bot && !one.is_deleted && !one.is_external);
  return `${command} @${other?.handle ?? "ada"} +3 for untangling the release #teamwork`;
}

/** The banner, or null once it was dismissed; `use` gets the example. */
export function createHint(use) {
  if (localStorage.getItem(SEEN_KEY)) return null;
  const text = example();
  const banner = el("aside", { class: "hint-banner", "aria-label": "Where to begin" },
    el("div", {},
      text ? el("p", {}, "Try: ", el("button", {
        type: "button", class: "example", title: "Put this into the message field", onclick: () => use(text),
      }, text)) : null,
      el("p", { class: "quiet" }, "This is a workspace in a box: nothing you do here leaves this machine.")),
    iconButton("close", "Dismiss this hint", () => {
      localStorage.setItem(SEEN_KEY, "yes");
      banner.remove();
    }));
  return banner;
}
