// One phone: a chat with the bot as one person sees it, or the staff group as one of its members sees it.

import { attempt, call } from "./control.js";
import { darkStaircase } from "./sample.js";
import { button, element, hourOf, rendered, serviceText, summary } from "./words.js";

const FILES = ["voice", "video", "audio", "document", "sticker"];
const TOAST_MS = 4000;
const ALERT_MS = 12000;
const HINTS = {
  resident: "Something broken, a question, praise? Write it below, or send a photo with 📷.",
  group: "What residents submit arrives here as a card. Tap Claim to make it yours.",
  staff: "What you claim in the staff group appears here, to be answered. To report a finding, send a photo.",
};

export class Phone {
  constructor(key, chat, title, role, language = "") {
    this.key = key;
    this.chat = chat;
    this.title = title;
    this.me = chat.type === "private" ? chat.id : null;
    this.topic = null;
    this.replyTo = null;
    this.unread = 0;
    this.noticed = () => {};
    this.messages = new Map();
    this.rows = new Map();
    this.root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.root.dataset.key = key;
    this.root.setAttribute("aria-label", title);
    this.part("h2").textContent = title;
    this.part(".role").textContent = role;
    this.part(".messages").lang = language; // Chinese has characters that are drawn differently by language
    this.part(".hint").textContent = HINTS[role] ?? HINTS.staff;
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.takeWords();
      if (text) this.send({ text });
    });
    this.part(".reply button").addEventListener("click", () => this.setReply(null));
    for (const event of ["pointerdown", "focusin"]) this.root.addEventListener(event, () => this.markRead());
    this.prepareAttaching();
    this.prepareMenu();
  }

  part(selector) {
    return this.root.querySelector(selector);
  }

  prepareAttaching() {
    const menu = this.part(".attach:not(.menu)");
    const file = this.part("[type=file]");
    this.part("[data-photo=own]").addEventListener("click", () => { menu.open = false; file.click(); });
    this.part("[data-photo=sample]").addEventListener("click", () => {
      menu.open = false;
      this.sendPhoto(darkStaircase());
    });
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
    file.addEventListener("change", () => {
      const [photo] = file.files;
      file.value = "";
      if (!photo) return;
      const reader = new FileReader();
      reader.addEventListener("load", () => this.sendPhoto(reader.result.split(",", 2)[1]));
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
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
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
    for (const topic of [{ id: null, name: "All" }, ...topics]) {
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
    this.rows.clear();
    this.part(".messages").replaceChildren();
    for (const message of this.messages.values()) this.show(message);
    this.drawSurroundings();
    this.scroll();
  }

  scroll() {
    const list = this.part(".messages");
    list.scrollTop = list.scrollHeight;
  }

  put(message) {
    const known = this.messages.has(message.message_id);
    this.atItsEnd(() => {
      this.messages.set(message.message_id, message);
      this.show(message);
      this.drawSurroundings();
    });
    if (known) this.rows.get(message.message_id)?.classList.add("changed");
    else this.scroll();
  }

  /** Do what changes the room of the messages; whoever has read to the end stays there. */
  atItsEnd(change) {
    const list = this.part(".messages");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    change();
    if (atEnd) this.scroll();
  }

  remove(messageId) {
    this.messages.delete(messageId);
    this.rows.get(messageId)?.remove();
    this.rows.delete(messageId);
    this.drawSurroundings();
  }

  show(message) {
    if (this.topic !== null && message.message_thread_id !== this.topic) return;
    const row = this.rowOf(message);
    const old = this.rows.get(message.message_id);
    this.rows.set(message.message_id, row);
    if (!old) {
      this.part(".messages").append(row);
      return;
    }
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    if (focused) (row.querySelector(".buttons button") ?? this.part(".messages")).focus({ preventScroll: true });
  }

  rowOf(message) {
    const service = serviceText(message);
    if (service) return element("li", "service", service);
    const row = element("li", message.from.id === this.me ? "mine" : "theirs");
    const bubble = element("div", "bubble");
    row.append(bubble);
    if (this.chat.type !== "private") bubble.append(this.nameLine(message));
    const quoted = message.reply_to_message;
    if (quoted && !quoted.forum_topic_created) bubble.append(element("p", "quote", summary(quoted)));
    if (message.forward_origin) bubble.append(element("p", "quote", "Forwarded"));
    if (message.photo) bubble.append(photoOf(message));
    for (const kind of FILES) {
      if (message[kind]) bubble.append(element("p", "file", `📎 ${message[kind].file_name ?? kind}`));
    }
    const place = message.location;
    if (place) bubble.append(element("p", "file", `📍 ${place.latitude}, ${place.longitude}`));
    const words = element("p", "words");
    const entities = message.entities ?? message.caption_entities;
    words.append(rendered(message.text ?? message.caption ?? "", entities, (text) => this.send({ text })));
    bubble.append(words, this.footOf(message));
    for (const buttons of message.reply_markup?.inline_keyboard ?? []) {
      const line = element("div", "buttons");
      line.append(...buttons.map((one) => button(one.style ?? "", one.text, () => this.press(message, one))));
      row.append(line);
    }
    return row;
  }

  nameLine(message) {
    const line = element("p", "name", message.from.first_name);
    const topic = this.chat.topics.find((one) => one.id === message.message_thread_id);
    if (this.topic === null && topic) line.append(element("span", "topic", ` in ${topic.name}`));
    return line;
  }

  footOf(message) {
    const foot = element("p", "foot");
    for (const reaction of message.reactions ?? []) foot.append(element("span", "reaction", reaction.emoji));
    const at = hourOf(message.edit_date ?? message.date);
    foot.append(element("span", "", message.edit_date ? `changed ${at}` : at));
    const reply = button("answer", "↩", () => this.setReply(message));
    reply.title = "Reply";
    reply.setAttribute("aria-label", "Reply to this message");
    foot.append(reply);
    return foot;
  }

  /** Draw what depends on all messages: the hint while nobody has written, the keyboard below. */
  drawSurroundings() {
    this.part(".hint").hidden = [...this.messages.values()].some((message) => !serviceText(message));
    let markup = null;
    for (const message of this.messages.values()) {
      if (message.reply_markup?.keyboard) markup = message.reply_markup;
      if (message.reply_markup?.remove_keyboard) markup = null;
    }
    const bar = this.part(".keyboard");
    bar.hidden = markup === null;
    bar.replaceChildren(...(markup?.keyboard ?? []).map((buttons) => {
      const line = element("div", "buttons");
      line.append(...buttons.map(({ text }) => button("", text, () => this.send({ text }))));
      return line;
    }));
  }

  setReply(message) {
    this.replyTo = message?.message_id ?? null;
    this.part(".reply").hidden = message === null;
    this.part(".reply span").textContent = message ? `Reply to: ${summary(message)}` : "";
    if (message) this.part("[name=text]").focus();
  }

  takeWords() {
    const field = this.part("[name=text]");
    const words = field.value.trim();
    field.value = "";
    return words;
  }

  send(content) {
    const body = { from: this.me, ...content };
    if (this.replyTo !== null) body.reply_to = this.replyTo;
    else if (this.topic !== null) body.thread = this.topic;
    this.setReply(null);
    return attempt(() => call(`chats/${this.chat.id}/messages`, body));
  }

  sendPhoto(photo) {
    return this.send({ photo, caption: this.takeWords() });
  }

  async press(message, pressed) {
    if (pressed.url) {
      open(pressed.url, "_blank", "noopener");
      return;
    }
    const body = { from: this.me, data: pressed.callback_data };
    const answer = await attempt(() => call(`chats/${this.chat.id}/messages/${message.message_id}/tap`, body));
    if (answer?.text) this.toast(answer.text, answer.show_alert ? ALERT_MS : TOAST_MS);
    if (answer && !answer.answered) this.toast("The bot gave no answer", TOAST_MS);
  }

  toast(text, forMs) {
    const toast = this.part(".toast");
    toast.textContent = text;
    this.atItsEnd(() => { toast.hidden = false; });
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, forMs);
  }

  ring() {
    this.root.classList.remove("rings");
    void this.root.offsetWidth; // lets the animation begin anew
    this.root.classList.add("rings");
    if (this.root.contains(document.activeElement)) return;
    this.unread += 1;
    this.root.classList.add("unread");
    this.noticed();
  }

  markRead() {
    if (!this.unread) return;
    this.unread = 0;
    this.root.classList.remove("unread");
    this.noticed();
  }
}

function photoOf(message) {
  const { file_id: id, width, height } = message.photo.at(-1);
  const link = element("a", "photo");
  link.href = `/sandbox/files/${id}`;
  link.target = "_blank";
  const image = element("img");
  image.src = link.href;
  image.alt = "Photo";
  image.width = width; // the room is kept before the photo is there, so that nothing jumps
  image.height = height;
  link.append(image);
  return link;
}
