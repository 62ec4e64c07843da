// Where one writes: a text area with completion, an emoji picker, the app's shortcuts and commands.

import * as api from "./api.js";
import { Completion, withHandles } from "./completion.js";
import { el, iconButton } from "./dom.js";
import { rememberEmoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { avatar } from "./people.js";
import { openEmojiPicker } from "./picker.js";
import { state } from "./state.js";
import { attempt, explain } from "./toasts.js";

/** What was written and not sent yet, by person, conversation and thread. */
const drafts = new Map();

/** The usage hint of the command that the text begins with, once its name is complete. */
function usageOf(text) {
  const word = text.match(/^(\/\S+)\s/)?.[1];
  const command = state.workspace.app.commands.find((one) => one.command === word);
  return command?.usage_hint ? `${command.command} ${command.usage_hint}` : "";
}

export function createComposer({ channel, thread = null, label }) {
  return new Composer({ channel, thread, label });
}

class Composer {
  #channel;
  #thread;
  #draftKey;

  constructor({ channel, thread, label }) {
    this.#channel = channel;
    this.#thread = thread;
    this.#draftKey = [state.viewerId, channel, thread].join(" ");
    this.field = el("textarea", {
      class: "composer-field", rows: 1, placeholder: label, "aria-label": label,
      value: drafts.get(this.#draftKey) ?? "",
      oninput: () => this.#typed(), onkeydown: (event) => this.#keyed(event),
    });
    this.usage = el("p", { class: "composer-usage", hidden: true });
    this.error = el("p", { class: "composer-error", role: "alert", hidden: true });
    this.completion = new Completion(this.field, { withCommands: !thread, onchange: () => this.#typed() });
    this.sendButton = iconButton("send", "Send", () => this.#send(), { class: "icon-button send" });
    this.node = el("form", { class: "composer", onsubmit: (event) => event.preventDefault() },
      this.completion.node, this.error,
      el("div", { class: "composer-box" }, this.field, this.usage,
        el("div", { class: "composer-bar" }, thread ? null : this.#actionsButton(), this.#emojiButton(),
          el("span", { class: "composer-help quiet" }, "Enter sends, Shift+Enter starts a new line"),
          this.sendButton)));
    this.#typed();
  }

  focus() {
    this.field.focus();
  }

  /** Puts a text into the field, as an example to send or change. */
  fillIn(text) {
    this.field.value = text;
    this.#typed();
    this.completion.close();
    this.field.focus();
  }

  #typed() {
    const text = this.field.value;
    drafts.set(this.#draftKey, text);
    this.error.hidden = true;
    this.sendButton.disabled = !text.trim();
    this.usage.textContent = this.#thread ? "" : usageOf(text);
    this.usage.hidden = !this.usage.textContent;
  }

  #keyed(event) {
    if (this.completion.keyed(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }

  async #send() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.fillIn("");
    try {
      const answer = await api.say(this.#channel, withHandles(text), this.#thread);
      if (answer.kind === "command" && !answer.ok) {
        this.#refuse(text, explain(answer.error, { typed: text, text: answer.text }));
      }
    } catch (error) {
      if (!error.code) throw error;
      this.#refuse(text, explain(error.code, { typed: text }));
    }
  }

  /** Says why, and gives back what was written unless something new has been begun. */
  #refuse(text, sentence) {
    if (!this.field.value) this.fillIn(text);
    this.error.textContent = sentence;
    this.error.hidden = false;
  }

  #insert(text) {
    const { selectionStart: start, selectionEnd: end } = this.field;
    this.field.setRangeText(text, start, end, "end");
    this.#typed();
    this.field.focus();
  }

  #emojiButton() {
    const button = iconButton("smile", "Insert an emoji", () => openEmojiPicker(button, (name) => {
      rememberEmoji(name);
      this.#insert(`:${name}: `);
    }));
    return button;
  }

  #actionsButton() {
    const { app } = state.workspace;
    const picture = () => avatar(app.bot_user_id, app.name, { isApp: true });
    const shortcuts = app.shortcuts.filter((one) => one.type === "global").map((one) => ({
      label: one.name, detail: one.description, picture: picture(),
      run: () => attempt(() => api.useShortcut(one.callback_id)),
    }));
    const commands = app.commands.map((one) => ({
      label: one.command, detail: one.description, picture: picture(),
      run: () => this.fillIn(`${one.command} `),
    }));
    const button = iconButton("bolt", "Shortcuts and commands", () => openMenu(button, "Shortcuts and commands", [
      { heading: "Shortcuts" }, ...shortcuts, { heading: "Commands" }, ...commands,
    ]), { "aria-haspopup": "menu", "aria-expanded": "false" });
    return button;
  }
}
