// The bar at the top: what time it is in the workspace, and how to get to another.

import * as api from "./api.js";
import { momentName, momentShort } from "./dates.js";
import { el, icon, replaceKeepingFocus } from "./dom.js";
import { openMenu } from "./menu.js";
import { emit, now, on, setClock, state, viewer } from "./state.js";
import { attempt, toast } from "./toasts.js";

const bar = document.getElementById("clock");
const TICK_MS = 1000;
/** The ones that are one press away where there is room; the menu has them all. */
const IN_REACH = 2;

let offers = [];
/** What is drawn: the bar is left alone until it would read otherwise. */
let drawn = "";

const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

async function move({ preset, zone }) {
  await attempt(async () => {
    const time = await api.moveClock({ preset });
    offers = time.offers;
    setClock(time.now);
    emit("clock");
    toast(`It is now ${momentName(time.now)}${zone === viewer().tz ? "" : " for you"}.`);
  });
}

/** The offers by the zone that they are meant in, which is named where there is more than one. */
function menuItems() {
  const zones = [...new Set(offers.map((one) => one.zone))];
  return zones.flatMap((zone, number) => [
    ...(zones.length > 1 && number ? [null] : []),
    ...(zones.length > 1
      ? [{ heading: number ? `In your time (${city(zone)})` : `In the workspace's time (${city(zone)})` }] : []),
    ...offers.filter((one) => one.zone === zone).map((one) => ({
      label: one.label,
      detail: zones.length > 1 && !number ? `${momentShort(one.at)} for you` : momentShort(one.at),
      run: () => move(one),
    })),
  ]);
}

function draw() {
  const time = momentShort(now());
  const reading = JSON.stringify([time, offers]);
  if (reading === drawn || bar.querySelector("[aria-expanded=true]")) return;
  drawn = reading;
  const button = el("button", {
    type: "button", class: "clock-button", "aria-label": `Clock: ${time}`, title: "Move the clock forward",
    "aria-haspopup": "menu", "aria-expanded": "false", data: { key: "clock" },
    onclick: () => attempt(async () => {
      offers = (await api.fetchClock()).offers;
      openMenu(button, "Move the clock forward", menuItems());
    }),
  }, icon("clock"), el("time", { datetime: new Date(now() * 1000).toISOString() }, time), icon("chevron"));
  const reach = offers.slice(0, IN_REACH).map((one) => el("button", {
    type: "button", class: "clock-move", data: { key: one.preset }, title: `Move the clock to ${momentName(one.at)}`,
    onclick: () => move(one),
  }, one.label));
  const fresh = el("div", { class: "clock-bar" }, button,
    el("div", { class: "clock-moves", role: "group", "aria-label": "Move the clock to" }, reach));
  replaceKeepingFocus(bar.firstElementChild, fresh);
}

/** What can be moved to depends on the time, and on whose window this is. */
async function refresh() {
  try {
    offers = (await api.fetchClock()).offers;
  } catch (error) {
    // Nobody asked for it, so nobody is told: the time goes on without.
    if (!error.code) throw error;
  }
  draw();
}

/** Whether a moment that is offered is over by now. */
const isStale = () => offers.some((one) => one.at <= now());

export function startClock() {
  bar.append(el("div"));
  on("place", () => {
    if (drawn === "" || bar.dataset.viewer !== state.viewerId) {
      bar.dataset.viewer = state.viewerId;
      refresh();
    }
  });
  on("clock", refresh);
  setInterval(() => (isStale() ? refresh() : draw()), TICK_MS);
}
