// What can be done next on a phone, found by what its buttons carry: so it is found in every language alike.

const CONVERSATION = "d"; // the verb of a button that answers a question of the bot
const ASIDE = new Set(["cancel", "back", "skip"]);
/** What is chosen where there is a choice: one plain way through each conversation. */
const PREFERRED = [
  "submit", "c.new", "c.repair", "c.light", "c.stairs", "c.today", "c.soon", "c.solved", "c.wear", "c.duty",
];

/** Return the pressed button's parts: verb, reference, version, choice. */
function partsOf(pressed) {
  const [verb, ref, , choice] = (pressed.callback_data ?? "").split(":");
  return { verb, ref, choice };
}

function buttonsOf(message) {
  return (message.reply_markup?.inline_keyboard ?? []).flat();
}

/** Return the newest button of a phone with one of these verbs, with its message, or null. */
export function buttonFor(phone, verbs) {
  const fits = (one) => verbs.includes(partsOf(one).verb);
  const message = phone.newest((one) => buttonsOf(one).some(fits));
  return message && { message, pressed: buttonsOf(message).find(fits) };
}

/**
 * Return what the bot asks on a phone, or null where it asks nothing: `pressed` is the button to be tapped, one of
 * `choices` where it is there; it is missing where words or a photo are asked for.
 */
export function questionOn(phone, choices = PREFERRED) {
  const isAnswer = (one) => partsOf(one).verb === CONVERSATION;
  const message = phone.newest((one) => buttonsOf(one).some(isAnswer));
  if (!message) return null;
  const answers = buttonsOf(message).filter((one) => isAnswer(one) && !ASIDE.has(partsOf(one).choice));
  const wanted = choices.map((code) => answers.find((one) => partsOf(one).choice === code)).find(Boolean);
  return { message, pressed: wanted ?? answers[0] };
}
