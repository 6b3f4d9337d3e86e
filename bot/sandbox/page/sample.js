// Photos for those who have none at hand. Drawn here, so that nothing is shipped and nobody's picture is shown.

const WIDTH = 800;
const HEIGHT = 600;
const STEPS = 9;
const PAINTERS = { stairs: (paint) => staircase(paint, false), leak: ceiling, repaired: (paint) => staircase(paint, true) };

/** What there is to choose from. */
export const SAMPLES = Object.keys(PAINTERS);

/** Return the sample photo of that name as base64 of a JPEG. */
export function sample(name) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  PAINTERS[name](canvas.getContext("2d"));
  return canvas.toDataURL("image/jpeg", 0.85).split(",", 2)[1];
}

function glow(paint, x, y, reach, colours) {
  const light = paint.createRadialGradient(x, y, 20, x, y, reach);
  colours.forEach((colour, at) => light.addColorStop(at / (colours.length - 1), colour));
  paint.fillStyle = light;
  paint.fillRect(0, 0, WIDTH, HEIGHT);
}

function line(paint, colour, width, ...points) {
  paint.strokeStyle = colour;
  paint.lineWidth = width;
  paint.beginPath();
  points.forEach(([x, y], at) => (at ? paint.lineTo(x, y) : paint.moveTo(x, y)));
  paint.stroke();
}

function spot(paint, colour, x, y, width, height = width) {
  paint.fillStyle = colour;
  paint.beginPath();
  paint.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  paint.fill();
}

/** A staircase at night; the lamp is out, or shines. */
function staircase(paint, lit) {
  if (lit) glow(paint, WIDTH * 0.3, 96, WIDTH, ["#fff6d8", "#d9c391", "#6d5d40"]);
  else glow(paint, WIDTH * 0.2, HEIGHT * 0.85, WIDTH, ["#8d7f66", "#3b352c", "#0f0e0d"]);
  for (let step = 0; step < STEPS; step += 1) {
    const left = 90 + step * 74;
    const top = HEIGHT - 70 - step * 48;
    const light = lit ? 1.6 - step / (2 * STEPS) : 1 - step / STEPS;
    paint.fillStyle = `rgb(${26 + 92 * light}, ${24 + 84 * light}, ${22 + 70 * light})`;
    paint.fillRect(left, top, WIDTH - left, 12);
    paint.fillStyle = `rgb(${14 + 48 * light}, ${13 + 43 * light}, ${12 + 36 * light})`;
    paint.fillRect(left, top + 12, WIDTH - left, 36);
  }
  line(paint, "#5d4a33", 10, [60, HEIGHT - 210], [60 + STEPS * 74, HEIGHT - 210 - STEPS * 48]);
  line(paint, "#26221d", 4, [WIDTH * 0.3, 0], [WIDTH * 0.3, 70]);
  spot(paint, lit ? "#fffdf0" : "#4a4640", WIDTH * 0.3, 96, 28);
}

/** A kitchen's ceiling with a stain that grows, drops that fall, and a bucket below. */
function ceiling(paint) {
  glow(paint, WIDTH * 0.7, 40, WIDTH, ["#f4f1ea", "#ddd7ca", "#b9b1a2"]);
  paint.fillStyle = "#c8c0b1";
  paint.fillRect(0, 250, WIDTH, 8);
  paint.fillStyle = "#a9b7bd";
  paint.fillRect(0, 258, WIDTH, HEIGHT - 258);
  for (let x = 0; x <= WIDTH; x += 80) line(paint, "#94a3aa", 2, [x, 258], [x, HEIGHT]);
  for (let y = 258; y <= HEIGHT; y += 80) line(paint, "#94a3aa", 2, [0, y], [WIDTH, y]);
  for (const [colour, width, height] of [["#c9b48a", 210, 92], ["#b39a6a", 160, 68], ["#c4ae82", 118, 48]]) {
    spot(paint, colour, 380, 130, width, height);
  }
  line(paint, "#7c6a48", 3, [250, 96], [330, 128], [372, 120], [440, 158], [520, 150]);
  for (const [x, y] of [[360, 214], [402, 290], [372, 360], [392, 440]]) spot(paint, "#e9f4fa", x, y, 7, 14);
  paint.fillStyle = "#2f6ea5";
  paint.beginPath();
  paint.moveTo(300, 480);
  paint.lineTo(470, 480);
  paint.lineTo(446, 590);
  paint.lineTo(324, 590);
  paint.fill();
  spot(paint, "#79a9cf", 385, 480, 85, 18);
}
