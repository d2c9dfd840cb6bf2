/* The wire to a room: joins, keeps the whole state, says commands safely, comes back after sleep.
 *
 *   import { connect, token, roomCode } from "./connection.js";
 *   const link = connect({ code: roomCode(), role: "phone", name: "Ann", team: "Blue" },
 *     { frame(message, room) {...}, state(message, room) {...}, welcome(message, room) {...}, any(message, room) {...} },
 *     (status, reason) => {...});        status: "connecting" | "open" | "lost" | "refused" | "closed"
 *   const { ok, t, reason } = await link.send("pull", { lever: "web", size: "large" });
 *   link.room       everything known, kept up to date: welcome's fields (scenario, queues, groups, fields, lines, role, client ...),
 *                   levers, state, frame, numbers {field: number}, tree {branches}, series {branch: {...}}, ticker [events],
 *                   results, score, curves {lever: {...}}, job
 *   link.room.toldAt   when the last state came (performance.now()), for what counts down: state.ballot.ends_in_s
 *   link.close()       A `bye` ends it as a refusal does; a `job` may come before the welcome while a room is made.
 *
 * A command has an id and is said again after a reconnection until it is answered; the room takes an id once.
 * Heartbeat every 5 s; two missed, or a page that comes back to sight, make a new connection: 0.5, 1, 2, 4 s apart.
 */
const BEAT = 5000, MISSED = 2.2 * BEAT, WAITS = [500, 1000, 2000, 4000], KEPT_EVENTS = 60;

/** The facilitator's token: from the address after #t=, then kept for this tab; "" on a phone. */
export function token() {
  const written = new URLSearchParams(location.hash.slice(1)).get("t");
  if (written) sessionStorage.setItem("token", written);
  return sessionStorage.getItem("token") ?? "";
}

/** The code of the room in this page's address: /wall/K7QF. */
export const roomCode = () => decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "").toUpperCase();

const someLetters = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join("");

