// What the page knows, and who wants to hear when it changes.

export const state = {
  workspace: null,
  viewerId: null,
  conversations: [],
  /** What is shown: `{channel: id, tab: "messages" | "home", thread: ts | null}`. */
  place: null,
  /** Seconds the sandbox's clock is ahead of this machine's: a demo may move it to next Monday. */
  clockLead: 0,
};

const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export function setWorkspace(workspace) {
  state.workspace = workspace;
  setClock(workspace.now);
  emit("workspace");
}

export function setClock(now) {
  state.clockLead = now - Date.now() / 1000;
}

/** The sandbox's time, in seconds since 1970. */
export function now() {
  return Date.now() / 1000 + state.clockLead;
}

export function setConversations(conversations) {
  state.conversations = conversations;
  emit("conversations");
}

export function putConversation(conversation) {
  const others = state.conversations.filter((one) => one.id !== conversation.id);
  setConversations([...others, conversation]);
}

export function conversation(id) {
  return state.conversations.find((one) => one.id === id) ?? null;
}

export function appConversation() {
  return state.conversations.find((one) => one.kind === "app") ?? null;
}

export function person(id) {
  return state.workspace?.people.find((one) => one.id === id) ?? null;
}

export function viewer() {
  return person(state.viewerId);
}

export function setPlace(place) {
  state.place = { tab: "messages", thread: null, ...place };
  emit("place");
}
