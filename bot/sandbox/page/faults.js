// A bad network at the flick of a switch, and the proof that nothing gets lost in it: what arrived, what was repeated.

import { attempt, call } from "./control.js";
import { say } from "./language.js";
import { element } from "./words.js";

const SWITCHES = {
  slow: { kind: "slow", rate: 1, delay_s: 2 },
  lost: { kind: "reset_after", rate: 0.3, methods: ["sendMessage", "editMessageText"] },
  limit: { kind: "429", rate: 0.3, delay_s: 2 },
  down: { kind: "500", rate: 0.3 },
};
/** The switch that is no failure of Telegram's: the bot itself is ended, in the middle of whatever it does. */
const KILLED = "killed";
const on = new Set();

/** Make the switches; `changed` is called after one was turned. */
export function prepareFaults(changed) {
  const place = document.getElementById("switches");
  place.replaceChildren(...[...Object.keys(SWITCHES), KILLED].map((name) => {
    const label = element("label");
    const box = element("input");
    box.type = "checkbox";
    box.checked = on.has(name);
    box.dataset.fault = name;
    box.addEventListener("change", () => turn(name, box.checked).then(changed));
    label.append(box, element("span", "", say(`faults.${name}`)), element("output"));
    return label;
  }));
}

async function turn(name, wanted) {
  if (wanted) on.add(name);
  else on.delete(name);
  await attempt(async () => {
    if (name === KILLED) {
      await call("bot", { alive: !wanted });
    } else {
      await call("faults", {});
      for (const one of on) if (one !== KILLED) await call("faults", SWITCHES[one]);
    }
  });
}

/** Take over what is switched on, after the page has loaded. */
export function takeOver({ faults, alive }) {
  on.clear();
  if (!alive) on.add(KILLED);
  for (const [name, { kind }] of Object.entries(SWITCHES)) if (faults.some((one) => one.kind === kind)) on.add(name);
  for (const box of document.querySelectorAll("[data-fault]")) box.checked = on.has(box.dataset.fault);
}

/** Show what came of it; of a bot that is dead, what waits for it at Telegram. */
export async function showTraffic(traffic) {
  const told = document.querySelector(`[data-fault=${KILLED}] ~ output`);
  for (const hit of document.querySelectorAll("[data-fault] ~ output")) if (!on.size) hit.textContent = "";
  told.textContent = "";
  document.getElementById("faults").classList.toggle("on", on.size > 0);
  if (on.size) {
    const state = await attempt(() => call("state"));
    if (!state) return;
    const { faults, alive, pending_updates: count } = state;
    if (!alive) told.textContent = say("faults.waiting", { count });
    for (const [name, { kind }] of Object.entries(SWITCHES)) {
      const injected = faults.find((one) => one.kind === kind)?.injected;
      const hit = document.querySelector(`[data-fault=${name}] ~ output`);
      hit.textContent = injected === undefined ? "" : say("faults.hit", { count: injected });
    }
  }
  if (!traffic) return;
  const underWay = traffic.waiting + traffic.unsent;
  const lines = [
    say("faults.received", { count: traffic.received }),
    say("faults.sent", { count: traffic.sent }),
    say("faults.repeated", { count: traffic.repeated }),
    say("faults.under_way", { count: underWay }),
    say("faults.given_up", { count: traffic.given_up }),
  ].map((text) => element("li", "", text));
  if (!underWay && !traffic.given_up) lines.push(element("li", "whole", `✅ ${say("faults.whole")}`));
  if (on.has(KILLED)) lines.length = 0; // what it knew of is gone until it looks into its database again
  document.getElementById("traffic").replaceChildren(...lines);
}
