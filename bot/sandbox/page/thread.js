// The pane at the right: one message and its replies.

import * as api from "./api.js";
import { createComposer } from "./composer.js";
import { el, fill, iconButton } from "./dom.js";
import { MessageList } from "./message_list.js";
import { nameWithSign } from "./people.js";
import { conversation, emit, on, state } from "./state.js";
import { attempt } from "./toasts.js";

const pane = document.getElementById("thread");

let list = null;

/** Shows the thread of the present place, or takes the pane away where there is none. */
export async function showThread({ focus = false } = {}) {
  const { channel, thread } = state.place;
  pane.hidden = !thread;
  list = null;
  if (!thread) {
    pane.replaceChildren();
    return;
  }
  const one = conversation(channel);
  list = new MessageList({ label: "Thread", inThread: true });
  const composer = one.is_archived || !one.is_member ? null
    : createComposer({ channel, thread, label: "Reply" });
  fill(pane,
    el("header", { class: "pane-header" },
      el("div", { class: "pane-title" }, el("h2", {}, "Thread"),
        el("p", { class: "quiet topic" }, nameWithSign(one))),
      iconButton("close", "Close thread", closeThread)),
    list.node,
    composer?.node);
  if (focus) composer?.focus();
  await load();
}

async function load() {
  const { channel, thread } = state.place;
  await attempt(() => list.load(async () => (await api.fetchMessages(channel, { thread })).messages));
}

export function reloadThread() {
  if (list) load();
}

function closeThread() {
  const { thread } = state.place;
  emit("close-thread");
  // Back to where the thread was opened.
  const message = document.querySelector(`#conversation [data-ts="${CSS.escape(thread)}"]`);
  message?.querySelector("[data-key=thread], [data-key=act-thread]")?.focus();
}

pane.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) closeThread();
});

on("clock", () => list?.refresh());
on("message", ({ channel, message }) => {
  if (!list || channel !== state.place.channel) return;
  const { thread } = state.place;
  if (message.ts === thread || message.thread_ts === thread) list.put(message);
});
on("message_deleted", ({ channel, ts }) => {
  if (!list || channel !== state.place.channel) return;
  list.remove(ts);
  if (ts === state.place.thread) closeThread();
});
on("reaction", ({ channel, ts, reactions }) => {
  if (list?.get(ts) && channel === state.place.channel) list.put({ ts, reactions });
});
