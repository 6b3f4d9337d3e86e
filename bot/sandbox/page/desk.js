// Beside the phones: what falls due next and why, a ticket's file, and what arrived in spite of a bad network.
// The bot's own composition offers it, for reading alone; the emulator knows no bot.

import { call } from "./control.js";
import { language, say } from "./language.js";
import { element, momentOf } from "./words.js";

const STAGES = ["received", "judged", "in_hand", "handled", "verified", "visited", "closed"];
const SOON_MS = 150;
const MARKS = { running: "⏳", paused: "⏸", met: "✅", met_late: "🟠", broken: "🔴", passed: "☑️", ended: "⚪" };

const byId = (id) => document.getElementById(id);

export class Desk {
  /** `now` returns the sandbox's time; `looked` is called whenever what the bot says has been read anew. */
  constructor(now, looked) {
    this.now = now;
    this.looked = looked;
    this.agenda = { due: [], tickets: [], traffic: null };
    this.file = null;
    this.alive = true; // whether the bot is, who alone could say what it has ahead of it
    this.number = null; // of the ticket that is shown; null follows the newest
    byId("which").addEventListener("change", () => { this.number = byId("which").value; this.refresh(); });
  }

  /** Read anew before long, once for many changes. */
  soon() {
    this.timer ??= setTimeout(() => { this.timer = null; this.refresh(); }, SOON_MS);
  }

  /** Show the file of that ticket, or of the newest. */
  select(number) {
    this.number = number;
    this.soon();
  }

  async refresh() {
    if (!this.alive) {
      this.looked();
      return;
    }
    if (this.busy) {
      this.soon();
      return;
    }
    this.busy = true;
    try {
      const query = `?language=${language()}`;
      this.agenda = await call(`agenda${query}`);
      const number = this.number ?? this.agenda.tickets[0]?.number;
      this.file = number ? await call(`tickets/${number}${query}`) : null;
      this.draw();
      this.looked();
    } catch { /* the next change asks again, and the phones show that the sandbox is gone */ } finally {
      this.busy = false;
    }
  }

  time(iso) {
    return momentOf(iso, this.now());
  }

  draw() {
    const { due, tickets } = this.agenda;
    byId("due").replaceChildren(...due.map((one, at) => this.dueRow(one, due[at - 1])));
    byId("nothing").hidden = due.length > 0;
    byId("none").hidden = this.file !== null;
    byId("file").hidden = this.file === null;
    byId("which").parentElement.hidden = this.file === null;
    if (this.file === null) return;
    byId("which").replaceChildren(...tickets.map(({ number }) => {
      const option = element("option", "", number);
      option.selected = number === this.file.number;
      return option;
    }));
    this.drawFile();
  }

  dueRow(due, before) {
    const row = element("li");
    const words = due.alarm === "window" ? say(`alarm.${due.stage.split("-")[0]}`, due) : say(`alarm.${due.alarm}`, due);
    row.append(element("time", "", this.time(due.at)), element("b", "", words));
    if (due.rule) row.append(element("span", "rule", due.rule));
    if (due.why && due.rule !== before?.rule) row.append(element("p", "why", due.why));
    return row;
  }

  drawFile() {
    const { file } = this;
    const at = STAGES.indexOf(file.stage) + 1;
    const dots = STAGES.map((stage, place) => element("li", place < at ? "reached" : "", say(`stage.${stage}`)));
    byId("stages").replaceChildren(...dots);
    const stage = say(`stage.${file.stage}`);
    byId("stages").setAttribute("aria-label", say("desk.stage", { at, of: STAGES.length, stage }));
    dots[at - 1].setAttribute("aria-current", "step");
    byId("holder").textContent = file.assignee ? say("desk.holder", { name: file.assignee }) : say("desk.nobody");
    byId("first").textContent = file.first_contact ? say("desk.first", { name: file.first_contact }) : "";
    byId("clocks").replaceChildren(...file.clocks.map((clock) => {
      const row = element("li", clock.state);
      const told = say(`run.${clock.state}`, { time: this.time(clock.due) });
      row.append(`${MARKS[clock.state]} `, element("span", "rule", clock.rule), ` ${told}`);
      row.title = clock.why;
      return row;
    }));
    byId("history").replaceChildren(...file.history.toReversed().map(({ at: moment, event, who, rule }) => {
      const row = element("li");
      row.append(element("time", "", this.time(moment)), element("b", "", say(`event.${event}`)));
      if (rule) row.append(element("span", "rule", rule));
      if (who) row.append(element("span", "who", who));
      return row;
    }));
  }
}
