/* The people: callers as dots in their place in the queue, agents as squares, and under the water line who will call again.
 *
 *   const people = crowd(host, describe);       host: an element with a size; describe(text) gets one sentence for the picture's name
 *   people.news(room)                           after each frame; what moves is drawn at the screen's own pace
 *   people.timing()                             { frames, mean, max } script time in ms of frames drawn since the last call
 *
 * Two canvases: what stands still is drawn when a frame brings news, callers while they move. Dots are sprites, squares one
 * path a colour. Above 2,000 a dot stands for several people and the picture says so. In X-ray a mood is told by colour, by
 * shape and by height; in fog every caller looks alike, as to a real centre.
 */
import { h } from "./elements.js";
import { clock, count, span, w } from "./words.js";

const MOST = 2000, MOST_BENEATH = 800, MOODS = ["calm", "annoyed", "angry", "furious"], SIZES = [40, 32, 26, 22, 18, 15, 12, 10, 8, 7, 6, 5, 4, 3];
const styles = () => { const read = getComputedStyle(document.documentElement); return Object.fromEntries(["ink", "quiet-ink", "green", "orange", "vermillion", "black", "grey", "pale", "blue", "sky"].map((name) => [name, read.getPropertyValue(`--${name}`).trim()])); };
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/* Shapes on a square of 1 by 1: they differ when colours do not. */
const SHAPES = {
  person(g) { g.arc(0.5, 0.27, 0.2, 0, 7); g.moveTo(0.1, 0.95); g.bezierCurveTo(0.1, 0.4, 0.9, 0.4, 0.9, 0.95); g.closePath(); },
  calm(g) { g.arc(0.5, 0.5, 0.4, 0, 7); },
  annoyed(g) { g.rect(0.14, 0.14, 0.72, 0.72); },
  angry(g) { g.moveTo(0.5, 0.02); g.lineTo(0.96, 0.5); g.lineTo(0.5, 0.98); g.lineTo(0.04, 0.5); g.closePath(); },
  furious(g) { for (let i = 0; i < 10; i += 1) { const r = i % 2 ? 0.24 : 0.52, a = (i * Math.PI) / 5 - Math.PI / 2; g.lineTo(0.5 + r * Math.cos(a), 0.53 + r * Math.sin(a)); } g.closePath(); },
};
const FILLS = { person: "quiet-ink", calm: "green", annoyed: "orange", angry: "vermillion", furious: "black" };

const drawnSprites = new Map();

/** A dot drawn once for each shape, colour and size, and copied from then on. */
function sprite(shape, colour, size, density) {
  const key = `${shape} ${colour} ${size.toFixed(1)} ${density}`;
  if (!drawnSprites.has(key)) drawnSprites.set(key, drawSprite(shape, colour, size, density));
  return drawnSprites.get(key);
}

function drawSprite(shape, colour, size, density) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.max(1, Math.round(size * density));
  const g = canvas.getContext("2d");
  g.scale(canvas.width, canvas.width);
  g.fillStyle = colour;
  g.beginPath();
  SHAPES[shape](g);
  g.fill();
  return canvas;
}

/** Cells of a picture in which `many` people stand, given a cell that was good before: no jumping between two sizes. */
function fitting(fits, before) {
  const best = SIZES.find((size) => fits(size, 1)) ?? SIZES[SIZES.length - 1];
  if (!before || best <= before) return best;
  return SIZES.find((size) => size >= before && fits(size, 1.25)) ?? before;
}

