// People, groups and conversations as the page names and draws them.

import { clockTime } from "./dates.js";
import { el, icon } from "./dom.js";
import { now, person, state } from "./state.js";

const AVATAR_COLOURS = 10;

export function personName(id) {
  return person(id)?.name ?? (id === "USLACKBOT" ? "Slackbot" : "someone unknown");
}

/** `Ada`, `Ada and Bo`, `Ada, Bo and Chidi`. */
export function nameList(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function initials(name) {
  const words = name.trim().split(/[\s_-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)));
  return (letters.length > 1 ? letters[0] + letters.at(-1) : letters[0] ?? "?").toUpperCase();
}

/** A coloured square with initials: the same person has the same colour everywhere. */
export function avatar(id, name, { isApp = false } = {}) {
  let sum = 0;
  for (const sign of id ?? name) sum = (sum * 31 + sign.codePointAt(0)) % 9973;
  return el("span", {
    class: isApp ? "avatar avatar-app" : "avatar", "aria-hidden": "true",
    data: { colour: String(sum % AVATAR_COLOURS) },
  }, isApp ? icon("bolt") : initials(name));
}

/** What sets a person apart, in a few words: "admin", "guest", "other company"; empty for most. */
export function roleOf(one) {
  if (one.is_deleted) return "deactivated";
  if (one.is_bot) return "app";
  if (one.is_external) return "other company";
  if (one.is_owner) return "owner";
  if (one.is_admin) return "admin";
  return one.is_guest ? "guest" : "";
}

export function localTime(one) {
  return clockTime(now(), one.tz || "UTC");
}

/** Those whose place one can take: people who can sign in. */
export function signInPeople() {
  return state.workspace.people.filter((one) => !one.is_bot && !one.is_deleted && one.id !== "USLACKBOT");
}

export function isApp(id) {
  return id === state.workspace.app.bot_user_id;
}

export function group(id) {
  return state.workspace.groups.find((one) => one.id === id) ?? null;
}

/** Who wrote a message: `{id, name, isApp, isThisApp}`; other bots are apps too. */
export function author(message) {
  const id = message.user ?? message.bot;
  const known = person(message.user);
  const byApp = Boolean(message.bot) || Boolean(known?.is_bot) || isApp(id);
  const name = message.username || known?.name
    || (byApp ? state.workspace.app.name : personName(message.user));
  return { id, name, isApp: byApp, isThisApp: isApp(id) || (byApp && !message.user) };
}

/** The sign in front of a conversation's name. */
export function conversationMark(one) {
  if (one.kind === "app") return avatar(one.id, one.name, { isApp: true });
  if (one.kind === "dm") return avatar(one.user_id, personName(one.user_id));
  if (one.is_archived) return icon("archive");
  return icon(one.kind === "private" ? "lock" : "hash");
}

/** `#general` for channels; a person's or the app's name without a sign. */
export function nameWithSign(one) {
  return one.kind === "dm" || one.kind === "app" ? conversationName(one) : `#${one.name}`;
}

export function conversationName(one) {
  if (one.kind === "app") return state.workspace.app.name;
  if (one.kind === "dm") return one.user_id === state.viewerId
    ? `${personName(one.user_id)} (you)` : personName(one.user_id);
  return one.name;
}
