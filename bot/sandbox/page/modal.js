// The modal stack: its top view is shown. Views may be changed by the app while they are open.

import * as api from "./api.js";
import { renderBlocks } from "./blocks/index.js";
import { showErrors } from "./blocks/input.js";
import { Surface } from "./blocks/surface.js";
import { plainText } from "./blocks/text.js";
import { el, fill, iconButton, replaceKeepingFocus } from "./dom.js";
import { on } from "./state.js";
import { attempt, explain, toast } from "./toasts.js";

const dialog = document.getElementById("modal");
/** What was entered, by view: going back to a view finds it as it was left. */
const surfaces = new Map();

let stack = [];
/** As of which change of the workspace the stack is: answers and the stream come in any order. */
let revision = 0;
let shown = { id: null, hash: null };
let body = null;

const top = () => stack.at(-1) ?? null;

function surfaceOf(view) {
  if (!surfaces.has(view.id)) {
    surfaces.set(view.id, new Surface("modal", { view_id: view.id }, { entered: view.state?.values }));
  }
  return surfaces.get(view.id);
}

/** What only the browser sees: text in a number field, half a date, no address. The sandbox checks the rest. */
function validityErrors() {
  const errors = {};
  for (const field of body.querySelectorAll("input, textarea")) {
    const block = field.closest(".block.input")?.dataset.block;
    if (block && !field.checkValidity()) errors[block] ??= field.validationMessage;
  }
  return errors;
}

async function submit(event) {
  event.preventDefault();
  const view = top();
  const surface = surfaceOf(view);
  const errors = validityErrors();
  if (Object.keys(errors).length) {
    showErrors(body, errors)?.focus();
    return;
  }
  setBusy(true);
  await attempt(async () => {
    const answer = await api.submit(view.id, surface.values.toSlack());
    show(answer);
    if (answer.errors && top()) showErrors(body, answer.errors)?.focus();
    else if (answer.ok === false) toast(explain(answer.error, { text: answer.text }));
  });
  setBusy(false);
}

function setBusy(isBusy) {
  dialog.setAttribute("aria-busy", String(isBusy));
  const button = dialog.querySelector("[type=submit]");
  if (button) button.disabled = isBusy;
}

/** True while a view is being closed: one press of Escape can arrive as two events. */
let isClosing = false;

async function close({ all = false } = {}) {
  if (isClosing || !top()) return;
  isClosing = true;
  await attempt(async () => show(await api.close(top().id, all)));
  isClosing = false;
}

function head(view) {
  return el("header", { class: "modal-head" },
    stack.length > 1 ? iconButton("back", "Back", () => close()) : null,
    el("h2", { id: "modal-title" }, plainText(view.title.text)),
    iconButton("close", "Close", () => close({ all: true }), { data: { key: "modal-close" } }));
}

function foot(view) {
  return el("footer", { class: "dialog-buttons" },
    el("button", { type: "button", class: "button", data: { key: "modal-cancel" }, onclick: () => close() },
      plainText(view.close?.text ?? "Cancel")),
    view.submit ? el("button", { type: "submit", class: "button primary", data: { key: "modal-submit" } },
      plainText(view.submit.text)) : null);
}

function draw(view) {
  const surface = surfaceOf(view);
  surface.values.keepOnly(view.blocks);
  body = el("div", { class: "modal-body" }, renderBlocks(view.blocks, surface));
  const form = el("form", { class: "modal-form", novalidate: true, onsubmit: submit }, head(view), body, foot(view));
  const before = dialog.querySelector("form");
  const isSameView = before && shown.id === view.id;
  const scrolled = isSameView ? before.querySelector(".modal-body").scrollTop : 0;
  if (isSameView) replaceKeepingFocus(before, form);
  else fill(dialog, form);
  body.scrollTop = scrolled;
  if (view.errors) showErrors(body, view.errors);
  return isSameView;
}

/** The field that asks for it, else the first one, else a button: the close button is always there. */
function focusFirst() {
  // What was chosen before stands in front of its field, each with a button that removes it.
  const field = body.querySelector("[autofocus]") ?? body.querySelector("input, textarea") ?? body.querySelector("button");
  (field ?? dialog.querySelector("button")).focus();
}

/** Brings what is on screen in line with the stack, unless what is there already is newer. */
function show(next) {
  if (next.revision < revision) return;
  ({ stack, revision } = next);
  for (const id of surfaces.keys()) if (!stack.some((view) => view.id === id)) surfaces.delete(id);
  const view = top();
  if (!view) {
    shown = { id: null, hash: null };
    if (dialog.open) dialog.close();
    return;
  }
  if (dialog.open && shown.id === view.id && shown.hash === view.hash) {
    // Only what the app changes gets a new hash: what the person typed is on screen already.
    showErrors(body, view.errors ?? {});
    return;
  }
  const isSameView = draw(view);
  shown = { id: view.id, hash: view.hash };
  if (!dialog.open) dialog.showModal();
  if (!isSameView) focusFirst();
}

export async function reloadViews() {
  revision = 0; // a workspace that was started again counts anew
  await attempt(async () => show(await api.fetchViews()));
}

export function startModals() {
  on("views", show);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  // A second Escape closes the dialog whatever its listeners say; the stack follows.
  dialog.addEventListener("close", () => {
    if (top()) close();
  });
}
