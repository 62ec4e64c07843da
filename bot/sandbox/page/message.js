// One message: who, when, what, reactions, thread summary, and what one can do with it.

import * as api from "./api.js";
import { renderBlocks } from "./blocks/index.js";
import { renderFile, smallImage } from "./blocks/image.js";
import { Surface } from "./blocks/surface.js";
import { askToConfirm } from "./confirm.js";
import { clockTime, exactTime, shortWhen } from "./dates.js";
import { el, iconButton } from "./dom.js";
import { emojiNode, rememberEmoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { asTyped, isOnlyEmoji, mrkdwn } from "./mrkdwn.js";
import { author, avatar, nameList, personName } from "./people.js";
import { openEmojiPicker } from "./picker.js";
import { emit, state } from "./state.js";
import { attempt } from "./toasts.js";

/** Adds the viewer's reaction, or takes it back. */
function toggleReaction(message, name) {
  const mine = message.reactions?.find((one) => one.name === name)?.users.includes(state.viewerId);
  const change = mine ? api.unreact : api.react;
  if (!mine) rememberEmoji(name);
  return attempt(() => change(message.channel, message.ts, name));
}

function reactionsBar(message) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map(({ name, users, count }) => {
    const who = nameList(users.map((id) => (id === state.viewerId ? "you" : personName(id))));
    return el("button", {
      type: "button", class: "reaction", "aria-pressed": String(users.includes(state.viewerId)),
      "aria-label": `:${name}:, ${count}: ${who}`, title: `${who} reacted with :${name}:`,
      data: { key: `reaction-${name}` }, onclick: () => toggleReaction(message, name),
    }, emojiNode(name), el("span", { class: "reaction-count" }, String(count)));
  });
  const add = iconButton("smile", "Add a reaction",
    () => openEmojiPicker(add, (name) => toggleReaction(message, name)),
    { class: "reaction reaction-add", data: { key: "reaction-add" } });
  return el("div", { class: "reactions" }, chips, add);
}

function threadSummary(message) {
  if (!message.reply_count) return null;
  const replies = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el("button", {
    type: "button", class: "thread-summary", data: { key: "thread" },
    onclick: () => emit("open-thread", message.ts),
  },
  (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, personName(id))),
  el("span", { class: "thread-count" }, replies),
  message.last_reply_ts
    ? el("span", { class: "quiet" }, `Last reply ${shortWhen(Number(message.last_reply_ts))}`) : null);
}

function attachment(one, surface) {
  const node = el("div", { class: "attachment" },
    one.pretext ? el("div", {}, mrkdwn(one.pretext)) : null,
    one.title ? el("p", { class: "attachment-title" }, mrkdwn(one.title)) : null,
    one.text ? el("div", {}, mrkdwn(one.text)) : null,
    one.blocks ? renderBlocks(one.blocks, surface) : null,
    one.image_url ? smallImage({ image_url: one.image_url, alt_text: one.fallback }, "image") : null);
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) {
    node.style.setProperty("--attachment-colour", `#${one.color.replace("#", "")}`);
  }
  return node;
}

function content(message) {
  const surface = new Surface("message", { channel: message.channel, ts: message.ts }, { files: message.files });
  // The line that called a command: shown as it was typed, so nothing in it is markup.
  if (message.is_command_line) return el("p", { class: "quiet command-line" }, message.text);
  const hasBlocks = Boolean(message.blocks?.length);
  const text = !hasBlocks && message.text
    ? el("div", { class: isOnlyEmoji(message.text) ? "text jumbo" : "text" }, mrkdwn(message.text)) : null;
  return el("div", { class: "message-content" },
    text,
    hasBlocks ? renderBlocks(message.blocks, surface) : null,
    (message.attachments ?? []).map((one) => attachment(one, surface)),
    (message.files ?? []).map(renderFile),
    message.edited_ts ? el("span", {
      class: "quiet edited", title: `Edited ${shortWhen(Number(message.edited_ts))}`,
    }, "(edited)") : null);
}

function editor(message, done) {
  const field = el("textarea", {
    class: "field", rows: 3, "aria-label": "Edit message", value: asTyped(message.text), data: { key: "edit" },
    onkeydown: (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        done();
      }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    },
  });
  const save = async () => {
    if (await attempt(() => api.edit(message.channel, message.ts, field.value))) done();
  };
  return el("div", { class: "message-editor" }, field,
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: done }, "Cancel"),
      el("button", { type: "button", class: "button primary", onclick: save }, "Save")));
}

