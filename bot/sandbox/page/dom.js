// Building DOM nodes. Data only ever becomes text or an attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** A new element; `on…` properties are listeners, `data` goes to the dataset, null and false are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** Replaces everything in `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** Makes `parent` hold exactly `nodes` in this order, without touching those already in place. */
export function reconcile(parent, nodes) {
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

/**
 * Puts `fresh` where `old` was. A person in the middle of it keeps the focus: the element with the
 * same `data-key` gets it.
 */
export function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest("[data-key]")?.dataset.key;
  const selection = focused && "selectionStart" in focused
    ? [focused.selectionStart, focused.selectionEnd] : null;
  old.replaceWith(fresh);
  if (!focused) return;
  const again = key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!again) return;
  again.focus({ preventScroll: true });
  // Number, date and e-mail inputs have no selection to restore: theirs reads as null.
  if (selection && selection[0] !== null && "setSelectionRange" in again) {
    again.setSelectionRange(...selection);
  }
}

const ICONS = {
  hash: "M6 2 4.5 14M11.5 2 10 14M2.5 5.5h12M1.5 10.5h12",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  archive: "M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.5h3",
  shared: "M6 4.5H3v8.5h8.5v-3M8 2.5h5.5V8M13.5 2.5 7.5 8.5",
  smile: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6 6.2v.6M10 6.2v.6M5.3 9.3c1.3 1.9 4.1 1.9 5.4 0",
  reply: "M2.5 3.5h11v7.5H8L5 13.5V11H2.5z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  send: "M2.5 2.8 13.8 8 2.5 13.2 4.5 8zM4.5 8h9",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  bolt: "M9 1.8 3.5 9h4l-.6 5.2L12.5 7h-4z",
  theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  plus: "M8 3v10M3 8h10",
  back: "M9.5 3 4.5 8l5 5",
  down: "M8 3v10M3.5 8.5 8 13l4.5-4.5",
  chevron: "M4 6l4 4 4-4",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6",
  group: "M5.5 4a2 2 0 1 0 .01 0M10.8 5a1.7 1.7 0 1 0 .01 0M2 13c0-4.5 7-4.5 7 0M10 9.6c2.3-.7 4 .8 4 3.4",
};

/** A small line drawing; decoration only, so the element around it needs the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function iconButton(name, label, onclick, properties = {}) {
  return el("button", {
    type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties,
  }, icon(name));
}
