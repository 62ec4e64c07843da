// The sandbox's event stream, kept open for the person whose window this is.

import { emit, putConversation, setClock, state } from "./state.js";

const LONGEST_WAIT_MS = 1500;
const RETRY_MS = 3000;

let source = null;
/** Whether the stream was open before: then what is shown may have missed something. */
let wasOpen = false;
let opened = () => {};
let retry = null;

const HANDLERS = {
  hello: (event) => {
    setClock(event.now);
    if (wasOpen) emit("reconnected");
    wasOpen = true;
    opened();
  },
  message: (event) => emit("message", event),
  message_deleted: (event) => emit("message_deleted", event),
  reaction: (event) => emit("reaction", event),
  conversation: (event) => putConversation(event.conversation),
  views: (event) => emit("views", event),
  home: (event) => emit("home", event),
  people: () => emit("people"),
  clock: (event) => {
    setClock(event.now);
    emit("clock");
  },
};

function connect() {
  source?.close();
  source = new EventSource(`/control/stream?as=${encodeURIComponent(state.viewerId)}`);
  source.onopen = () => emit("stream", true);
  source.onerror = () => {
    emit("stream", false);
    // The browser tries again by itself, but not after an answer that was an error.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
  };
  source.onmessage = (message) => {
    const event = JSON.parse(message.data);
    HANDLERS[event.type]?.(event);
  };
}

/**
 * Listens as the present viewer; a stream for somebody else is closed first. Resolves once it is
 * open: what is loaded after that misses nothing. Without a stream the page must still appear.
 */
export function openStream() {
  clearTimeout(retry);
  wasOpen = false;
  const isOpen = new Promise((resolve) => {
    opened = resolve;
  });
  connect();
  return Promise.race([isOpen, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);
}
