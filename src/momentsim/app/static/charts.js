/* Pictures of numbers as SVG, each a <figure> with a name and the same numbers as a table for those who listen.
 * Made anew each time (cheap up to a few times a second): host.replaceChildren(lines({...})).
 *
 *   lines({ title, width, height, unit, time: (t) => "Thu 14:20", from, to, now, top,
 *           lines: [{ name, kind: "you"|"nothing"|"as_planned"|"other"|"third"|"fourth", t0, step, values, provisional_from, low, high }],
 *           marks: [{ t, words }] })                                     low/high: a band around the line
 *   river({ title, width, height, time, from, to, t0, step, bands: [{ name, colour, values }], stones: [{ t, words }], money: (v) => text })
 *           bands above 0 stack upwards, below 0 downwards; low, high: the least span of the scale
 *   bars({ title, width, rows: [{ name, value, low, high, colour, words }] })
 *   forest({ title, width, unit, rows: [{ name, value, low, high, words }], format })   differences with intervals about 0
 *   histogram({ title, width, height, edges, counts, truth, format })
 * Colours by name: blue sky green orange vermillion purple grey pale black. Missing values (null) are gaps.
 */
import { h, s, table } from "./elements.js";
import { count, w } from "./words.js";

const is = (value) => value !== null && value !== undefined && Number.isFinite(value);

const figure = (title, width, height, drawn, spoken) =>
  h("figure", { class: "chart" }, s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title }, drawn), spoken);

/** Colours of what makes and takes value, as in the figure of the ledger; the same on every page. */
export const FLOW = { created: "green", destroyed_by_operation: "orange", destroyed_by_handling: "vermillion", won_back: "sky", sold: "blue", usual_price: "grey", word_of_mouth: "purple", refunds: "black", compensation: "pale", goodwill: "purple" };

/** Round steps between two numbers, about `many` of them. */
export function ticks(low, high, many = 4) {
  const rough = (high - low) / many || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
  const found = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return found;
}

/** As many of them as can be read one above the other. */
function legible(low, high, tall) {
  const tries = [Math.floor(tall / 34), 5, 4, 3, 2, 1].filter((many) => many > 0).map((many) => ticks(low, high, many));
  return tries.find((found) => found.length > 1 && ((found[1] - found[0]) / (high - low)) * tall >= 14) ?? ticks(low, high, 1);
}

/** Times of whole hours or days, at most `many`. */
export function timeTicks(from, to, many) {
  const step = [3600, 7200, 10800, 21600, 43200, 86400, 172800, 259200, 604800, 1209600, 2592000, 5184000].find((size) => (to - from) / size <= many && (size >= 86400 || to - from <= 172800)) ?? (to - from) / many;
  const found = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) found.push(t);
  return found;
}

const small = (value) => (Math.abs(value) >= 1e6 ? `${+(value / 1e6).toFixed(1)} M` : Math.abs(value) >= 1e4 ? `${Math.round(value / 1e3)} k` : Math.abs(value) < 10 && value % 1 ? value.toFixed(1) : count(value));

function frame({ width, height, left, right, top, bottom, from, to, low, high, time, format = small, title }) {
  const x = (t) => left + ((t - from) / (to - from || 1)) * (width - left - right);
  const y = (value) => height - bottom - ((value - low) / (high - low || 1)) * (height - top - bottom);
  const drawn = [title && s("text", { class: "title", x: 0, y: 16 }, title)];
  for (const tick of legible(low, high, height - top - bottom)) {
    drawn.push(s("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    drawn.push(s("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, format(tick)));
  }
  for (const tick of time ? timeTicks(from, to, Math.max(2, Math.floor((width - left - right) / 76))) : []) {
    drawn.push(s("line", { class: "axis", x1: x(tick), x2: x(tick), y1: height - bottom, y2: height - bottom + 4 }));
    drawn.push(s("text", { x: x(tick), y: height - bottom + 18, "text-anchor": x(tick) > width - right - 20 ? "end" : "middle" }, time(tick)));
  }
  drawn.push(s("line", { class: "axis", x1: left, x2: width - right, y1: y(Math.max(low, Math.min(0, high))), y2: y(Math.max(low, Math.min(0, high))) }));
  return { x, y, drawn };
}

