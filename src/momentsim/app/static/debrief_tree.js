/* The tree of branches: a line each, from where it left another to where it got, with numbered pulls on it; beside it a
   table that says the same and chooses which branches the pictures show. */
import { h, put, s } from "./elements.js";
import { clock, w } from "./words.js";

const ROW = 46, LEFT = 12, TOP = 26, DOT = 13, WORD = 70, DAY = 86400;
const KINDS = ["you", "other", "third", "fourth"];

/** Children below their parent, in the order in which they were made. */
export function inOrder(branches) {
  const below = (parent) => branches.filter((branch) => (branch.parent ?? null) === parent).flatMap((branch) => [branch, ...below(branch.id)]);
  const found = below(null);
  return [...found, ...branches.filter((branch) => !found.includes(branch))];
}

/** What was done in a branch after it left its parent, numbered from 1. */
export const ownPulls = (branch) => branch.pulls.filter((pull) => branch.parent === null || pull.t >= branch.at - 1e-6);

/** How branches are drawn: the one that is played is blue, the others have a dash or colour of their own. */
export function kindsOf(branches) {
  const current = branches.find((branch) => branch.current);
  const others = branches.filter((branch) => branch !== current);
  const kinds = new Map(others.map((branch, index) => [branch.id, KINDS[1 + (index % (KINDS.length - 1))]]));
  if (current) kinds.set(current.id, KINDS[0]);
  return (id) => kinds.get(id) ?? (id === "nothing" || id === "as_planned" ? id : "other");
}

const pullWords = (pull, number, start) =>
  w(pull.action === "undo" || pull.action === "release" ? "debrief.undone" : "debrief.pulled", { number, lever: pull.title, size: pull.size ? ` (${pull.size.replaceAll("_", " ")})` : "", time: clock.short(pull.t, start) });

function drawing(branches, { start, horizon_s: horizon }, width) {
  const kind = kindsOf(branches), rows = new Map(branches.map((branch, row) => [branch.id, TOP + row * ROW + ROW / 2]));
  const right = Math.max(...branches.map((branch) => branch.name.length * 8 + 24), 60);
  const x = (t) => LEFT + (Math.min(t, horizon) / horizon) * (width - LEFT - right);
  const drawn = [];
  const unit = horizon <= 2 * DAY ? DAY / 12 : DAY, step = unit * Math.max(1, Math.ceil(WORD / (x(unit) - x(0)))), words = clock.axis(horizon, start);
  for (let t = 0; t < horizon; t += step) {
    drawn.push(s("line", { class: "grid", x1: x(t), x2: x(t), y1: TOP - 6, y2: TOP + branches.length * ROW }), s("text", { x: x(t) + 3, y: 14 }, words(t)));
  }
  for (const branch of branches) {
    const y = rows.get(branch.id), from = branch.parent === null ? 0 : branch.at;
    if (branch.parent !== null && rows.has(branch.parent)) drawn.push(s("path", { class: `line ${kind(branch.id)}`, d: `M${x(from)} ${rows.get(branch.parent)}V${y}` }));
    drawn.push(s("line", { class: `line ${kind(branch.id)}`, x1: x(from), x2: x(Math.max(branch.end ?? from, from)), y1: y, y2: y }),
      s("text", { class: "strong", x: x(Math.max(branch.end ?? from, from)) + DOT + 6, y: y + 5 }, branch.name));
    let free = 0;  // pulls close to each other stand side by side
    ownPulls(branch).forEach((pull, index) => {
      const at = Math.max(x(pull.t), free);
      free = at + 2 * DOT;
      drawn.push(s("circle", { class: `dot ${kind(branch.id)}`, cx: at, cy: y, r: DOT }), s("text", { class: "strong", x: at, y: y + 5, "text-anchor": "middle" }, index + 1));
    });
  }
  const height = TOP + branches.length * ROW + 8;
  return h("figure", { class: "chart tree" }, s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": w("debrief.tree_picture") }, drawn));
}

function row(branch, branches, start, isShown, onShown) {
  const parent = branches.find((other) => other.id === branch.parent);
  const pulls = ownPulls(branch).map((pull, index) => h("li", {}, pullWords(pull, index + 1, start)));
  const box = h("input", { type: "checkbox", id: `show-${branch.id}`, checked: isShown, onchange: (event) => onShown(branch.id, event.target.checked) });
  return h("tr", {}, h("th", { scope: "row" }, h("label", { for: `show-${branch.id}` }, box, branch.name)),
    h("td", {}, parent ? w("debrief.left", { parent: parent.name, time: clock.short(branch.at, start) }) : w("debrief.first")),
    h("td", {}, pulls.length ? h("ol", {}, pulls) : w("debrief.no_pulls")),
    h("td", { class: "number" }, clock.short(branch.end ?? branch.at ?? 0, start)));
}

/** Fill `host` with the picture and the table; `shown` is a Set of ids, `onShown(id, isShown)` is told of a tick. */
export function showTree(host, { tree, scenario }, shown, onShown) {
  const branches = inOrder(tree.branches);
  const focused = host.contains(document.activeElement) ? document.activeElement.id : "";
  put(host, branches.length > 0 && drawing(branches, scenario, Math.max(320, host.clientWidth)),
    h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": w("debrief.branches") },
      h("table", { class: "plain" }, h("caption", { class: "only-read" }, w("debrief.branches")),
        h("thead", {}, h("tr", {}, ["show", "left_where", "pulls", "reached"].map((name) => h("th", { scope: "col" }, w(`debrief.head_${name}`))))),
        h("tbody", {}, branches.map((branch) => row(branch, branches, scenario.start, shown.has(branch.id), onShown))))));
  if (focused) document.getElementById(focused)?.focus();
}
