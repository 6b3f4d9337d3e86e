// A photo for those who have none at hand: a staircase at night, its lamp out. Drawn here, so that nothing is shipped.

const WIDTH = 800;
const HEIGHT = 600;
const STEPS = 9;

/** Return the photo as base64 of a JPEG. */
export function darkStaircase() {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const paint = canvas.getContext("2d");
  const wall = paint.createRadialGradient(WIDTH * 0.2, HEIGHT * 0.85, 20, WIDTH * 0.2, HEIGHT * 0.85, WIDTH);
  wall.addColorStop(0, "#8d7f66");
  wall.addColorStop(0.45, "#3b352c");
  wall.addColorStop(1, "#0f0e0d");
  paint.fillStyle = wall;
  paint.fillRect(0, 0, WIDTH, HEIGHT);
  for (let step = 0; step < STEPS; step += 1) {
    const left = 90 + step * 74;
    const top = HEIGHT - 70 - step * 48;
    const light = 1 - step / STEPS;
    paint.fillStyle = `rgb(${26 + 92 * light}, ${24 + 84 * light}, ${22 + 70 * light})`;
    paint.fillRect(left, top, WIDTH - left, 12);
    paint.fillStyle = `rgb(${14 + 48 * light}, ${13 + 43 * light}, ${12 + 36 * light})`;
    paint.fillRect(left, top + 12, WIDTH - left, 36);
  }
  paint.strokeStyle = "#5d4a33";
  paint.lineWidth = 10;
  paint.beginPath();
  paint.moveTo(60, HEIGHT - 210);
  paint.lineTo(60 + STEPS * 74, HEIGHT - 210 - STEPS * 48);
  paint.stroke();
  paint.strokeStyle = "#26221d";
  paint.lineWidth = 4;
  paint.beginPath();
  paint.moveTo(WIDTH * 0.3, 0);
  paint.lineTo(WIDTH * 0.3, 70);
  paint.stroke();
  paint.fillStyle = "#4a4640";
  paint.beginPath();
  paint.arc(WIDTH * 0.3, 96, 28, 0, 2 * Math.PI);
  paint.fill();
  return canvas.toDataURL("image/jpeg", 0.85).split(",", 2)[1];
}
