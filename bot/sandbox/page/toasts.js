// Short notices that something went wrong, and the sentences for them.

import { el, iconButton } from "./dom.js";
import { state } from "./state.js";

const SECONDS_SHOWN = 8;

const SENTENCES = {
  operation_timeout: (app) => `${app} didn't respond in time.`,
  dispatch_failed: (app) => `${app} can't be reached. Is it running?`,
  dispatch_unknown_error: (app) => `${app} answered with an error.`,
  unreachable: () => "The sandbox can't be reached. Is it still running?",
  not_in_channel: () => "You are not in this channel.",
  is_archived: () => "This channel is archived: nobody can write here any more.",
  message_not_found: () => "This message is gone.",
  not_supported_in_threads: () => "Commands can't be used in threads. Use one in the channel's own composer.",
  messages_tab_read_only: (app) => `${app} takes no messages here.`,
  restricted_action: () => "You are not allowed to do that.",
  already_reacted: () => "You have reacted with this emoji already.",
  clock_goes_forward_only: () => "The clock only goes forward: this time is over.",
  no_text: () => "There is nothing to send yet.",
};

/**
 * A sentence for the sandbox's name of an error. `typed` is what was refused, and `text` is what the
 * sandbox itself says of it.
 */
export function explain(code, { typed = "", text = "" } = {}) {
  if (Object.hasOwn(SENTENCES, code)) return SENTENCES[code](state.workspace?.app.name ?? "The app");
  if (code === "not_a_command") {
    return `${typed.trim().split(/\s/)[0]} is not a valid command. Type / to see those there are.`;
  }
  return text || `That did not work (${code}).`;
}

export function toast(sentence) {
  const area = document.getElementById("toasts");
  const card = el("div", { class: "toast" }, el("p", {}, sentence),
    iconButton("close", "Dismiss", () => leave()));
  const leave = () => {
    card.remove();
    if (!area.childElementCount && area.matches(":popover-open")) area.hidePopover();
  };
  area.append(card);
  // The top layer, and its top again: a modal that is open would cover it otherwise.
  if (area.matches(":popover-open")) area.hidePopover();
  area.showPopover();
  setTimeout(leave, SECONDS_SHOWN * 1000);
}

/** Runs `action` and tells the person where it fails; true where it went well. */
export async function attempt(action) {
  try {
    const answer = await action();
    if (answer?.ok !== false) return true;
    toast(explain(answer.error, { text: answer.text }));
  } catch (error) {
    if (!error.code) throw error;
    toast(explain(error.code));
  }
  return false;
}
