// The app's Home tab.

import * as api from "./api.js";
import { renderBlocks } from "./blocks/index.js";
import { Surface } from "./blocks/surface.js";
import { header } from "./conversation.js";
import { el, fill, replaceKeepingFocus } from "./dom.js";
import { conversation, on, state } from "./state.js";
import { attempt } from "./toasts.js";

const pane = document.getElementById("conversation");

let content = null;
let surface = null;

function isShown() {
  return state.place?.tab === "home" && content;
}

function draw(view) {
  const fresh = el("div", { class: "home-content" });
  if (view) {
    // The same view published anew keeps what was entered; another one begins afresh.
    if (surface?.where.view_id !== view.id) {
      surface = new Surface("home", { view_id: view.id }, { entered: view.state?.values });
    }
    surface.values.keepOnly(view.blocks);
    fill(fresh, renderBlocks(view.blocks, surface));
  } else {
    fill(fresh, el("p", { class: "quiet" }, `${state.workspace.app.name} has not published a Home tab for you yet.`));
  }
  replaceKeepingFocus(content, fresh);
  content = fresh;
}

/** Shows the tab and tells the app that it was opened. */
export async function showHome() {
  content = el("div", { class: "home-content", "aria-busy": "true" });
  surface = null;
  const mine = content;
  fill(pane, header(conversation(state.place.channel), "home"),
    el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Home" }, content));
  await attempt(async () => {
    const { view } = await api.openHome();
    if (content === mine) draw(view);
  });
}

export function leaveHome() {
  content = null;
}

export function reloadHome() {
  if (isShown()) attempt(async () => draw((await api.fetchHome()).view));
}

on("clock", reloadHome);
on("home", (view) => {
  if (isShown()) draw(view);
});