export function crowd(host, describe = () => {}) {
  const still = h("canvas", { "aria-hidden": "true" }), moving = h("canvas", { "aria-hidden": "true" });
  for (const canvas of [still, moving]) Object.assign(canvas.style, { position: "absolute", left: "0", top: "0", width: "100%", height: "100%" });
  host.append(still, moving);
  const colours = styles(), calmly = matchMedia("(prefers-reduced-motion: reduce)");
  const x = new Float32Array(MOST + 200), y = new Float32Array(MOST + 200), toX = new Float32Array(MOST + 200), toY = new Float32Array(MOST + 200);
  const mood = new Uint8Array(MOST + 200);
  let shown = 0, cell = 0, agentCell = 0, sprites = {}, spriteKey = "", wide = 0, tall = 0, density = 1, room = null, isAsked = false, times = [];

  const observer = new ResizeObserver(() => { measure(); if (room) news(room); });
  observer.observe(host);
  measure();

  function measure() {
    density = Math.min(2, devicePixelRatio || 1);
    wide = host.clientWidth;
    tall = host.clientHeight;
    for (const canvas of [still, moving]) { canvas.width = Math.round(wide * density); canvas.height = Math.round(tall * density); }
    spriteKey = "";
  }

  const labelWide = () => Math.min(250, wide * 0.22);
  const zones = () => {
    const many = (room.groups ?? []).length;
    const water = room.state?.xray ? Math.max(84, tall * 0.2) : Math.max(60, tall * 0.14), agents = Math.min(tall * 0.45, Math.max(tall * 0.33, many * 34 + 30));
    return { callers: [4, tall - water - agents - 12], agents: [tall - water - agents, agents - 8], water: [tall - water, water] };
  };

  function news(now) {
    const begun = performance.now();
    room = now;
    if (!room.frame || !wide) return;
    placeCallers();
    drawStill();
    times.push(performance.now() - begun);
    ask();
  }

  function ask() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame((at) => {
      isAsked = false;
      const isTooSoon = at - drawnAt < 30 && !isMoving;  // who only trembles does so 30 times a second
      if (isTooSoon || drawMoving(at)) ask();
    });
  }

  /* ---- callers ---- */
  function placeCallers() {
    const { frame, state } = room, [top, high] = zones().callers, left = labelWide(), across = wide - left - 8;
    const isXray = Boolean(state?.xray && frame.x), told = isXray ? frame.x.callers.map(bytes) : null;
    const waiting = frame.queues.map(([many]) => many), total = waiting.reduce((sum, many) => sum + many, 0);
    const perDot = isXray ? frame.x.per_dot || 1 : Math.max(1, Math.ceil(total / MOST));
    const dots = isXray ? told.map((moods) => moods.length) : waiting.map((many) => Math.ceil(many / perDot));
    const columns = dots.length > 3 ? 2 : 1, rows = Math.ceil(dots.length / columns) || 1;
    const bandWide = across / columns, bandHigh = high / rows, inBand = bandHigh - (dots.length > 1 ? 22 : 0) - 6;
    const isLanes = isXray && inBand > 130, lane = inBand / MOODS.length;
    const fits = (size, more) => dots.every((many) => (isLanes ? Math.ceil((many * more) / Math.floor((bandWide - 12) / size)) * size <= lane - 4 : Math.floor((bandWide - 12) / size) * Math.floor(inBand / size) >= many * more));
    cell = fitting(fits, cell);
    let at = 0;
    const bands = [];
    dots.forEach((many, queue) => {
      const bandX = left + (queue % columns) * bandWide, bandY = top + Math.floor(queue / columns) * bandHigh + (dots.length > 1 ? 22 : 0);
      const before = at;
      at = isLanes ? inLanes(told[queue], at, bandX, bandY, bandWide, lane) : inColumns(told?.[queue], many, at, bandX, bandY, inBand);
      bands.push({ queue, x: bandX, y: bandY, from: before, many });
    });
    for (let index = shown; index < at; index += 1) { x[index] = wide + 10; y[index] = toY[index]; }
    shown = Math.min(at, MOST);
    layout = { bands, isXray, isLanes, lane, perDot, top, high, waiting, total };
    if (calmly.matches) { x.set(toX); y.set(toY); }
  }
  let layout = null, drawnAt = 0, isMoving = false;

  function inColumns(moods, many, at, bandX, bandY, inBand) {
    const rows = Math.max(1, Math.floor(inBand / cell)), filled = new Uint16Array(5), heights = new Uint16Array(5);
    for (let first = 0; first < many; first += rows) {
      const last = Math.min(first + rows, many);
      filled.fill(0);
      for (let place = first; place < last; place += 1) filled[moods ? moods[place] : 4] += 1;
      for (let kind = 0, below = 0; kind < 5; below += filled[kind], kind += 1) heights[kind] = below;  // calm below, furious on top
      for (let place = first; place < last && at < MOST; place += 1, at += 1) {
        mood[at] = moods ? Math.min(3, moods[place]) : 4;
        toX[at] = bandX + (first / rows) * cell;
        toY[at] = bandY + inBand - (heights[mood[at]] += 1) * cell;
      }
    }
    return at;
  }

  function inLanes(moods, at, bandX, bandY, bandWide, lane) {
    const columns = Math.max(1, Math.floor((bandWide - 12) / cell)), each = Math.max(1, Math.ceil(moods.length / columns)), heights = new Uint16Array(4);
    for (let place = 0; place < moods.length && at < MOST; place += 1) {
      if (place % each === 0) heights.fill(0);
      const kind = Math.min(3, moods[place]);
      mood[at] = kind;
      toX[at] = bandX + Math.floor(place / each) * cell;
      toY[at] = bandY + (4 - kind) * lane - 3 - (heights[kind] += 1) * cell;
      at += 1;
    }
    return at;
  }

  function drawMoving(at) {
    const begun = performance.now(), g = moving.getContext("2d");
    const key = `${cell} ${density}`;
    if (key !== spriteKey) {
      sprites = [...MOODS, "person"].map((shape) => sprite(shape, colours[FILLS[shape]], cell * 0.94, density));
      spriteKey = key;
    }
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, moving.width, moving.height);
    const share = 1 - Math.exp(-Math.min(200, at - (drawnAt || at - 16)) / 90), rise = layout.isLanes ? 1 : share;
    drawnAt = at;
    isMoving = false;
    const isPlayed = room.state?.state === "running" && !calmly.matches;
    for (let index = 0; index < shown; index += 1) {
      const away = toX[index] - x[index], down = toY[index] - y[index];
      if (away * away + down * down > 0.25) { x[index] += away * share; y[index] += down * rise; isMoving = true; } else { x[index] = toX[index]; y[index] = toY[index]; }
      const shake = mood[index] === 3 && isPlayed ? Math.sin(at / 60 + index) * 0.7 : 0;
      g.drawImage(sprites[mood[index]], Math.round((x[index] + shake) * density), Math.round(y[index] * density));
    }
    times.push(performance.now() - begun);
    return isMoving || (isPlayed && layout.isXray);
  }

  /* ---- what stands still ---- */
  function drawStill() {
    const g = still.getContext("2d");
    g.setTransform(density, 0, 0, density, 0, 0);
    g.clearRect(0, 0, wide, tall);
    const size = Math.max(13, Math.min(20, wide / 66));
    const text = (words, atX, atY, { weight = 400, colour = "ink", scale = 1, align = "left", most } = {}) => {
      g.font = `${weight} ${Math.round(size * scale)}px system-ui, "Liberation Sans", sans-serif`;
      g.fillStyle = colours[colour];
      g.textAlign = align;
      g.fillText(words, atX, atY, most);
    };
    labelCallers(g, text, size);
    drawAgents(g, text, size);
    drawWater(g, text, size);
    describe(sentence());
  }

  function labelCallers(g, text, size) {
    const { bands, isXray, isLanes, lane, perDot, top, high, total } = layout;
    if (isLanes) {
      MOODS.forEach((name, kind) => {
        const base = bands[0].y + (4 - kind) * lane;
        const mark = sprite(name, colours[FILLS[name]], size, density);
        g.drawImage(mark, 0, base - lane / 2 - size * 0.6, size, size);
        text(w(`mood.${name}`), size * 1.5, base - lane / 2 + size * 0.3, { weight: 700, most: labelWide() - 90 });
        text(count(room.frame.x.moods[kind]), labelWide() - 16, base - lane / 2 + size * 0.3, { align: "right" });
        g.strokeStyle = colours.pale;
        g.beginPath();
        g.moveTo(0, base);
        g.lineTo(wide, base);
        g.stroke();
      });
    } else {
      text(w("crowd.callers"), 0, top + size * 1.2, { weight: 700 });
      const small = { colour: "quiet-ink", scale: 0.82, most: labelWide() - 14 };
      text(w(isXray ? "crowd.callers.xray" : "crowd.first"), 0, top + size * 2.5, small);
      if (!isXray) text(w("crowd.callers.fog"), 0, top + size * 3.7, small);
      else [...MOODS].reverse().forEach((name, row) => {
        const base = top + size * (3.75 + row * 1.15);
        g.drawImage(sprite(name, colours[FILLS[name]], size * 0.8, density), 0, base - size * 0.7, size * 0.8, size * 0.8);
        text(`${w(`mood.${name}`)} ${count(room.frame.x.moods[3 - row])}`, size * 1.2, base, { ...small, colour: "ink" });
      });
    }
    if (bands.length > 1) {
      for (const { queue, x: atX, y: atY } of bands) text(`${room.queues[queue]}: ${count(layout.waiting[queue])}`, atX, atY - 6, { weight: 700, scale: 0.9 });
    }
    if (total === 0) text(w("crowd.nobody"), labelWide(), top + high / 2, { colour: "quiet-ink", scale: 1.3 });
    if (perDot > 1) text(w("crowd.per_dot", { k: count(perDot) }), wide - 4, top + high - 2, { align: "right", weight: 700, scale: 0.8 });
  }

  function drawAgents(g, text, size) {
    const [top, high] = zones().agents, left = labelWide(), groups = room.groups, all = groups.reduce((sum, group) => sum + group.people, 0);
    if (!groups.length) return;
    const each = Math.max(1, Math.ceil(all / MOST)), onBreak = breaks(groups), columns = groups.length > 6 ? 2 : 1, column = wide / columns, squaresWide = column - left - 8;
    const squares = (group) => Math.ceil(group.people / each), rowsOf = (group, cell_) => Math.max(1, Math.ceil(squares(group) / Math.max(1, Math.floor(squaresWide / cell_))));
    const rows = Math.ceil(groups.length / columns), forRows = high - size * 1.4, gap = Math.min(10, forRows / (rows * 5));
    const least = Math.min(size * 2.5, forRows / rows - gap);
    const heights = (cell_) => groups.map((group) => Math.max(least, rowsOf(group, cell_) * cell_));
    const isIn = (cell_) => { const tall_ = heights(cell_); return Math.max(...Array.from({ length: columns }, (_, c) => tall_.filter((_h, i) => i % columns === c).reduce((sum, one) => sum + one + gap, 0))) <= forRows + 0.5; };
    agentCell = SIZES.find(isIn) ?? 3;
    const tall_ = heights(agentCell), bottoms = new Array(columns).fill(top);
    g.strokeStyle = colours.grey;
    g.beginPath(); g.moveTo(0, top - 6); g.lineTo(wide, top - 6); g.stroke();
    const paths = { talking: new Path2D(), wrapping: new Path2D(), box: new Path2D(), free: new Path2D(), rest: new Path2D(), away: new Path2D() };
    groups.forEach((group, index) => {
      const [onDuty, talking, wrapping, idle] = room.frame.groups[index] ?? [0, 0, 0, 0, 0], c = index % columns, atY = bottoms[c], atX = c * column;
      bottoms[c] += tall_[index] + gap;
      text(group.title, atX, atY + size, { weight: 700, most: left - 14 });
      if (least > size * 2) text(w("crowd.group", { on: count(onDuty), of: count(group.people), free: count(idle) }), atX, atY + size * 2.2, { colour: "quiet-ink", scale: 0.82, most: left - 14 });
      const states = [["talking", talking], ["wrapping", wrapping], ["free", idle], ["rest", onBreak[index]]].map(([state, many]) => [state, Math.round(many / each)]);
      put(paths, states, squares(group), atX + left, atY, Math.max(1, Math.floor(squaresWide / agentCell)));
    });
    g.fillStyle = colours.blue;
    g.fill(paths.talking);
    g.fill(paths.wrapping);
    g.strokeStyle = colours.blue;
    g.lineWidth = agentCell > 8 ? 1.5 : 1;
    g.stroke(paths.box);
    g.strokeStyle = colours.green;
    g.lineWidth = agentCell > 8 ? 2.5 : 1.5;
    g.stroke(paths.free);
    g.fillStyle = colours.grey;
    g.fill(paths.rest);
    g.fillStyle = "#B0B0B0";
    g.fill(paths.away);
    g.lineWidth = 1;
    explain(g, text, size, top + high);
    if (each > 1) text(w("crowd.per_square", { k: each }), wide - 4, top + high, { align: "right", scale: 0.8, weight: 700 });
  }

  function explain(g, text, size, bottom) {
    let at = labelWide();
    const box = size * 0.7, b = bottom - box, shown = { talking: 0, wrapping: 1, free: 2, away: 3 };
    for (const [state, kind] of Object.entries(shown)) {
      g.fillStyle = g.strokeStyle = colours[["blue", "blue", "green", "grey"][kind]];
      g.lineWidth = 2;
      if (kind === 0) g.fillRect(at, b, box, box);
      else if (kind === 3) g.fillRect(at + box * 0.36, b + box * 0.36, box * 0.28, box * 0.28);
      else g.strokeRect(at + 1, b + 1, box - 2, box - 2);
      if (kind === 1) g.fillRect(at, b + box / 2, box, box / 2);
      const words = w(`agent.${state}`);
      text(words, at + box * 1.4, bottom - 1, { scale: 0.8, colour: "quiet-ink" });
      at += box * 1.4 + g.measureText(words).width + size * 1.4;
    }
    g.lineWidth = 1;
  }

  /* Sorted by state, so that a row reads like a bar: talking, wrapping up, free, on a break, away. */
  function put(paths, states, many, left, top, across) {
    let index = 0;
    const size = agentCell - Math.max(1, agentCell * 0.18);
    const place = () => [left + (index % across) * agentCell, top + Math.floor(index / across) * agentCell];
    for (const [state, number] of states) {
      for (let k = 0; k < number && index < many; k += 1, index += 1) {
        const [a, b] = place();
        if (state === "talking") paths.talking.rect(a, b, size, size);
        else if (state === "wrapping") { paths.wrapping.rect(a, b + size / 2, size, size / 2); paths.box.rect(a + 0.5, b + 0.5, size - 1, size - 1); }
        else if (state === "free") paths.free.rect(a + 1, b + 1, size - 2, size - 2);
        else paths.rest.rect(a + size * 0.3, b + size * 0.3, size * 0.4, size * 0.4);
      }
    }
    for (; index < many; index += 1) { const [a, b] = place(); paths.away.rect(a + size * 0.36, b + size * 0.36, Math.max(1, size * 0.28), Math.max(1, size * 0.28)); }
  }

  function breaks(groups) {
    const duty = room.duty ? bytes(room.duty) : new Uint8Array(0);
    let at = 0;
    return groups.map((group) => { let many = 0; for (const end = at + group.people; at < end; at += 1) if (duty[at] === 4) many += 1; return many; });
  }

  function drawWater(g, text, size) {
    const [top, high] = zones().water, left = labelWide();
    g.fillStyle = "#EAF5FC";
    g.fillRect(0, top, wide, high);
    g.strokeStyle = colours.blue;
    g.lineWidth = 2.5;
    g.beginPath();
    for (let at = 0; at <= wide; at += 6) g.lineTo(at, top + Math.sin(at / 22) * 2.5);
    g.stroke();
    g.lineWidth = 1;
    const hidden = room.frame.x?.will_call_again;
    if (hidden === undefined || !room.state?.xray) {
      text(w("crowd.water"), 0, top + size * 1.7, { weight: 700 });
      text(w("crowd.water.fog"), 0, top + size * 3.2, { colour: "quiet-ink", scale: 0.95, most: wide });
      return;
    }
    const small = Math.max(4, Math.min(cell, 9)), across = Math.floor((wide - left - 10) / small), most = Math.floor((high - 14) / small);
    const shape = (row, rows) => 1 - 0.62 * (row / rows) ** 1.3;
    const roomFor = Array.from({ length: most }, (_, row) => Math.floor(across * shape(row, most))).reduce((sum, one) => sum + one, 0);
    const each = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((k) => hidden / k <= Math.min(roomFor, MOST_BENEATH)) ?? 2000, dots = Math.ceil(hidden / each);
    const rows = Math.max(1, Math.min(most, Math.ceil(Math.sqrt(dots / 5))));
    const sum = Array.from({ length: rows }, (_, row) => shape(row, rows)).reduce((one, other) => one + other, 0);
    const base = Math.min(across, dots / sum), dot = sprite("calm", colours.blue, small * 0.94, density), middle = left + (wide - left) / 2;
    let drawn = 0;
    for (let row = 0; row < rows; row += 1) {
      const here = row === rows - 1 ? dots - drawn : Math.min(dots - drawn, Math.round(base * shape(row, rows)));
      for (let index = 0; index < here; index += 1) g.drawImage(dot, middle + (index - here / 2) * small, top + 9 + row * small, small * 0.94, small * 0.94);
      drawn += here;
    }
    text(count(hidden), 0, top + size * 2.1, { weight: 700, scale: 1.7 });
    text(w("crowd.again"), 0, top + size * 3.5, { weight: 700, most: left - 6 });
    if (Number.isFinite(room.frame.x.next_hour) && hidden > 0) text(w("crowd.again.when", { time: clock.short(room.frame.x.next_hour, room.scenario.start) }), 0, top + size * 4.7, { colour: "quiet-ink", scale: 0.8, most: left - 6 });
    if (each > 1) text(w("crowd.per_dot", { k: count(each) }), wide - 4, top + high - 6, { align: "right", scale: 0.75, colour: "quiet-ink" });
  }

  function sentence() {
    const longest = Math.max(0, ...room.frame.queues.map(([, wait]) => wait)), groups = room.frame.groups;
    const total = (place) => groups.reduce((sum, group) => sum + group[place], 0);
    return w("crowd.spoken", { waiting: count(layout.total), longest: span(longest), on: count(total(0)), talking: count(total(1)), free: count(total(3)) });
  }

  return {
    news,
    timing() {
      const seen = times;
      times = [];
      return { frames: seen.length, mean: seen.reduce((sum, one) => sum + one, 0) / (seen.length || 1), max: Math.max(0, ...seen) };
    },
  };
}