export function connect(joining, handlers = {}, onStatus = () => {}) {
  const origin = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${encodeURIComponent(joining.code)}`;
  const prefix = someLetters(), unanswered = new Map();
  let socket = null, serial = 0, tries = 0, heard = 0, over = false, again = null, isJoined = false, hasWord = false, joinId = "";
  const room = emptyRoom(), againKey = `again.${joining.role}.${joining.code}`;
  const link = { room, send, close };

  const newId = () => `${prefix}${(serial += 1).toString(36)}`;
  const put = (message) => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };

  function open() {
    clearTimeout(again);
    if (over) return;
    onStatus("connecting");
    isJoined = hasWord = false;
    heard = Date.now();
    const mine = (socket = new WebSocket(origin));
    mine.onopen = () => {
      joinId = newId();
      const known = { ...joining, again: sessionStorage.getItem(againKey) ?? "" };
      const joined = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined && value !== ""));
      put({ v: 1, id: joinId, type: "join", ...joined, ...(room.seq ? { last_seq: room.seq } : {}) });
    };
    mine.onmessage = (event) => { if (mine === socket) take(JSON.parse(event.data)); };
    mine.onclose = () => { if (mine === socket) lost(); };
  }

  function lost() {
    if (socket) { socket.onclose = null; socket.close(); socket = null; }
    if (over) return;
    onStatus("lost");
    clearTimeout(again);
    again = setTimeout(open, WAITS[Math.min(tries, WAITS.length - 1)]);
    tries += 1;
  }

  function take(message) {
    heard = Date.now();
    hasWord = true;
    if (message.type === "bye") return refused(message.reason);
    if (message.type === "refuse" && !isJoined && (message.id === joinId || !message.id)) return refused(message.reason);
    if (message.type === "welcome") {
      isJoined = true;
      tries = 0;
      if (message.again) sessionStorage.setItem(againKey, message.again);
      for (const { said } of unanswered.values()) put(said);
      onStatus("open");
    }
    if (message.type === "ack" || message.type === "refuse") answer(message);
    learn(room, message);
    handlers[message.type]?.(message, room);
    handlers.any?.(message, room);
  }

  function refused(reason) {
    over = true;
    clearInterval(beat);
    onStatus("refused", reason);
    socket.onclose = null;
    socket.close();
  }

  function answer(message) {
    const waiting = unanswered.get(message.id);
    unanswered.delete(message.id);
    waiting?.resolve(message.type === "ack" ? { ok: true, ...message } : { ok: false, reason: message.reason });
  }

  function send(type, fields = {}) {
    const said = { v: 1, id: newId(), type, ...fields };
    return new Promise((resolve) => {
      unanswered.set(said.id, { said, resolve });
      if (isJoined) put(said);
    });
  }

  function close() {
    over = true;
    clearTimeout(again);
    clearInterval(beat);
    socket?.close();
    onStatus("closed");
  }

  const beat = setInterval(() => {
    if (over || !socket) return;
    if (Date.now() - heard > MISSED) lost();
    else if (hasWord) put({ v: 1, id: newId(), type: "ping" });
  }, BEAT);
  const comesBack = () => {
    const isStale = socket === null || socket.readyState > WebSocket.OPEN || Date.now() - heard > BEAT * 1.5;
    if (over || document.visibilityState !== "visible" || !isStale) return;
    tries = 0;
    if (socket) { socket.onclose = null; socket.close(); }
    open();
  };
  document.addEventListener("visibilitychange", comesBack);
  addEventListener("online", comesBack);
  queueMicrotask(open);
  return link;
}

function emptyRoom() {
  return { scenario: null, queues: [], groups: [], levers: [], fields: [], ledger: [], lines: [], state: null, tree: { branches: [] }, series: {}, ticker: [], results: null, score: null, curves: {}, job: null, frame: null, numbers: {}, duty: "", callers: null, files: null, seq: 0, toldAt: 0 };
}

const LEARN = {
  welcome(room, message) {
    const { type: _, series, results, curves, ...rest } = message;
    Object.assign(room, rest, { toldAt: performance.now(), series: {}, curves: {}, frame: null, numbers: {}, duty: "" });
    if (message.tree && Array.isArray(message.tree)) room.tree = { branches: message.tree };
    for (const part of series ?? []) LEARN.series(room, part);
    for (const part of Array.isArray(curves) ? curves : Object.values(curves ?? {})) if (part) room.curves[part.lever] = part;
    room.results = room.score = null;
    for (const found of results ?? []) LEARN[found.type]?.(room, found);
    if (message.frame) LEARN.frame(room, message.frame);
  },
  state(room, { type: _, ...state }) {
    if (room.state && room.state.xray && !state.xray) delete room.frame?.x;
    room.state = state;
    room.toldAt = performance.now();
  },
  frame(room, frame) {
    if (frame.duty) room.duty = frame.duty;
    room.frame = frame;
    room.seq = frame.seq;
    room.fields.forEach((field, index) => { room.numbers[field.name] = frame.n[index]; });
    goOn(room, frame);
  },
  event(room, event) { room.ticker = [...room.ticker, event].slice(-KEPT_EVENTS); },
  levers(room, message) { room.levers = message.levers; },
  tree(room, message) { room.tree = message; },
  series(room, message) { room.series[message.branch] = { ...message, values: message.values.map((line) => [...line]) }; },
  result(room, message) { room.results = message; },
  score(room, message) { room.score = message; },
  curve(room, message) { room.curves[message.lever] = message; },
  job(room, message) { room.job = message; },
  closed(room, message) { room.files = message; },
};

const learn = (room, message) => LEARN[message.type]?.(room, message);

/* The line of the branch that is played grows by what frames tell, one value a step. */
function goOn(room, frame) {
  const mine = room.state && room.series[room.state.branch];
  if (!mine || !mine.values.length || !(mine.step > 0)) return;
  const wanted = Math.floor((frame.t - mine.t0) / mine.step) + 1;
  const have = mine.values[0].length;
  if (wanted <= have || wanted - have > 5000) return;
  mine.names.forEach((name, line) => {
    const value = valueNow(room, frame, name);
    const last = mine.values[line][have - 1] ?? value;
    for (let index = have; index < wanted; index += 1) mine.values[line].push(index === wanted - 1 ? value : last);
  });
}

function valueNow(room, frame, name) {
  if (name in room.numbers) return room.numbers[name];
  if (!frame.x) return null;
  if (name in frame.x) return frame.x[name];
  const row = room.ledger.findIndex((line) => `ledger.${line.name}` === name || line.name === name);
  return row < 0 ? null : frame.x.ledger[row];
}
