// The sandbox's control API, seen from the person whose window this is.

import { state } from "./state.js";

/** An answer that is not a success; `code` is the sandbox's name for the reason. */
class RefusedError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new RefusedError(body.error ?? `http_${response.status}`);
  return body;
}

async function request(path, options) {
  try {
    return await answerOf(await fetch(`/control/${path}`, options));
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError("unreachable");
  }
}

function get(path, parameters = {}) {
  const known = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  const query = new URLSearchParams(known);
  return request(known.length ? `${path}?${query}` : path);
}

function post(path, body) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.viewerId, ...body }),
  });
}

export const fetchWorkspace = () => get("workspace");
export const fetchState = () => get("state");
export const fetchConversations = () => get("conversations", { as: state.viewerId });
/** `channel` may be `@handle` too: that opens the direct messages with somebody. */
export const fetchMessages = (channel, { thread, before, limit = 100 } = {}) =>
  get("messages", { as: state.viewerId, channel, thread, before, limit });
export const fetchViews = () => get("views", { as: state.viewerId });
export const fetchClock = () => get("clock", { as: state.viewerId });
/** `to` is a time as ISO 8601 writes it, or `{preset}` for one that was offered. */
export const moveClock = (to) => post("clock", { to });
export const fetchHome = () => get("home", { as: state.viewerId });

export const openHome = () => post("open-home", {});
export const markRead = (channel) => post("read", { channel });
export const say = (channel, text, thread) =>
  post("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
export const react = (channel, ts, name) => post("react", { channel, ts, name });
export const unreact = (channel, ts, name) => post("unreact", { channel, ts, name });
export const edit = (channel, ts, text) => post("edit", { channel, ts, text });
export const remove = (channel, ts) => post("delete", { channel, ts });
export const join = (channel) => post("join", { channel });
export const dismiss = (channel, ts) => post("dismiss", { channel, ts });
/** `where` is `{channel, ts}` for a message and `{view_id}` for a view. */
export const act = (where, action) => post("act", { ...where, ...action });
export const options = (where, query) => post("options", { ...where, ...query });
export const useShortcut = (callbackId, where = {}) =>
  post("shortcut", { callback_id: callbackId, ...where });
export const submit = (viewId, values) => post("submit", { view_id: viewId, values });
export const close = (viewId, all = false) => post("close", { view_id: viewId, all });
