// Times as the person whose window this is reads them: in their own zone, by the sandbox's clock.

import { now, viewer } from "./state.js";

const formatters = new Map();

function format(seconds, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  }
  return formatters.get(key).format(new Date(seconds * 1000));
}

const zoneOfViewer = () => viewer()?.tz ?? "UTC";

export function clockTime(seconds, zone = zoneOfViewer()) {
  return format(seconds, zone, { hour: "2-digit", minute: "2-digit" });
}

/** A key that is the same for all times of one day in the viewer's zone. */
export function dayKey(seconds) {
  return format(seconds, zoneOfViewer(), { year: "numeric", month: "2-digit", day: "2-digit" });
}

function relativeDay(seconds) {
  const key = dayKey(seconds);
  if (key === dayKey(now())) return "Today";
  if (key === dayKey(now() - 86400)) return "Yesterday";
  if (key === dayKey(now() + 86400)) return "Tomorrow";
  return null;
}

export function dayName(seconds) {
  return relativeDay(seconds)
    ?? format(seconds, zoneOfViewer(), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** The full time, for tooltips. */
export function exactTime(seconds) {
  return format(seconds, zoneOfViewer(), { dateStyle: "full", timeStyle: "long" });
}

/** When something happened, as short as it can be understood: "10:24" or "Monday, 3 August 2026, 10:24". */
export function shortWhen(seconds) {
  const day = relativeDay(seconds);
  return day === "Today" ? clockTime(seconds) : `${day ?? dayName(seconds)}, ${clockTime(seconds)}`;
}

/** A moment of any day, short: "Sun 22 Nov, 03:46". */
export function momentShort(seconds) {
  const day = format(seconds, zoneOfViewer(), { weekday: "short", day: "numeric", month: "short" });
  return `${day.replace(",", "")}, ${clockTime(seconds)}`;
}

/** The same to be read in a sentence: "Sunday 22 November, 03:46". */
export function momentName(seconds) {
  const day = format(seconds, zoneOfViewer(), { weekday: "long", day: "numeric", month: "long" });
  return `${day.replace(",", "")}, ${clockTime(seconds)}`;
}

const numeric = { year: "numeric", month: "2-digit", day: "2-digit" };
const long = { year: "numeric", month: "long", day: "numeric" };
const withWeekday = { weekday: "long", ...long };
const short = { year: "numeric", month: "short", day: "numeric" };

const pretty = (options) => (seconds) =>
  relativeDay(seconds)?.toLowerCase() ?? format(seconds, zoneOfViewer(), options);
const plain = (options) => (seconds) => format(seconds, zoneOfViewer(), options);

const DATE_TOKENS = {
  date_num: (seconds) => format(seconds, zoneOfViewer(), numeric).split("/").reverse().join("-"),
  date_slash: plain(numeric),
  date: plain(long),
  date_long: plain(withWeekday),
  date_long_full: plain(withWeekday),
  date_short: plain(short),
  date_pretty: pretty(long),
  date_long_pretty: pretty(withWeekday),
  date_short_pretty: pretty(short),
  day_divider_pretty: pretty(withWeekday),
  time: plain({ hour: "2-digit", minute: "2-digit" }),
  time_secs: plain({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (seconds) => ago(now() - seconds),
};

function ago(seconds) {
  const steps = [[86400, "day"], [3600, "hour"], [60, "minute"]];
  const [size, unit] = steps.find(([length]) => Math.abs(seconds) >= length) ?? [1, "second"];
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" })
    .format(-Math.round(seconds / size), unit);
}

/** Slack's `<!date^…^{date_short} at {time}|fallback>`; null where a token or the time is unknown. */
export function slackDate(seconds, template) {
  if (!Number.isFinite(seconds)) return null;
  const tokens = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  if (!tokens.every((token) => Object.hasOwn(DATE_TOKENS, token))) return null;
  return template.replace(/\{(\w+)\}/g, (_, token) => DATE_TOKENS[token](seconds));
}

/** How far the viewer's zone is ahead of UTC at that moment, in milliseconds. */
function offset(milliseconds) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zoneOfViewer(), hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(new Date(milliseconds));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return wall - Math.floor(milliseconds / 1000) * 1000;
}

/** The value of a `datetime-local` input for a moment. */
export function toLocalInput(seconds) {
  return new Date(seconds * 1000 + offset(seconds * 1000)).toISOString().slice(0, 16);
}

/** The moment that a `datetime-local` input names in the viewer's zone; null where it is empty. */
export function fromLocalInput(text) {
  if (!text) return null;
  const wall = Date.parse(`${text}Z`);
  // Asked twice, because the first guess may lie on the other side of a change of the clocks.
  const guess = wall - offset(wall);
  return (wall - offset(guess)) / 1000;
}
