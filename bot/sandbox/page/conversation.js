// The main pane: the header of a conversation, its messages, its composer.

import * as api from "./api.js";
import { createComposer } from "./composer.js";
import { el, fill, icon, iconButton, replaceKeepingFocus } from "./dom.js";
import { createHint } from "./hint.js";
import { MessageList } from "./message_list.js";
import { avatar, conversationMark, conversationName, localTime, nameWithSign, roleOf } from "./people.js";
import { conversation, emit, on, person, state } from "./state.js";
import { attempt } from "./toasts.js";

let list = null;
let composer = null;

const pane = document.getElementById("conversation");

/** Tabs of the app's own place: Home and Messages. */
function appTabs(current) {
  const { app } = state.workspace;
  const tab = (name, label) => el("button", {
    type: "button", class: "tab", "aria-current": current === name ? "page" : null, data: { key: `tab-${name}` },
    onclick: () => emit("go", { channel: state.place.channel, tab: name }),
  }, label);
  return el("nav", { class: "tabs", "aria-label": app.name },
    app.has_home ? tab("home", "Home") : null, tab("messages", "Messages"));
}

function subtitle(one, tab) {
  if (one.kind === "dm") {
    const other = person(one.user_id);
    return [other.title, roleOf(other), `${localTime(other)} their time`].filter(Boolean).join(" · ");
  }
  if (one.kind === "app") return tab === "home" ? "" : "Messages between you and the app";
  return one.topic || "";
}

/** The bar above what is shown; the Home tab has one too. */
export function header(one, tab) {
  const isChannel = one.kind === "channel" || one.kind === "private";
  const facts = [
    one.is_archived && "archived",
    one.is_shared && "shared with another company",
    isChannel && `${one.member_count} ${one.member_count === 1 ? "member" : "members"}`,
    isChannel && !one.is_archived && !one.app_is_member && `${state.workspace.app.name} is not in this channel`,
  ].filter(Boolean);
  return el("header", { class: "pane-header" },
    iconButton("menu", "Show channels and people", () => emit("open-drawer"), { class: "icon-button drawer-button" }),
    el("div", { class: "pane-title" },
      el("h1", { tabindex: "-1" }, conversationMark(one), el("span", {}, conversationName(one))),
      subtitle(one, tab) ? el("p", { class: "quiet topic" }, subtitle(one, tab)) : null),
    one.kind === "app" ? appTabs(tab) : null,
    facts.length ? el("p", { class: "quiet facts" }, facts.join(" · ")) : null);
}

function intro(one) {
  const isDirect = one.kind === "dm" || one.kind === "app";
  const words = `This is the beginning of ${isDirect ? "your messages with " : ""}${nameWithSign(one)}.`;
  return el("div", { class: "intro" },
    one.kind === "dm" ? avatar(one.user_id, conversationName(one)) : null, el("p", {}, words));
}

function olderButton(channel) {
  const button = el("button", {
    type: "button", class: "button older",
    onclick: () => attempt(async () => {
      const { messages, has_more: hasMore } = await api.fetchMessages(channel, { before: list.messages[0]?.ts });
      if (!hasMore) list.intro = intro(conversation(channel));
      list.prepend(messages);
    }),
  }, "Show earlier messages");
  return el("div", { class: "intro" }, button);
}

/** Why nothing can be written here; null where one can. */
function closedBecause(one) {
  if (one.is_archived) return "This channel is archived. It can be read, and nobody can write in it.";
  if (!one.is_member) return `You are not in #${one.name}: you can read it, but not write in it.`;
  const { app } = state.workspace;
  if (one.kind === "app" && !app.can_be_written_to) return `${app.name} takes no messages here.`;
  return null;
}

function closedNotice(one, reason) {
  const join = el("button", {
    type: "button", class: "button", onclick: () => attempt(() => api.join(one.id)),
  }, `Join #${one.name}`);
  const canJoin = one.kind === "channel" && !one.is_member && !one.is_archived;
  return el("div", { class: "closed" }, icon("lock"), el("p", {}, reason), canJoin ? join : null);
}

/** Shows the conversation of the present place anew. */
export async function showConversation() {
  const one = conversation(state.place.channel);
  const reason = closedBecause(one);
  list = new MessageList({ label: `Messages in ${nameWithSign(one)}` });
  composer = reason ? null : createComposer({ channel: one.id, label: `Message ${nameWithSign(one)}` });
  fill(pane, header(one, "messages"), list.node,
    reason ? closedNotice(one, reason)
      : [createHint((text) => composer.fillIn(text)), composer.node]);
  await load(list, one);
}

async function load(into, one) {
  await attempt(async () => {
    await into.load(async () => {
      const { messages, has_more: hasMore } = await api.fetchMessages(one.id);
      into.intro = hasMore ? olderButton(one.id) : intro(one);
      return messages;
    });
    markRead(one.id);
  });
}

/** Takes the unread badge away. Where that fails nothing is lost, so nobody is told. */
function markRead(channel) {
  api.markRead(channel).catch((error) => {
    if (!error.code) throw error;
  });
}

export function focusComposer() {
  composer?.focus();
}

/** Loads the messages again, after the stream was away for a while. */
export function reloadConversation() {
  if (list) load(list, conversation(state.place.channel));
}

/** Forgets the conversation: something else is shown in its pane. */
export function leaveConversation() {
  list = null;
  composer = null;
}

/** Whether a message belongs to the channel's own list rather than only to a thread. */
function isShownHere(message) {
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  return !isReply || message.subtype === "thread_broadcast";
}

on("conversations", () => {
  const one = list && conversation(state.place.channel);
  // Joined, archived: then one can write where one could not, or the other way round.
  if (one && Boolean(composer) === Boolean(closedBecause(one))) showConversation();
});
on("clock", () => {
  if (!list) return;
  replaceKeepingFocus(pane.querySelector(".pane-header"), header(conversation(state.place.channel), "messages"));
  list.refresh();
});
on("message", ({ channel, message }) => {
  if (!list || channel !== state.place.channel || !isShownHere(message)) return;
  list.put(message);
  if (!document.hidden) markRead(channel);
});
on("message_deleted", ({ channel, ts }) => {
  if (list && channel === state.place.channel) list.remove(ts);
});
on("reaction", ({ channel, ts, reactions }) => {
  if (list?.get(ts) && channel === state.place.channel) list.put({ ts, reactions });
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && list) markRead(state.place.channel);
});
