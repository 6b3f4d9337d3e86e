// How one message looks on a phone.

import { say } from "./language.js";
import { button, element, hourOf, rendered, serviceText, summary } from "./words.js";

const PLAYED = { voice: "audio", audio: "audio", video: "video" };
const FILES = ["document", "sticker"];

/** Return a message as a row of the phone's list. */
export function rowOf(phone, message) {
  const service = serviceText(message);
  if (service) return element("li", "service", service);
  const row = element("li", message.from.id === phone.me ? "mine" : "theirs");
  const bubble = element("div", "bubble");
  row.append(bubble);
  if (phone.chat.type !== "private") bubble.append(nameLine(phone, message));
  const quoted = message.reply_to_message;
  if (quoted && !quoted.forum_topic_created) bubble.append(element("p", "quote", summary(quoted)));
  if (message.forward_origin) bubble.append(element("p", "quote", say("phone.forwarded")));
  if (message.photo) bubble.append(photoOf(message));
  for (const [kind, tag] of Object.entries(PLAYED)) if (message[kind]) bubble.append(played(message[kind], tag));
  for (const kind of FILES) {
    if (message[kind]) bubble.append(element("p", "file", `📎 ${message[kind].file_name ?? kind}`));
  }
  const place = message.location;
  if (place) bubble.append(element("p", "file", `📍 ${place.latitude}, ${place.longitude}`));
  const words = element("p", "words");
  const entities = message.entities ?? message.caption_entities;
  words.append(rendered(message.text ?? message.caption ?? "", entities, (text) => phone.send({ text })));
  bubble.append(words, footOf(phone, message));
  for (const buttons of message.reply_markup?.inline_keyboard ?? []) {
    const line = element("div", "buttons");
    line.append(...buttons.map((one) => {
      const key = button(one.style ?? "", one.text, () => phone.press(message, one));
      if (one.callback_data) key.dataset.data = one.callback_data;
      return key;
    }));
    row.append(line);
  }
  return row;
}

function nameLine(phone, message) {
  const line = element("p", "name", message.from.first_name);
  const topic = phone.chat.topics.find((one) => one.id === message.message_thread_id);
  if (phone.topic === null && topic) line.append(element("span", "topic", ` ${say("phone.in", { topic: topic.name })}`));
  return line;
}

function footOf(phone, message) {
  const foot = element("p", "foot");
  for (const reaction of message.reactions ?? []) foot.append(element("span", "reaction", reaction.emoji));
  const time = hourOf(message.edit_date ?? message.date);
  if (message.silent) foot.append(mute());
  foot.append(element("span", "", message.edit_date ? say("phone.changed", { time }) : time));
  const reply = button("answer", "↩", () => phone.setReply(message));
  reply.title = say("phone.reply");
  reply.setAttribute("aria-label", reply.title);
  foot.append(reply);
  return foot;
}

/** A crossed bell by the hour: it came without a sound. */
function mute() {
  const mark = element("span", "mute");
  mark.title = say("phone.mute");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", mark.title);
  return mark;
}

function photoOf(message) {
  const { file_id: id, width, height } = message.photo.at(-1);
  const link = element("a", "photo");
  link.href = `/sandbox/files/${id}`;
  link.target = "_blank";
  const image = element("img");
  image.src = link.href;
  image.alt = say("phone.photo");
  image.width = width; // the room is kept before the photo is there, so that nothing jumps
  image.height = height;
  link.append(image);
  return link;
}

function played(file, tag) {
  const player = element(tag, "played");
  player.controls = true;
  player.preload = "metadata";
  player.src = `/sandbox/files/${file.file_id}`;
  return player;
}