/** A path through points with gaps; at most one point a pixel, by the mean of those that fall on it. */
function path(values, t0, step, from, to, x, y) {
  const points = [];
  let sum = 0, many = 0, at = null, isGap = true;
  const flush = () => { if (many) { points.push(`${isGap ? "M" : "L"}${at} ${y(sum / many).toFixed(1)}`); isGap = false; } sum = many = 0; };
  for (let index = 0; index < values.length; index += 1) {
    const t = t0 + index * step;
    if (t < from - step || t > to) continue;
    if (!is(values[index])) { flush(); isGap = true; at = null; continue; }
    const here = Math.round(x(Math.max(t, from)));
    if (here !== at) { flush(); at = here; }
    sum += values[index];
    many += 1;
  }
  flush();
  return points.join("");
}

function ends(all, from, to) {
  let low = 0, high = 0;
  for (const { values, t0, step } of all) {
    values.forEach((value, index) => {
      const t = t0 + index * step;
      if (is(value) && t >= from - step && t <= to) { low = Math.min(low, value); high = Math.max(high, value); }
    });
  }
  return [low, high];
}

function sampled(all, from, to, time, format, caption) {
  const many = 12, rows = [];
  for (let index = 0; index <= many; index += 1) {
    const t = from + ((to - from) * index) / many;
    rows.push([time(t), ...all.map((line) => { const value = line.values[Math.round((t - line.t0) / line.step)]; return is(value) ? format(value) : "–"; })]);
  }
  return table(caption, [w("chart.time"), ...all.map((line) => line.name)], rows);
}

export function lines({ title = "", unit = "", width = 520, height = 150, time, from, to, now, top: roof, lines: all, marks = [], format = small, key = true }) {
  const drawnLines = all.filter((line) => line.values.length);
  const bands = drawnLines.flatMap((line) => [line, ...(line.high ? [{ ...line, values: line.high }, { ...line, values: line.low }] : [])]);
  const [low, high] = ends(bands, from, to);
  const isKeyed = key && drawnLines.length > 1;
  const base = frame({ width, height, left: 46, right: 10, top: (title ? 26 : 8) + (isKeyed ? 20 : 0), bottom: 24, from, to, low, high: roof ?? Math.max(high * 1.05, low < 0 ? 0 : 1), time, format, title: unit ? `${title} (${unit})` : title });
  const { x, y, drawn } = base;
  for (const line of drawnLines) {
    const edge = line.high ? path(line.high, line.t0, line.step, from, to, x, y) : "";  // empty until intervals are known
    if (edge) drawn.push(s("path", { class: "band", d: `${edge}${path(line.low, line.t0, line.step, from, to, x, y).split(/(?=[ML])/).reverse().map((point) => `L${point.slice(1)}`).join("")}Z` }));
  }
  for (const { t, words } of marks) {
    if (t < from || t > to) continue;
    drawn.push(s("line", { class: "mark", x1: x(t), x2: x(t), y1: height - 24, y2: isKeyed ? 46 : 28 }), words && s("text", { x: x(t) + 3, y: isKeyed ? 56 : 38 }, words));
  }
  for (const line of [...drawnLines].reverse()) {
    const solidTo = line.provisional_from ?? Infinity;
    const whole = Math.min(to, solidTo);
    drawn.push(s("path", { class: `line ${line.kind}`, d: path(line.values, line.t0, line.step, from, whole, x, y) }));
    if (solidTo < to) drawn.push(s("path", { class: `line ${line.kind} provisional`, d: path(line.values, line.t0, line.step, solidTo, to, x, y) }));
  }
  if (is(now) && now >= from && now <= to) drawn.push(s("line", { class: "now", x1: x(now), x2: x(now), y1: height - 24, y2: isKeyed ? 42 : 24 }));
  if (isKeyed) {
    let at = 0;
    for (const line of drawnLines) {
      drawn.push(s("g", { class: "key" }, s("line", { class: `line ${line.kind}`, x1: at, x2: at + 26, y1: 32, y2: 32 }), s("text", { x: at + 31, y: 36 }, line.name)));
      at += 44 + line.name.length * 7;
    }
  }
  return figure(title, width, height, drawn, sampled(drawnLines, from, to, time ?? ((t) => count(t)), format, title));
}

