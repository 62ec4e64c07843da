// A list of messages that stays as it is but for what changed, and that stays at its end when new
// messages arrive there.

import { dayKey, dayName } from "./dates.js";
import { el, icon, reconcile, replaceKeepingFocus } from "./dom.js";
import { continues, renderMessage } from "./message.js";

const NEAR_END_PIXELS = 60;

export class MessageList {
  #messages = new Map();
  #nodes = new Map();
  #days = new Map();
  #inThread;
  /** Messages that came by themselves while others are being loaded; null at other times. */
  #arrived = null;
  #stayAtEnd = true;

  constructor({ label, inThread = false, intro = null }) {
    this.#inThread = inThread;
    this.intro = intro;
    this.log = el("div", { class: "messages" });
    this.log.addEventListener("edit-end", () => this.#draw());
    this.newer = el("button", {
      type: "button", class: "button primary jump", hidden: true, onclick: () => this.toEnd(),
    }, "New messages ", icon("down"));
    this.scroller = el("div", {
      class: "scroller", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": label,
      onscroll: () => this.#scrolled(),
    }, this.log);
    this.node = el("div", { class: "message-list" }, this.scroller, this.newer);
    // A picture that has loaded or a notice above the composer must not push the end out of sight.
    const sizes = new ResizeObserver(() => this.#stayAtEnd && this.toEnd());
    sizes.observe(this.scroller);
    sizes.observe(this.log);
  }

  get messages() {
    return [...this.#messages.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  get(ts) {
    return this.#messages.get(ts) ?? null;
  }

  /** Shows the messages that `fetch` gives. What arrives meanwhile may be newer, so it is kept. */
  async load(fetch) {
    const arrived = new Map();
    this.#arrived = arrived;
    const messages = await fetch();
    // Another loading has begun since: its answer is the newer one.
    if (this.#arrived !== arrived) return;
    this.#arrived = null;
    this.#reset(new Map([...messages.map((message) => [message.ts, message]), ...arrived]));
  }

  #reset(messages) {
    this.#messages = messages;
    this.#nodes.clear();
    this.#days.clear();
    this.scroller.setAttribute("aria-busy", "true");
    this.log.replaceChildren();
    this.#draw();
    this.scroller.removeAttribute("aria-busy");
    this.toEnd();
  }

  /** Adds older messages on top, and keeps those that were seen where they are. */
  prepend(messages) {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    for (const message of messages) this.#messages.set(message.ts, message);
    this.#draw();
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
  }

  /** A message is new or has changed. */
  put(message) {
    const isNew = !this.#messages.has(message.ts);
    const wasAtEnd = this.isAtEnd;
    const whole = { ...this.#messages.get(message.ts), ...message };
    this.#messages.set(message.ts, whole);
    this.#arrived?.set(message.ts, whole);
    this.#draw();
    if (wasAtEnd) this.toEnd();
    else if (isNew) this.newer.hidden = false;
  }

  remove(ts) {
    this.#arrived?.delete(ts);
    if (this.#messages.delete(ts)) this.#draw();
  }

  /** Draws everything anew, since it is another time now; a message that is edited stays. */
  refresh() {
    this.#days.clear();
    for (const known of this.#nodes.values()) known.signature = null;
    const wasAtEnd = this.isAtEnd;
    this.#draw();
    if (wasAtEnd) this.toEnd();
  }

  get isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
  }

  toEnd() {
    this.#stayAtEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
  }

  #scrolled() {
    this.#stayAtEnd = this.isAtEnd;
    if (this.isAtEnd) this.newer.hidden = true;
  }

  #draw() {
    const nodes = this.intro ? [this.intro] : [];
    let before = null;
    for (const message of this.messages) {
      const day = dayKey(Number(message.ts));
      const isNewDay = !before || day !== dayKey(Number(before.ts));
      if (isNewDay) nodes.push(this.#dayNode(day, message));
      nodes.push(this.#messageNode(message, !isNewDay && continues(before, message)));
      before = message;
    }
    for (const ts of this.#nodes.keys()) if (!this.#messages.has(ts)) this.#nodes.delete(ts);
    reconcile(this.log, nodes);
  }

  #dayNode(day, message) {
    if (!this.#days.has(day)) {
      this.#days.set(day, el("div", { class: "day", role: "separator" }, el("span", {}, dayName(Number(message.ts)))));
    }
    return this.#days.get(day);
  }

  #messageNode(message, isContinued) {
    const signature = JSON.stringify([message, isContinued]);
    const known = this.#nodes.get(message.ts);
    if (known?.signature === signature || known?.node.querySelector(".message-editor")) return known.node;
    const node = renderMessage(message, { isContinued, inThread: this.#inThread });
    if (known) replaceKeepingFocus(known.node, node);
    this.#nodes.set(message.ts, { signature, node });
    return node;
  }
}
