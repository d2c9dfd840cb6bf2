/* All words that people see, and numbers and times as they are said.
 *
 *   import { loadWords, w, count, money, share, span, clock } from "./words.js";
 *   await loadWords();                     fetches words_en.json (or another by ?lang=zh) and fills data-word="key"
 *   w("wall.waiting", { n: 602 })          "602 people are waiting"; {n} in the words is replaced; w.has(key)
 *   count(11373) "11,373" · share(0.031) "3 %" · money(-46200, "USD") "-46 k USD" · span(2460) "41 minutes"
 *   clock(t, scenario.start) "Thu 15 Feb, 14:20" · clock.short(t, start) "Thu 14:20", after clock.story(horizon) of weeks "Thu 15 14:20"
 *   clock.axis(length, start)(t) for the axis of a chart: "08:00", "Thu 15" or "15 Feb" by how long it is
 * A key that is missing shows itself in brackets: a test finds it.
 */
const words = {};
export const language = new URLSearchParams(location.search).get("lang") === "zh" ? "zh" : "en";

export async function loadWords() {
  const answers = await Promise.all([...new Set(["en", language])].map((one) => fetch(`/static/words_${one}.json`)));
  for (const answer of answers) if (answer.ok) Object.assign(words, await answer.json());
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = w(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", w(node.dataset.label));
  if (document.documentElement.dataset.title) document.title = w(document.documentElement.dataset.title);
}

export function w(key, values = {}) {
  const text = words[key];
  if (text === undefined) return `[${key}]`;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
w.has = (key) => key in words;

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

export const count = (value) => (known(value) ? whole.format(value) : "–");

export const share = (value) => (known(value) ? `${whole.format(value * 100)} %` : "–");

export function money(value, currency = "") {
  if (!known(value)) return "–";
  const size = Math.abs(value);
  const text = size >= 999500 ? `${exact.format(value / 1e6)} M` : size >= 9995 ? `${whole.format(value / 1e3)} k` : whole.format(value);
  return currency ? `${text} ${currency}` : text;
}

const unit = (name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 0 });
const SECONDS = unit("second"), MINUTES = unit("minute"), HOURS = unit("hour"), DAYS = unit("day");

export function span(seconds) {
  if (!known(seconds)) return "–";
  if (seconds < 90) return SECONDS.format(Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return MINUTES.format(minutes);
  if (minutes >= 2880) return DAYS.format(Math.round(minutes / 1440));
  const rest = minutes % 60;
  return rest === 0 || minutes >= 600 ? HOURS.format(Math.round(minutes / 60)) : `${HOURS.format(Math.floor(minutes / 60))} ${MINUTES.format(rest)}`;
}

const inZone = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "UTC", hour12: false, ...options });
const DAY = inZone({ weekday: "short", day: "numeric", month: "short" }), HOUR = inZone({ hour: "2-digit", minute: "2-digit" }), WEEKDAY = inZone({ weekday: "short" }), DATE = inZone({ weekday: "short", day: "numeric" }), MONTH = inZone({ day: "numeric", month: "short" });
let named = WEEKDAY;
const moment = (t, start) => new Date(Date.parse(`${start.slice(0, 16)}:00Z`) + t * 1000);

export const clock = (t, start) => `${DAY.format(moment(t, start)).replace(",", "")}, ${HOUR.format(moment(t, start))}`;
clock.short = (t, start) => `${named.format(moment(t, start)).replace(",", "")} ${HOUR.format(moment(t, start))}`;
/** How long the story is, seconds: a weekday alone would be two days in one of weeks. */
clock.story = (seconds) => { named = seconds <= 7 * 86400 ? WEEKDAY : seconds <= 45 * 86400 ? DATE : MONTH; };
clock.day = (t, start) => DAY.format(moment(t, start)).replace(",", "");
clock.hour = (t, start) => HOUR.format(moment(t, start));
/** Times as an axis of this length says them: hours of a day, days of some weeks, dates of months. */
clock.axis = (seconds, start) => (t) => (seconds <= 172800 ? HOUR : seconds <= 45 * 86400 ? DATE : MONTH).format(moment(t, start)).replace(",", "");