export function river({ title = "", width = 900, height = 120, time, from, to, t0, step, bands, stones = [], money = small, labels = true, low: floor = 0, high: roof = 0 }) {
  const many = Math.max(0, ...bands.map((band) => band.values.length));
  const up = new Float64Array(many), down = new Float64Array(many), shapes = [], names = [];
  const edge = labels ? Math.min(width * 0.4, 46 + 7.6 * Math.max(10, ...bands.map((band) => band.name.length + money(band.values[band.values.length - 1] ?? 0).length + 1))) : 10;
  let low = floor, high = roof;  // rivers that stand beside each other are given one scale
  const stacked = bands.map((band) => Array.from({ length: many }, (_, index) => {
    const value = is(band.values[index]) ? band.values[index] : 0, side = value >= 0 ? up : down, before = side[index];
    side[index] += value;
    low = Math.min(low, side[index]);
    high = Math.max(high, side[index]);
    return [before, side[index]];
  }));
  const { x, y, drawn } = frame({ width, height, left: 56, right: edge, top: title ? 26 : 8, bottom: 24, from, to, low, high: Math.max(high, -low * 0.08, 1), time, format: money, title });
  const every = Math.max(1, Math.floor(many / 400));
  const kept = Array.from({ length: many }, (_, index) => index).filter((index) => index % every === 0 || index === many - 1);
  bands.forEach((band, row) => {
    const at = (index) => x(Math.min(t0 + index * step, to)).toFixed(1);
    const there = kept.map((index) => `${at(index)} ${y(stacked[row][index][1]).toFixed(1)}`);
    const back = kept.map((index) => `${at(index)} ${y(stacked[row][index][0]).toFixed(1)}`).reverse();
    if (kept.length > 1) shapes.push(s("path", { class: `fill-${band.colour}`, d: `M${there.join("L")}L${back.join("L")}Z` }));
    const last = band.values[many - 1];
    if (labels && many && is(last)) names.push({ at: (y(stacked[row][many - 1][0]) + y(stacked[row][many - 1][1])) / 2, colour: band.colour, words: `${band.name} ${money(last)}` });
  });
  names.sort((one, other) => one.at - other.at);
  names.forEach((name, index) => { name.at = Math.max(name.at, index ? names[index - 1].at + 17 : 14); });
  const over = names.length ? Math.max(0, names[names.length - 1].at - (height - 10)) : 0;
  const tags = names.map((name) => s("g", { class: "key" }, s("rect", { class: `fill-${name.colour}`, x: width - edge + 10, y: name.at - over - 6, width: 12, height: 12 }), s("text", { class: "strong", x: width - edge + 28, y: name.at - over + 5 }, name.words)));
  const rocks = stones.filter((stone) => stone.t >= from && stone.t <= to).map((stone) => s("g", {}, s("circle", { class: "fill-black", cx: x(stone.t), cy: y(0), r: 5 }), s("title", {}, stone.words)));
  const spoken = sampled(bands.map((band) => ({ ...band, t0, step })), from, to, time ?? count, money, title);
  return figure(title, width, height, [drawn, shapes, s("line", { class: "zero", x1: 56, x2: width - edge, y1: y(0), y2: y(0) }), rocks, tags], spoken);
}

function rowsFrame(rows, width, title, values) {
  const left = Math.min(width * 0.4, 20 + 7.5 * Math.max(...rows.map((row) => row.name.length), 4)), right = 150, top = title ? 30 : 8, line = 34;
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const x = (value) => left + ((value - low) / (high - low || 1)) * (width - left - right);
  return { left, right, top, line, x, height: top + rows.length * line + 8, drawn: [title && s("text", { class: "title", x: 0, y: 16 }, title), s("line", { class: "axis", x1: x(0), x2: x(0), y1: top, y2: top + rows.length * line })] };
}

