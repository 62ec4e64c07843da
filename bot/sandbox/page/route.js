// The address bar keeps who one is and what is shown: `#/ada/general`, `#/ada/@bo`,
// `#/ada/app/home`, `#/ada/general/1700000000.000100` for a thread.

import { appConversation, conversation, person, state } from "./state.js";

function readRoute() {
  const [, handle, where, more] = location.hash.split("/").map(decodeURIComponent);
  return { handle, where, more };
}

/** The viewer that the address names; null for nobody known. */
export function viewerOfRoute() {
  const { handle } = readRoute();
  return state.workspace.people.find((one) => one.handle === handle && !one.is_bot && !one.is_deleted) ?? null;
}

/** The place that the address names, among the viewer's conversations; null for none of them. */
export function placeOfRoute() {
  const { where, more } = readRoute();
  if (where === "app") {
    const app = appConversation();
    return app && { channel: app.id, tab: more === "home" ? "home" : "messages" };
  }
  const found = state.conversations.find((one) => nameInRoute(one) === where);
  return found ? { channel: found.id, thread: more || null } : null;
}

function nameInRoute(one) {
  if (one.kind === "app") return "app";
  return one.kind === "dm" ? `@${person(one.user_id)?.handle}` : one.name;
}

/** The place that a message's permalink leads to: `/archives/C1/p1700000000000100`; null for other addresses. */
export function placeOfPermalink(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  const [, channel, seconds, rest] = url?.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/) ?? [];
  if (url?.origin !== location.origin || !channel) return null;
  return { channel, message: `${seconds}.${rest}`, thread: url.searchParams.get("thread_ts") };
}

/** Puts the present place into the address, without a new entry in the browser's history. */
export function writeRoute() {
  const { channel, tab, thread } = state.place;
  const parts = [person(state.viewerId).handle, nameInRoute(conversation(channel))];
  if (tab === "home") parts.push("home");
  else if (thread) parts.push(thread);
  const hash = `#/${parts.map(encodeURIComponent).join("/")}`;
  if (location.hash !== hash || location.pathname !== "/") history.replaceState(null, "", `/${hash}`);
}
