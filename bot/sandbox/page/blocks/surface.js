// Where blocks are shown: a message, a modal or the Home tab. It holds what was entered and tells
// the app of what was pressed and chosen.

import * as api from "../api.js";
import { askToConfirm } from "../confirm.js";
import { attempt } from "../toasts.js";
import { textObject } from "./text.js";
import { asSlack, Values } from "./values.js";

export class Surface {
  /**
   * `where` is `{channel, ts}` of a message or `{view_id}` of a view, as the control API names them;
   * `entered` is a `view.state.values` to begin with, and `files` are those that images may name.
   */
  constructor(kind, where, { entered = {}, files = [] } = {}) {
    this.kind = kind;
    this.where = where;
    this.files = files;
    this.values = new Values(entered);
  }

  /** Unique among all inputs of the page: for labels and for giving the focus back. */
  idOf(block, element) {
    const where = this.where.view_id ?? this.where.ts;
    // Lists of ids in attributes are divided by spaces, which an app may use in its own.
    return [this.kind, where, block.block_id, element.action_id].join("-").replace(/\s/g, "_");
  }

  /**
   * Keeps what was entered; the app hears of it where it is an action. False where the person took
   * it back when asked to confirm.
   */
  async changed(block, element, value, { isAction = false } = {}) {
    if (isAction && !(await this.#confirmed(element))) return false;
    this.values.set(block, element, value);
    if (isAction) await this.#send(block, element, asSlack(element, value));
    return true;
  }

  /** A press on a button or a choice from an overflow menu: nothing is kept. */
  async pressed(block, element, value) {
    if (await this.#confirmed(element)) await this.#send(block, element, { type: element.type, ...value });
  }

  options(block, element, query) {
    return api.options(this.where, { block_id: block.block_id, action_id: element.action_id, value: query });
  }

  #send(block, element, value) {
    return attempt(() => api.act(this.where, {
      block_id: block.block_id, action_id: element.action_id, element: value, values: this.values.toSlack(),
    }));
  }

  async #confirmed(element) {
    if (!element.confirm) return true;
    const { title, text, confirm, deny, style } = element.confirm;
    return askToConfirm({
      title: title?.text ?? "Are you sure?", text: textObject(text),
      confirm: confirm?.text ?? "Yes", deny: deny?.text ?? "Cancel", isDangerous: style === "danger",
    });
  }
}