const finite = (rows) => rows.flatMap((row) => [row.value, row.low, row.high]).filter(is);

const spokenRows = (title, rows, format) => table(title, [w("chart.name"), w("chart.value"), w("chart.low"), w("chart.high")], rows.map((row) => [row.name, ...[row.value, row.low, row.high].map((value) => (is(value) ? format(value) : "–"))]));

export function bars({ title = "", width = 700, rows, format = small }) {
  const { top, line, x, height, drawn } = rowsFrame(rows, width, title, finite(rows));
  rows.forEach((row, index) => {
    const middle = top + index * line + line / 2, a = x(Math.min(0, row.value ?? 0)), b = x(Math.max(0, row.value ?? 0));
    drawn.push(s("text", { class: "strong", x: 0, y: middle + 5 }, row.name), s("rect", { class: `fill-${row.colour ?? "blue"}`, x: a, y: middle - 10, width: Math.max(b - a, 1), height: 20 }));
    if (is(row.low) && is(row.high)) drawn.push(s("path", { class: "zero", fill: "none", d: `M${x(row.low)} ${middle - 6}v12m0 -6H${x(row.high)}m0 -6v12` }));
    drawn.push(s("text", { class: "strong", x: Math.max(b, is(row.high) ? x(row.high) : b) + 8, y: middle + 5 }, row.words ?? format(row.value)));
  });
  return figure(title, width, height, drawn, spokenRows(title, rows, format));
}

export function forest({ title = "", width = 700, rows, format = small }) {
  const { top, line, x, height, drawn } = rowsFrame(rows, width, title, finite(rows));
  rows.forEach((row, index) => {
    const middle = top + index * line + line / 2;
    drawn.push(s("text", { class: "strong", x: 0, y: middle + 5 }, row.name));
    if (!is(row.value)) return;
    const isClear = is(row.low) && (row.low > 0 || row.high < 0);
    if (is(row.low)) drawn.push(s("line", { class: "line you", x1: x(row.low), x2: x(row.high), y1: middle, y2: middle }));
    drawn.push(isClear ? s("rect", { class: "fill-blue", x: x(row.value) - 6, y: middle - 6, width: 12, height: 12 }) : s("circle", { fill: "#fff", class: "line you", cx: x(row.value), cy: middle, r: 6 }));
    drawn.push(s("text", { x: Math.max(x(row.value), is(row.high) ? x(row.high) : 0) + 12, y: middle + 5 }, row.words ?? format(row.value)));
  });
  return figure(title, width, height, drawn, spokenRows(title, rows, format));
}

export function histogram({ title = "", width = 520, height = 200, edges, counts, truth, truthWords = "", format = small }) {
  const low = Math.min(edges[0], truth ?? Infinity), high = Math.max(edges[edges.length - 1], truth ?? -Infinity);
  const { x, y, drawn } = frame({ width, height, left: 34, right: 14, top: title ? 44 : 26, bottom: 26, from: low, to: high, low: 0, high: Math.max(1, ...counts), title });
  counts.forEach((many, index) => drawn.push(s("rect", { class: "fill-sky", x: x(edges[index]) + 1, y: y(many), width: Math.max(1, x(edges[index + 1]) - x(edges[index]) - 2), height: y(0) - y(many) })));
  for (const tick of ticks(low, high, 5)) drawn.push(s("text", { x: x(tick), y: height - 6, "text-anchor": "middle" }, format(tick)));
  if (is(truth)) drawn.push(s("line", { class: "mark", x1: x(truth), x2: x(truth), y1: y(0), y2: 30 }), s("text", { class: "strong", x: x(truth), y: 28, "text-anchor": x(truth) > width * 0.6 ? "end" : "start" }, `${truthWords} ${format(truth)}`));
  return figure(title, width, height, drawn, table(title, [w("chart.value"), w("chart.people")], counts.map((many, index) => [`${format(edges[index])} – ${format(edges[index + 1])}`, count(many)])));
}
