/* Keys of a page, and the page that explains them.
 *
 *   const board = keys([{ keys: [" "], name: "space", words: "start or pause", act: () => {...} }, ...]);
 *   keys(table, () => ready)   keys do nothing before that
 *   board.help()          shows all of them; `?` does so too
 * Keys are left alone in fields, with Ctrl, Alt or Meta, and while a dialog is open. Space on a button that was reached
 * by keyboard presses that button, as everywhere.
 */
import { h } from "./elements.js";
import { w } from "./words.js";

const isField = (node) => node instanceof HTMLElement && (node.isContentEditable || /^(input|textarea|select)$/.test(node.localName)) && node.type !== "range";

export function keys(table, isReady = () => true) {
  const all = [...table, { keys: ["?"], name: "?", words: w("key.help"), act: () => help() }];

  document.addEventListener("keydown", (event) => {
    if (!isReady() || event.ctrlKey || event.altKey || event.metaKey || event.repeat || isField(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === " " && /^(button|a|summary)$/.test(event.target.localName)) return;
    if (event.target.type === "range" && event.key.startsWith("Arrow")) return;
    const row = all.find((one) => one.keys.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key));
    if (!row) return;
    event.preventDefault();
    row.act(event.key);
  });
  /* A button pressed with the mouse does not keep the focus: the next space is for the clock. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button && event.detail > 0 && !button.closest("dialog")) button.blur();
  });

  function help() {
    const close = () => { dialog.close(); dialog.remove(); };
    const dialog = h("dialog", { class: "help", "aria-labelledby": "help-title", oncancel: (event) => { event.preventDefault(); close(); } },
      h("h2", { id: "help-title" }, w("help.title")),
      h("table", { class: "plain" }, h("tbody", {}, all.map((row) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, row.name)), h("td", {}, row.words))))),
      h("p", { class: "quiet" }, w("help.how")),
      h("div", { class: "row" }, h("button", { class: "main", type: "button", onclick: close }, w("common.close"))));
    document.body.append(dialog);
    dialog.showModal();
  }
  return { help };
}
