// Starts the page and ties its parts together: who one is, where one is, and what follows from it.

import * as api from "./api.js";
import { startClock } from "./clock.js";
import { focusComposer, leaveConversation, reloadConversation, showConversation } from "./conversation.js";
import { leaveHome, reloadHome, showHome } from "./home.js";
import { reloadViews, startModals } from "./modal.js";
import { signInPeople } from "./people.js";
import { placeOfPermalink, placeOfRoute, viewerOfRoute, writeRoute } from "./route.js";
import { startSidebar } from "./sidebar.js";
import { conversation, on, setConversations, setPlace, setWorkspace, state } from "./state.js";
import { openStream } from "./stream.js";
import { applyTheme } from "./theme.js";
import { reloadThread, showThread } from "./thread.js";
import { attempt, toast } from "./toasts.js";

function startPlace() {
  return { channel: (state.conversations.find((one) => one.name === "general") ?? state.conversations[0]).id };
}

async function show(place, { focusThread = false } = {}) {
  setPlace(place);
  writeRoute();
  const { name, kind } = conversation(state.place.channel);
  document.title = `${kind === "app" ? state.workspace.app.name : name} – ${state.workspace.team.name}`;
  if (state.place.tab === "home") {
    leaveConversation();
    await Promise.all([showHome(), showThread()]);
  } else {
    leaveHome();
    await Promise.all([showConversation(), showThread({ focus: focusThread })]);
  }
}

/** Takes a person's place; stays in the same conversation where that person has it too. */
async function become(id) {
  const before = state.place;
  state.viewerId = id;
  await openStream();
  setConversations((await api.fetchConversations()).conversations);
  const kept = before && conversation(before.channel) ? { ...before, thread: null } : null;
  await show(before ? kept ?? startPlace() : placeOfRoute() ?? startPlace());
  await reloadViews();
}

/** Opens the direct messages with somebody, who need not have written yet. */
async function writeTo(id) {
  const { handle } = state.workspace.people.find((one) => one.id === id);
  await api.fetchMessages(`@${handle}`, { limit: 1 });
  setConversations((await api.fetchConversations()).conversations);
  const found = state.conversations.find((one) => one.kind === "dm" && one.user_id === id);
  await go({ channel: found.id, focus: true });
}

async function reloadEverything() {
  setWorkspace(await api.fetchWorkspace());
  setConversations((await api.fetchConversations()).conversations);
  reloadConversation();
  reloadThread();
  reloadHome();
  await reloadViews();
}

async function go({ channel, tab = "messages", thread = null, message = null, focus = false }) {
  if (!conversation(channel)) {
    toast("This conversation is not one of yours.");
    return;
  }
  await show({ channel, tab, thread });
  if (message) pointOut(message);
  if (!focus) return;
  if (tab === "home") document.querySelector("#conversation h1")?.focus();
  else focusComposer();
}

/** Brings the message of a permalink into view and gives it the focus. */
function pointOut(ts) {
  const node = document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.focus();
}

/** Links to messages of this workspace stay in this window, and with this person. */
function followPermalink(event) {
  const place = placeOfPermalink(event.target.closest?.("a")?.href);
  if (!place) return;
  event.preventDefault();
  attempt(() => go(place));
}

async function followRoute() {
  const who = viewerOfRoute();
  if (who && who.id !== state.viewerId) {
    state.place = null;
    await become(who.id);
    return;
  }
  const place = placeOfRoute();
  if (place) await show(place);
}

function showThreadOf(thread) {
  setPlace({ ...state.place, thread });
  writeRoute();
  showThread({ focus: Boolean(thread) });
}

function listen() {
  on("go", (place) => attempt(() => go(place)));
  on("write-to", (id) => attempt(() => writeTo(id)));
  on("become", (id) => attempt(() => become(id)));
  on("open-thread", showThreadOf);
  on("close-thread", () => showThreadOf(null));
  on("reconnected", () => attempt(reloadEverything));
  on("people", () => attempt(async () => {
    setWorkspace(await api.fetchWorkspace());
    setConversations((await api.fetchConversations()).conversations);
  }));
  on("stream", (isOpen) => {
    document.getElementById("offline").hidden = isOpen;
  });
  document.addEventListener("click", followPermalink);
  window.addEventListener("hashchange", () => attempt(followRoute));
  document.querySelector(".skip-link").addEventListener("click", (event) => {
    // The address bar is for the route, so the link moves the focus by itself.
    event.preventDefault();
    document.getElementById("conversation").focus();
  });
}

async function start() {
  applyTheme();
  startModals();
  listen();
  setWorkspace(await api.fetchWorkspace());
  startSidebar();
  startClock();
  const first = signInPeople();
  const linked = placeOfPermalink(location.href);
  await become((viewerOfRoute() ?? first.find((one) => !one.is_admin && !one.is_guest) ?? first[0]).id);
  if (linked) await go(linked);
}

attempt(start);
