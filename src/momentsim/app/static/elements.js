/* Elements by function, text only: nothing that comes from outside is ever read as HTML.
 *
 *   import { h, s, put, byId, say, confirm } from "./elements.js";
 *   h("button", { class: "main", onclick: start, "aria-label": "..." }, "Start ", h("kbd", {}, "space"))
 *   s("svg", { viewBox: "0 0 10 10" }, s("path", { d: "..." }))        the same for SVG
 *   put(host, a, b)          replaces what is in host
 *   say(node, "602")         sets text only when it changed (cheap at 10 frames a second)
 *   await confirm({ title, words: [..], yes: "Pull now", no: "Not yet" })   -> true or false, by a native dialog
 *   host.append(picture(svgText))   an inline SVG that the server made (the QR code)
 */
const SVG = "http://www.w3.org/2000/svg";

function make(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" && "value" in node && node.localName !== "li") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export const h = (tag, props, ...children) => make(document.createElement(tag), props, children);

export const s = (tag, props, ...children) => make(document.createElementNS(SVG, tag), props, children);

export const byId = (id) => document.getElementById(id);

export function put(host, ...children) {
  host.replaceChildren(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return host;
}

export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function table(caption, head, rows, props = { class: "only-read" }) {
  return h("table", props, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", { class: "number" }, cell))))));
}

export function confirm({ title, words = [], yes, no }) {
  return new Promise((resolve) => {
    const answer = (value) => () => { dialog.close(); dialog.remove(); resolve(value); };
    const dialog = h("dialog", { "aria-labelledby": "confirm-title", oncancel: (event) => { event.preventDefault(); answer(false)(); } },
      h("h2", { id: "confirm-title" }, title), words.map((sentence) => h("p", {}, sentence)),
      h("div", { class: "row" }, h("button", { class: "main", type: "button", onclick: answer(true) }, yes), h("button", { type: "button", onclick: answer(false) }, no)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function picture(svgText) {
  const named = svgText.includes("xmlns") ? svgText : svgText.replace("<svg", `<svg xmlns="${SVG}"`);
  const parsed = new DOMParser().parseFromString(named, "image/svg+xml").documentElement;
  if (parsed.localName !== "svg") return h("span");
  if (!parsed.hasAttribute("viewBox")) parsed.setAttribute("viewBox", `0 0 ${parseFloat(parsed.getAttribute("width"))} ${parseFloat(parsed.getAttribute("height"))}`);
  return document.importNode(parsed, true);
}
