/* The first page: scenarios as cards. One click opens a room and goes to its wall. */
import { token } from "./connection.js";
import { byId, h, put, say } from "./elements.js";
import { count, loadWords, span, w } from "./words.js";

await loadWords();
const mine = token();

function tell(words) {
  byId("notice").hidden = !words;
  say(byId("notice"), words);
}

async function ask(path, body) {
  const answer = await fetch(path, { headers: { "X-Token": mine, ...(body ? { "Content-Type": "application/json" } : {}) }, ...(body ? { method: "POST", body: JSON.stringify(body) } : {}) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error ?? w("start.failed"));
  return found;
}

async function play(scenario, button) {
  button.disabled = true;
  say(button, w("start.preparing"));
  try {
    const { code } = await ask("/api/rooms", { scenario: scenario.id });
    location.assign(`/wall/${code}#t=${mine}`);
  } catch (error) {
    tell(error.message);
    button.disabled = false;
    say(button, w("start.play"));
  }
}

function card(scenario, isBest) {
  const button = scenario.refused ? null : h("button", { class: "main", type: "button", "aria-label": `${w("start.play")}: ${scenario.title}`, onclick: (event) => play(scenario, event.currentTarget) }, w("start.play"));
  const facts = [["start.calls", scenario.calls], ["start.agents", scenario.agents], ["start.levers", scenario.levers]];
  return h("li", { class: `card scenario${isBest ? " best" : ""}` }, h("h3", {}, scenario.title), h("p", {}, scenario.sentence),
    h("ul", {}, h("li", {}, h("b", {}, span(scenario.hours * 3600))), facts.filter(([key, many]) => many > 0 || key === "start.levers").map(([key, many]) => h("li", {}, h("b", {}, count(many)), ` ${w(key)}`))),
    button, scenario.refused ? h("p", { class: "bad" }, scenario.refused) : null);
}

const byLevers = (one, other) => Boolean(one.refused) - Boolean(other.refused) || (other.levers > 0) - (one.levers > 0);

try {
  if (!mine) throw new Error(w("start.no_token"));
  const [scenarios, rooms] = await Promise.all([ask("/api/scenarios"), ask("/api/rooms").catch(() => [])]);
  put(byId("scenarios"), [...scenarios].sort(byLevers).map((scenario, index) => card(scenario, index === 0)));
  byId("open").hidden = rooms.length === 0;
  put(byId("rooms"), rooms.map((room) => h("li", {}, h("a", { class: "button", href: `/wall/${room.code}#t=${mine}` }, `${room.title} · ${room.code}`))));
} catch (error) {
  tell(error.message);
}
