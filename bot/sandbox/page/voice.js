// A voice message for those who have no microphone at hand: water that drips, made here sample by sample.
// Telegram's voice messages are Opus in Ogg; the browser encodes the one, the pages of the other are written here.

const RATE = 48000;
const SECONDS = 3;
const DROPS = [0.2, 0.85, 1.3, 2.1, 2.45];
const SERIAL = 1;
const BEGINS = 2;
const ENDS = 4;

/** Whether this browser can make one. */
export const canSpeak = "AudioEncoder" in globalThis;

/** Return the message as base64 of an Ogg file. */
export async function dripping() {
  const packets = [];
  const encoder = new AudioEncoder({ output: (chunk) => packets.push(bytesOf(chunk)), error: () => {} });
  encoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1, bitrate: 24000 });
  const data = sound();
  encoder.encode(new AudioData({
    format: "f32", sampleRate: RATE, numberOfFrames: data.length, numberOfChannels: 1, timestamp: 0, data,
  }));
  await encoder.flush();
  encoder.close();
  const step = (RATE * SECONDS) / packets.length;
  const pages = [page(0, BEGINS, 0, head()), page(1, 0, 0, tags())];
  packets.forEach((packet, at) => {
    pages.push(page(at + 2, at === packets.length - 1 ? ENDS : 0, Math.round(step * (at + 1)), packet));
  });
  return btoa(pages.flatMap((one) => [...one]).map((byte) => String.fromCharCode(byte)).join(""));
}

function sound() {
  const wave = new Float32Array(RATE * SECONDS);
  for (const begin of DROPS) {
    for (let at = 0; at < RATE / 4; at += 1) {
      const time = at / RATE;
      const pitch = 900 + 2600 * time; // a drop's bubble shrinks, and its note rises
      wave[Math.floor(begin * RATE) + at] += 0.5 * Math.exp(-18 * time) * Math.sin(2 * Math.PI * pitch * time);
    }
  }
  return wave;
}

function bytesOf(chunk) {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
}

function head() {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(letters("OpusHead"));
  bytes.set([1, 1], 8); // version, channels
  view.setUint16(10, 312, true); // samples to skip
  view.setUint32(12, RATE, true);
  return bytes;
}

function tags() {
  const vendor = letters("Shouwen");
  const bytes = new Uint8Array(8 + 4 + vendor.length + 4);
  bytes.set(letters("OpusTags"));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12);
  return bytes;
}

function letters(word) {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

/** Return an Ogg page (RFC 3533) that holds one packet. */
function page(number, flags, granule, packet) {
  const lacing = [...Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
  const bytes = new Uint8Array(27 + lacing.length + packet.length);
  const view = new DataView(bytes.buffer);
  bytes.set(letters("OggS"));
  bytes[5] = flags;
  view.setUint32(6, granule, true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, number, true);
  bytes[26] = lacing.length;
  bytes.set(lacing, 27);
  bytes.set(packet, 27 + lacing.length);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

function checksum(bytes) {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum & 0x80000000 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}
