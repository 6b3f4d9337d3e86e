// One phone: a chat with the bot as one person sees it, or the staff group as one of its members sees it.

import { attempt, call } from "./control.js";
import { knows, say, translate } from "./language.js";
import { rowOf } from "./message.js";
import { SAMPLES, sample } from "./sample.js";
import { Scroller } from "./scroller.js";
import { canSpeak, dripping } from "./voice.js";
import { button, element, serviceText, summary } from "./words.js";

const TOAST_MS = 4000;
const ALERT_MS = 12000;
const RING_MS = 5000;
/** How far back is looked for what hangs on the latest messages: a keyboard, a button. */
const LOOKED_BACK = 200;
const HINTS = { resident: "phone.hint.resident", group: "phone.hint.group" };

export class Phone {
  constructor(key, chat, title, role, speaks = "") {
    this.key = key;
    this.chat = chat;
    this.title = title;
    this.role = role;
    this.speaks = speaks;
    this.chose = null; // the language that was chosen on it since the page was loaded
    this.me = chat.type === "private" ? chat.id : null;
    this.topic = null;
    this.replyTo = null;
    this.sending = 0; // so many messages are on their way
    this.unread = 0;
    this.noticed = () => {};
    this.inView = false; // whether it can be seen as a whole; the page keeps it
    this.messages = new Map();
    this.root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root.dataset.key = key;
    this.root.setAttribute("aria-label", title);
    this.part("h2").textContent = title;
    this.list = new Scroller(this.part(".messages"), (message) => rowOf(this, message));
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.takeWords();
      if (text) this.send({ text });
    });
    this.part(".reply button").addEventListener("click", () => this.setReply(null));
    for (const event of ["pointerdown", "focusin"]) this.root.addEventListener(event, () => this.markRead());
    this.prepareAttaching();
    this.prepareMenu();
    this.say();
  }

  part(selector) {
    return this.root.querySelector(selector);
  }

  /** Say what the page itself says of the phone; Chinese has characters that are drawn differently by language. */
  say() {
    translate(this.root);
    this.part(".messages").lang = this.speaks.replace("_", "-");
    this.part(".role").textContent = knows(`role.${this.key}`) ? say(`role.${this.key}`) : this.role;
    this.part(".hint").textContent = say(HINTS[this.role] ?? "phone.hint.staff");
    const samples = this.part(".samples");
    samples.replaceChildren(...SAMPLES.map((name) => {
      const choice = button("", say(`sample.${name}`), () => this.sendSample(name));
      choice.dataset.sample = name;
      return choice;
    }));
    if (canSpeak) samples.append(button("", say("sample.voice"), () => this.sendVoice()));
  }

  prepareAttaching() {
    const menu = this.part(".attach:not(.menu)");
    const file = this.part("[type=file]");
    this.part("[data-photo=own]").addEventListener("click", () => { menu.open = false; file.click(); });
    closeWhenLeft(menu);
    file.addEventListener("change", () => {
      const [photo] = file.files;
      file.value = "";
      if (!photo) return;
      const reader = new FileReader();
      reader.addEventListener("load", () => this.sendPhoto(reader.result.split(",", 2)[1], this.takeWords()));
      reader.readAsDataURL(photo);
    });
  }

  /** The chat's own menu of commands, asked for when it is opened: the bot sets it anew when roles or languages change. */
  prepareMenu() {
    const menu = this.part(".menu");
    menu.addEventListener("toggle", async () => {
      if (!menu.open) return;
      const commands = await attempt(() => call(`chats/${this.chat.id}/commands?user=${this.me}`));
      menu.querySelector("div").replaceChildren(...(commands ?? []).map(({ command, description }) =>
        button("", `/${command} · ${description}`, () => { menu.open = false; this.send({ text: `/${command}` }); })));
    });
    closeWhenLeft(menu);
  }

  speakAs(users, preferred) {
    const select = this.part("select");
    for (const user of users) {
      const option = element("option", "", user.first_name);
      option.value = user.id;
      option.selected = user.key === preferred;
      select.append(option);
    }
    this.me = Number(select.value);
    select.addEventListener("change", () => { this.me = Number(select.value); this.draw(); });
    this.part(".as").hidden = false;
  }

  setTopics(topics) {
    const nav = this.part(".topics");
    nav.hidden = topics.length === 0;
    nav.replaceChildren();
    if (!topics.some((topic) => topic.id === this.topic)) this.topic = null;
    for (const topic of [{ id: null, name: say("phone.all") }, ...topics]) {
      const tab = button("", topic.name, () => {
        this.topic = topic.id;
        for (const other of nav.children) other.setAttribute("aria-pressed", String(other === tab));
        this.draw();
      });
      tab.setAttribute("aria-pressed", String(topic.id === this.topic));
      nav.append(tab);
    }
  }

  async load() {
    const messages = await call(`chats/${this.chat.id}/messages`);
    this.messages = new Map(messages.map((message) => [message.message_id, message]));
    this.draw();
  }

  draw() {
    this.list.fill([...this.messages.values()].filter((message) => this.isHere(message)));
    this.drawSurroundings();
  }

  isHere(message) {
    return this.topic === null || message.message_thread_id === this.topic;
  }

  scroll() {
    this.list.toEnd();
  }

  /** Take in messages that are new or have changed; who has read to the end stays there. */
  put(messages) {
    const fresh = messages.some(({ message_id: id }) => !this.messages.has(id));
    for (const message of messages) this.messages.set(message.message_id, message);
    this.atItsEnd(() => {
      const changed = this.list.put(messages.filter((message) => this.isHere(message)));
      for (const { message_id: id } of changed) this.list.rows.get(id)?.classList.add("changed");
      this.drawSurroundings();
    });
    if (fresh) this.scroll();
    this.list.trim();
  }

  atItsEnd(change) {
    const { atEnd } = this.list;
    change();
    if (atEnd) this.scroll();
  }

  remove(messageId) {
    this.messages.delete(messageId);
    this.list.remove(messageId);
    this.drawSurroundings();
  }

  /** Draw what depends on all messages: the hint while nobody has written, the keyboard below. */
  drawSurroundings() {
    const said = this.newest((message) => !serviceText(message));
    this.part(".hint").hidden = said !== null;
    const { reply_markup: markup } = this.newest(({ reply_markup: one }) => one?.keyboard || one?.remove_keyboard) ?? {};
    if (markup === this.markup) return;
    this.markup = markup;
    const bar = this.part(".keyboard");
    bar.hidden = !markup?.keyboard;
    bar.replaceChildren(...(markup?.keyboard ?? []).map((buttons) => {
      const line = element("div", "buttons");
      line.append(...buttons.map(({ text }) => button("", text, () => this.send({ text }))));
      return line;
    }));
  }

  /** Return the newest of the latest messages of which `holds` is true, or null. */
  newest(holds) {
    const { messages } = this.list;
    const oldest = Math.max(0, messages.length - LOOKED_BACK);
    for (let at = messages.length - 1; at >= oldest; at -= 1) if (holds(messages[at])) return messages[at];
    return null;
  }

  setReply(message) {
    this.replyTo = message?.message_id ?? null;
    this.part(".reply").hidden = message === null;
    this.part(".reply span").textContent = message ? `↩ ${summary(message)}` : "";
    if (message) this.part("[name=text]").focus();
  }

  takeWords() {
    const field = this.part("[name=text]");
    const words = field.value.trim();
    field.value = "";
    return words;
  }

  async send(content) {
    const body = { from: this.me, ...content };
    if (this.replyTo !== null) body.reply_to = this.replyTo;
    else if (this.topic !== null) body.thread = this.topic;
    this.setReply(null);
    this.sending += 1;
    const sent = await attempt(() => call(`chats/${this.chat.id}/messages`, body));
    this.sending -= 1;
    return sent;
  }

  sendPhoto(photo, caption) {
    return this.send({ photo, caption });
  }

  /** Send one of the sample photos, with what is written in the field or else with words of its own. */
  sendSample(name, words = "") {
    this.part(".attach:not(.menu)").open = false;
    return this.sendPhoto(sample(name), words || this.takeWords() || say(`caption.${name}`, {}, this.speaks));
  }

  async sendVoice() {
    this.part(".attach:not(.menu)").open = false;
    return this.send({ voice: await dripping() });
  }

  async press(message, pressed, me = this.me) {
    if (pressed.url) {
      open(pressed.url, "_blank", "noopener");
      return;
    }
    const body = { from: me, data: pressed.callback_data };
    const answer = await attempt(() => call(`chats/${this.chat.id}/messages/${message.message_id}/tap`, body));
    if (answer?.text) this.toast(answer.text, answer.show_alert ? ALERT_MS : TOAST_MS);
    if (answer && !answer.answered) this.toast(say("phone.silent"), TOAST_MS);
  }

  toast(text, forMs) {
    const toast = this.part(".toast");
    toast.textContent = text;
    this.atItsEnd(() => { toast.hidden = false; });
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, forMs);
  }

  /** Ring, where it can be seen for a while; what rings out of sight is counted until it is looked at. */
  ring(times = 1) {
    this.root.classList.remove("rings");
    void this.root.offsetWidth; // lets the animation begin anew
    this.root.classList.add("rings");
    clearTimeout(this.ringTimer);
    this.ringTimer = setTimeout(() => this.root.classList.remove("rings"), RING_MS);
    if (this.isLookedAt) return;
    this.unread += times;
    this.noticed();
  }

  get isLookedAt() {
    return !document.hidden && this.root.isConnected && (this.inView || this.root.contains(document.activeElement));
  }

  markRead() {
    if (!this.unread) return;
    this.unread = 0;
    this.noticed();
  }
}

function closeWhenLeft(menu) {
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
}
