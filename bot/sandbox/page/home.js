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
/** As of which change of the workspace the tab is: answers and the stream come in any order. */
let revision = 0;

function isShown() {
  return state.place?.tab === "home" && content;
}

function draw({ view, revision: asOf }) {
  if (asOf < revision) return;
  revision = asOf;
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
  revision = 0; // a workspace that was started again counts anew
  const mine = content;
  fill(pane, header(conversation(state.place.channel), "home"),
    el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Home" }, content));
  await attempt(async () => {
    const home = await api.openHome();
    if (content === mine) draw(home);
  });
}

export function leaveHome() {
  content = null;
}

export function reloadHome() {
  if (!isShown()) return;
  revision = 0;
  attempt(async () => draw(await api.fetchHome()));
}

on("clock", reloadHome);
on("home", (home) => {
  if (isShown()) draw(home);
});