async function confirmDelete(message) {
  const isSure = await askToConfirm({
    title: "Delete message", text: "Delete this message for everybody?", confirm: "Delete", isDangerous: true,
  });
  if (isSure) attempt(() => api.remove(message.channel, message.ts));
}

function openActions(anchor, message, edit) {
  const { app } = state.workspace;
  const shortcuts = app.shortcuts.filter((one) => one.type === "message").map((one) => ({
    label: one.name, detail: app.name, picture: avatar(app.bot_user_id, app.name, { isApp: true }),
    run: () => attempt(() => api.useShortcut(one.callback_id, { channel: message.channel, ts: message.ts })),
  }));
  const own = message.user === state.viewerId ? [
    shortcuts.length ? null : undefined,
    { label: "Edit message", run: edit },
    { label: "Delete message", isDangerous: true, run: () => confirmDelete(message) },
  ].filter((item) => item !== undefined) : [];
  const items = [...shortcuts, ...own];
  openMenu(anchor, "Message actions", items.length ? items
    : [{ label: "There is nothing to do with this message.", isDisabled: true }]);
}

function actionBar(message, { inThread }, edit) {
  const reactButton = iconButton("smile", "React",
    () => openEmojiPicker(reactButton, (name) => toggleReaction(message, name)), { data: { key: "act-react" } });
  const moreButton = iconButton("more", "More actions", () => openActions(moreButton, message, edit),
    { "aria-haspopup": "menu", "aria-expanded": "false", data: { key: "act-more" } });
  return el("div", { class: "message-actions", role: "group", "aria-label": "Message actions" },
    reactButton,
    inThread ? null : iconButton("reply", "Reply in thread", () => emit("open-thread", message.ts),
      { data: { key: "act-thread" } }),
    moreButton);
}

function ephemeralLabel(message) {
  return el("p", { class: "ephemeral-label" }, "Only visible to you",
    el("button", {
      type: "button", class: "link-button", data: { key: "dismiss" },
      onclick: () => attempt(() => api.dismiss(message.channel, message.ts)),
    }, "Dismiss"));
}

function time(message) {
  const seconds = Number(message.ts);
  return el("time", {
    class: "quiet message-time", datetime: new Date(seconds * 1000).toISOString(), title: exactTime(seconds),
  }, clockTime(seconds));
}

/**
 * A message as a list item. `isContinued` leaves out who wrote it, because the message above says
 * so; `inThread` leaves out what belongs to the channel.
 */
export function renderMessage(message, { isContinued = false, inThread = false } = {}) {
  const by = author(message);
  const body = el("div", { class: "message-body" });
  const classes = ["message", isContinued && "continued", message.is_ephemeral && "ephemeral"];
  const node = el("article", {
    class: classes.filter(Boolean).join(" "), "aria-label": `${by.name}, ${clockTime(Number(message.ts))}`,
    data: { ts: message.ts }, tabindex: "-1",
  });
  const show = () => body.replaceChildren(content(message));
  const edit = () => {
    body.replaceChildren(editor(message, () => {
      show();
      node.querySelector("[data-key=act-more]").focus();
      // The list leaves a message alone while it is edited; now it may draw what has changed.
      node.dispatchEvent(new CustomEvent("edit-end", { bubbles: true }));
    }));
    body.querySelector("textarea").focus();
  };
  show();
  node.append(
    el("div", { class: "message-gutter" },
      isContinued ? time(message) : avatar(by.id, by.name, { isApp: by.isThisApp })),
    el("div", { class: "message-main" },
      message.is_ephemeral ? ephemeralLabel(message) : "",
      isContinued ? "" : el("p", { class: "message-head" },
        el("span", { class: "message-author" }, by.name),
        by.isApp ? el("span", { class: "badge" }, "APP") : null,
        time(message)),
      body,
      ...[reactionsBar(message), inThread ? null : threadSummary(message)].filter(Boolean)),
  );
  // Nobody can react to, answer or edit what only they see, nor the line of a command.
  if (!message.is_ephemeral && !message.is_command_line) node.append(actionBar(message, { inThread }, edit));
  return node;
}

/** Whether `message` goes on where `before` left off: same author, within five minutes. */
export function continues(before, message) {
  return Boolean(before) && !before.is_ephemeral && !message.is_ephemeral
    && author(before).id === author(message).id && author(before).name === author(message).name
    && Number(message.ts) - Number(before.ts) < 300;
}
