// The left side: the workspace, who one is, channels, direct messages, the app.

import * as api from "./api.js";
import { el, iconButton, replaceKeepingFocus } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatar, conversationMark, conversationName, localTime, roleOf, signInPeople } from "./people.js";
import { appConversation, emit, on, state, viewer } from "./state.js";
import { currentTheme, nextTheme } from "./theme.js";

const pane = document.getElementById("sidebar");
const narrow = window.matchMedia("(max-width: 760px)");
const CONNECTION_CHECK_SECONDS = 5;

/** Null until the sandbox was asked. */
let isAppConnected = null;

function details(one) {
  return [roleOf(one), localTime(one), one.title].filter(Boolean).join(" · ");
}

function personSwitcher() {
  const me = viewer();
  const button = el("button", {
    type: "button", class: "switcher", "aria-haspopup": "menu", "aria-expanded": "false", data: { key: "switcher" },
    onclick: () => openMenu(button, "Become somebody else", signInPeople().map((one) => ({
      label: one.name, detail: details(one), picture: avatar(one.id, one.name),
      isCurrent: one.id === state.viewerId, run: () => emit("become", one.id),
    }))),
  },
  avatar(me.id, me.name),
  el("span", { class: "switcher-words" },
    el("span", { class: "switcher-name" }, el("span", { class: "sidebar-quiet" }, "You are: "), me.name),
    el("span", { class: "sidebar-quiet" }, details(me))));
  return button;
}

function row(one, { tab = "messages", label = conversationName(one) } = {}) {
  const isHere = state.place?.channel === one.id && state.place.tab === tab;
  const unread = isHere || tab === "home" ? 0 : one.unread;
  const name = [
    label, one.is_archived && "archived", one.kind === "private" && "private", one.is_shared && "shared",
    unread && `${unread} unread`,
  ].filter(Boolean).join(", ");
  const classes = ["row", one.is_archived && "faded", !one.is_member && "faded", unread && "unread"];
  return el("li", {}, el("button", {
    type: "button", class: classes.filter(Boolean).join(" "), "aria-label": name,
    "aria-current": isHere ? "page" : null, data: { key: `row-${one.id}-${tab}` },
    onclick: () => {
      closeDrawer();
      emit("go", { channel: one.id, tab, focus: true });
    },
  },
  el("span", { class: "row-mark" }, conversationMark(one)), el("span", { class: "row-name" }, label),
  one.is_shared ? el("span", { class: "row-note" }, "shared") : null,
  one.is_archived ? el("span", { class: "row-note" }, "archived") : null,
  unread ? el("span", { class: one.mention ? "unread-count mention-count" : "unread-count" }, String(unread)) : null));
}

function section(title, rows, action = null) {
  if (!rows.length && !action) return null;
  return el("section", { "aria-label": title },
    el("div", { class: "section-head" }, el("h2", {}, title), action), el("ul", {}, rows));
}

/** Opens a menu of all people one has no direct messages with yet. */
function writeButton(messages) {
  const known = new Set([state.viewerId, ...messages.map((one) => one.user_id)]);
  const others = signInPeople().filter((one) => !known.has(one.id));
  if (!others.length) return null;
  const title = "Write to somebody";
  const button = iconButton("plus", title, () => openMenu(button, title, others.map((one) => ({
    label: one.name, detail: details(one), picture: avatar(one.id, one.name),
    run: () => emit("write-to", one.id),
  }))), { "aria-haspopup": "menu", "aria-expanded": "false", data: { key: "write-to" } });
  return button;
}

function byName(a, b) {
  return Number(a.is_archived) - Number(b.is_archived)
    || conversationName(a).localeCompare(conversationName(b));
}

function connection() {
  const { app } = state.workspace;
  const words = {
    true: `${app.name} is connected`, false: `${app.name} is not connected`, null: `Looking for ${app.name} …`,
  }[isAppConnected];
  return el("p", { class: "connection", data: { connected: String(isAppConnected) } },
    el("span", { class: "dot", "aria-hidden": "true" }), words);
}

function drawHead() {
  const themeButton = iconButton("theme", `Theme: ${currentTheme()}`, () => {
    nextTheme();
    redraw(parts.head, drawHead);
  }, { data: { key: "theme" } });
  return el("div", { class: "sidebar-head" },
    el("p", { class: "workspace-name" }, state.workspace.team.name), themeButton,
    iconButton("close", "Close", closeDrawer, { class: "icon-button drawer-button" }));
}

function drawLists() {
  const { conversations } = state;
  const channels = conversations.filter((one) => one.kind === "channel" || one.kind === "private").sort(byName);
  const messages = conversations.filter((one) => one.kind === "dm").sort(byName);
  const app = appConversation();
  return el("div", {},
    section("Channels", channels.map((one) => row(one))),
    section("Direct messages", messages.map((one) => row(one)), writeButton(messages)),
    app ? section("Apps", [
      state.workspace.app.has_home ? row(app, { tab: "home", label: `${state.workspace.app.name} Home` }) : null,
      row(app, { label: `${state.workspace.app.name} Messages` }),
    ]) : null);
}

/** Each part is drawn by itself, so that a message elsewhere does not disturb an open menu. */
const parts = {
  head: el("div"), switcher: el("div", { class: "switcher-place" }),
  lists: el("nav", { class: "sidebar-lists", "aria-label": "Conversations" }), connection: el("div"),
};

function redraw(part, drawPart) {
  if (!state.place) return;
  const fresh = drawPart();
  if (part.firstChild) replaceKeepingFocus(part.firstChild, fresh);
  else part.append(fresh);
}

function drawPeople() {
  if (!parts.switcher.querySelector("[aria-expanded=true]")) redraw(parts.switcher, personSwitcher);
}

function draw() {
  redraw(parts.head, drawHead);
  drawPeople();
  redraw(parts.lists, drawLists);
  redraw(parts.connection, connection);
}

function openDrawer() {
  pane.classList.add("open");
  pane.querySelector("[aria-current=page], .switcher")?.focus();
}

function closeDrawer() {
  pane.classList.remove("open");
}

async function checkConnection() {
  const before = isAppConnected;
  try {
    isAppConnected = (await api.fetchState()).app_connected;
  } catch {
    isAppConnected = null;
  }
  if (before !== isAppConnected) redraw(parts.connection, connection);
}

export function startSidebar() {
  pane.append(...Object.values(parts));
  for (const topic of ["workspace", "place"]) on(topic, draw);
  on("conversations", () => redraw(parts.lists, drawLists));
  on("clock", drawPeople);
  on("open-drawer", openDrawer);
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow.matches && !event.defaultPrevented) {
      closeDrawer();
      document.querySelector("#conversation .drawer-button")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    // The path is the one at the time of the press: what was pressed may have been redrawn since.
    const isInside = event.composedPath().includes(pane);
    if (!isInside && !event.target.closest(".drawer-button, [popover]")) closeDrawer();
  });
  checkConnection();
  setInterval(checkConnection, CONNECTION_CHECK_SECONDS * 1000);
  // The local time below one's name goes on.
  setInterval(drawPeople, 30_000);
}
