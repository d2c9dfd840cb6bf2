/* Draws a crowd for a second and a half and tells how long that took: evaluated in a page of the app. */
async ([agents, callers, xray]) => {
  const { crowd } = await import("/static/crowd.js");
  const host = document.createElement("div");
  for (const [name, value] of Object.entries({ position: "fixed", inset: "0", width: "1260px", height: "560px" })) host.style[name] = value;
  document.body.replaceChildren(host);
  const said = [], people = crowd(host, (words) => said.push(words)), half = agents / 2;
  const groups = ["home", "called"].map((title) => ({ name: title, title, people: half }));
  const coded = (many, of) => btoa(String.fromCharCode(...Uint8Array.from({ length: many }, (_, index) => index * 7 % of)));
  for (let step = 0; step < 15; step += 1) {
    const many = callers - step % 7 * 3, staff = [half - 20, half - 60, 20, 20, 20];
    const frame = { t: step * 120, queues: [[many, 2400]], groups: [staff, staff], n: [] };
    if (xray) frame.x = { will_call_again: 11373, next_hour: 3600, moods: [1, 2, 3, 4], callers: [coded(many, 4)], per_dot: 1, ledger: [] };
    people.news({ frame, state: { state: "running", xray }, groups, queues: ["voice"], duty: coded(agents, 5), scenario: { start: "2007-02-12T00:00" } });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { ...people.timing(), said: said.at(-1) };
}
