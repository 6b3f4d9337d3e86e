// Ready scenes: what people would do, done on their phones one tap after the other, for whoever wants to watch.

import { buttonFor, questionOn } from "./acting.js";
import { attempt } from "./control.js";
import { language, say } from "./language.js";
import { speakOn } from "./tour.js";
import { estate } from "./words.js";

const RESIDENTS = { en: "smith", zh_Hans: "li", zh_Hant: "chan" };
const NIGHT = "23:30";
const DAY_S = 86400;
const PATIENCE = 200;
const LOOKED_EVERY_MS = 50;

/** Make the menu of scenes; `showOnly` shows some phones, `bring` one, `moveClock` moves the time. */
export function prepareScenes(phones, showOnly, bring, desk, moveClock, now) {
  const stage = new Stage(phones, showOnly, bring, desk, moveClock, now);
  for (const key of document.querySelectorAll("[data-scene]")) {
    key.onclick = () => {
      key.closest("details").open = false;
      attempt(() => stage.play(key.dataset.scene));
    };
  }
}

class Stage {
  constructor(phones, showOnly, bring, desk, moveClock, now) {
    Object.assign(this, { phones, showOnly, bring, desk, moveClock, now });
  }

  async play(scene) {
    const keys = document.querySelectorAll("[data-scene]");
    const told = document.getElementById("scene");
    keys.forEach((key) => { key.disabled = true; });
    told.hidden = false;
    told.textContent = say("scenes.playing", { scene: say(`scenes.${scene}`) });
    try {
      await (scene === "night" ? this.night() : this.leak());
      told.textContent = say(`scenes.${scene}.done`);
    } catch (error) {
      told.hidden = true;
      throw error;
    } finally {
      keys.forEach((key) => { key.disabled = false; });
    }
  }

  get resident() {
    return this.phones.get(RESIDENTS[language()]);
  }

  words(name) {
    return say(`scenes.words.${name}`, {}, this.resident.speaks);
  }

  async night() {
    await speakOn(this.phones, ["clerk", "group"], language());
    await this.moveClock({ advance_s: secondsUntil(NIGHT, this.now()) });
    this.showOnly([this.resident.key, "group", "clerk"]);
    this.bring(this.resident);
    await this.resident.send({ text: this.words("trapped") });
    await this.report(["c.new", "c.emergency", "c.trapped", "c.lift", "submit"]);
    this.bring(this.phones.get("group"));
  }

  async leak() {
    const { resident } = this;
    const [group, clerk, technician] = ["group", "clerk", "technician"].map((key) => this.phones.get(key));
    await speakOn(this.phones, ["clerk", "technician", "group"], language());
    this.showOnly([resident.key, "group", "clerk", "technician"]);
    this.bring(resident);
    await resident.sendSample("leak", this.words("leak"));
    await this.report(["c.new", "c.repair", "c.water", "c.home", "c.today", "c.soon", "submit"]);
    await this.tap(group, "claim");
    await this.tap(clerk, "transfer");
    await this.converse(clerk, []);
    await this.tap(technician, "accept");
    await this.tap(technician, "handle");
    await this.until(() => questionOn(technician));
    await technician.send({ text: say("scenes.words.sealed", {}, technician.speaks) });
    await this.until(() => questionOn(technician)?.pressed);
    await this.converse(technician, ["c.solved", "c.wear", "submit"]);
    await this.tap(clerk, "verify");
    await this.tap(resident, "solved");
    await this.converse(resident, ["c.fine", "submit"]);
    await this.until(() => this.desk.file?.history.at(-1).event === "closed");
    await this.moveClock({ advance_s: DAY_S });
    await this.phones.get("director").send({ text: "/rain" });
    await this.until(() => this.desk.file?.history.at(-1).event === "visit_opened");
    await this.tap(resident, "reopen");
    await this.until(() => questionOn(resident));
    await resident.send({ text: this.words("again") });
    await this.until(() => this.desk.file?.history.at(-1).event === "reopened");
    this.bring(resident);
  }

  /** Answer the bot's questions until the matter is submitted; its file is then shown. */
  async report(choices) {
    const known = new Set(this.desk.agenda.tickets.map(({ number }) => number));
    await this.until(() => questionOn(this.resident));
    await this.converse(this.resident, choices);
    const filed = await this.until(() => {
      this.desk.soon();
      return this.desk.agenda.tickets.find(({ number }) => !known.has(number));
    });
    this.desk.select(filed.number);
  }

  /** Give one answer after the other, for as long as the bot asks something. */
  async converse(phone, choices) {
    for (let question = questionOn(phone, choices); question?.pressed;) {
      const { message, pressed } = question;
      await phone.press(message, pressed);
      question = await this.until(() => {
        const next = questionOn(phone, choices);
        return next?.pressed?.callback_data === pressed.callback_data ? null : { next };
      }).then(({ next }) => next);
    }
  }

  async tap(phone, verb) {
    const { message, pressed } = await this.until(() => buttonFor(phone, [verb]));
    await phone.press(message, pressed);
    if (["transfer", "handle", "reopen", "solved"].includes(verb)) await this.until(() => questionOn(phone));
  }

  /** Return what `look` returns as soon as that is something. */
  async until(look) {
    for (let patience = PATIENCE; patience > 0; patience -= 1) {
      const found = look();
      if (found) return found;
      await new Promise((later) => { setTimeout(later, LOOKED_EVERY_MS); });
    }
    throw new Error(say("phone.silent"));
  }
}

/** Return the seconds until the estate's clock next shows `hour`. */
function secondsUntil(hour, at) {
  const form = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: estate.timeZone };
  const [h, m, s] = new Date(at).toLocaleTimeString("en-GB", form).split(":").map(Number);
  const [wantedHour, wantedMinute] = hour.split(":").map(Number);
  return (((wantedHour - h) * 60 + wantedMinute - m) * 60 - s + DAY_S) % DAY_S;
}
