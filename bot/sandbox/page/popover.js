// Things that open at a button and close again: menus, pickers, lists. They use the browser's
// popover layer, so that neither a scrolling pane nor a modal cuts them off.

const GAP = 4;
/** Lists below a field stay short enough to see what is around them. */
const HIGHEST_LIST = 320;

/** Puts an open popover below its anchor, or above where there is more room, within the window. */
export function place(popover, anchor, { match = false } = {}) {
  const at = anchor.getBoundingClientRect();
  if (match) popover.style.width = `${Math.max(at.width, 180)}px`;
  popover.style.maxHeight = "";
  const size = popover.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - 2 * GAP;
  const above = at.top - 2 * GAP;
  const wanted = match ? Math.min(size.height, HIGHEST_LIST) : size.height;
  const isBelow = wanted <= below || below >= above;
  const room = Math.max(isBelow ? below : above, 120);
  const highest = match ? Math.min(room, HIGHEST_LIST) : room;
  popover.style.maxHeight = `${highest}px`;
  const height = Math.min(size.height, highest);
  const top = isBelow ? at.bottom + GAP : at.top - GAP - height;
  const left = Math.min(Math.max(at.left, GAP), window.innerWidth - size.width - GAP);
  popover.style.top = `${Math.max(top, GAP)}px`;
  popover.style.left = `${Math.max(left, GAP)}px`;
}

/**
 * Opens `popover` at `anchor` and takes it away when it closes: by Escape, a press elsewhere, or
 * the function this returns. The focus goes back to the anchor unless something else has it.
 */
export function openPopover(popover, anchor, { match = false, onclose } = {}) {
  popover.setAttribute("popover", "auto");
  // Inside a modal everything outside of it is inert, so the popover lives next to its anchor.
  const home = anchor.closest("dialog") ?? document.body;
  home.append(popover);
  popover.showPopover();
  place(popover, anchor, { match });
  anchor.setAttribute("aria-expanded", "true");
  popover.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const hadFocus = popover.contains(document.activeElement) || document.activeElement === document.body;
    popover.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (hadFocus && anchor.isConnected) anchor.focus();
    onclose?.();
  });
  return () => popover.isConnected && popover.matches(":popover-open") && popover.hidePopover();
}
