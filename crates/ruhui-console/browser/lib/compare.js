// Comparison of screenshots.
//
// A picture is looked at in cells of some pixels. A cell may have moved by some pixels: it is compared with the most similar place near
// its own in the other picture. Smoothing and hinting change the average colour of a cell a little, and move letters by a few pixels. A
// box that has moved by eight pixels leaves cells that nothing near them is similar to.

import { PNG } from 'pngjs';

export const TOLERANCE = { cell: 4, right: 3, down: 1, difference: 50, cells: 8 };

// Returns why the pictures differ, or undefined if they do not.
export function difference(one, other, tolerance = TOLERANCE) {
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  if (a.width !== b.width || a.height !== b.height) return `${a.width}×${a.height} is not ${b.width}×${b.height}`;
  const [first, second] = [new Sums(a), new Sums(b)];
  const cells = [...strange(first, second, tolerance), ...strange(second, first, tolerance)];
  if (cells.length <= tolerance.cells) return undefined;
  const places = cells.slice(0, 5).map(([x, y, distance]) => `(${x}, ${y}) by ${Math.round(distance)}`);
  return `${cells.length} cells of ${tolerance.cell} pixels differ: ${places.join(', ')}…`;
}

// Returns the cells of a picture that nothing near them in the other picture is similar to.
function* strange(picture, other, { cell, right, down, difference }) {
  for (let y = 0; y + cell <= picture.height; y += cell) {
    for (let x = 0; x + cell <= picture.width; x += cell) {
      const wanted = picture.average(x, y, cell);
      let least = distance(wanted, other.average(x, y, cell));
      if (least <= difference) continue;
      for (let dy = -down; dy <= down; dy++) {
        for (let dx = -right; dx <= right; dx++) {
          if (!other.has(x + dx, y + dy, cell)) continue;
          least = Math.min(least, distance(wanted, other.average(x + dx, y + dy, cell)));
        }
      }
      if (least > difference) yield [x, y, least];
    }
  }
}

const distance = (one, other) => Math.max(...one.map((value, channel) => Math.abs(value - other[channel])));

// Sums of the colours of all rectangles from the upper left corner, so that an average takes four of them.
class Sums {
  #sums;

  constructor({ width, height, data }) {
    this.width = width;
    this.height = height;
    const row = (width + 1) * 3;
    this.#sums = new Float64Array(row * (height + 1));
    for (let y = 0; y < height; y++) {
      const line = [0, 0, 0];
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          line[channel] += data[(y * width + x) * 4 + channel];
          this.#sums[(y + 1) * row + (x + 1) * 3 + channel] = this.#sums[y * row + (x + 1) * 3 + channel] + line[channel];
        }
      }
    }
  }

  has(x, y, cell) {
    return x >= 0 && y >= 0 && x + cell <= this.width && y + cell <= this.height;
  }

  // The average colour of a cell, from 0 to 255 for each channel.
  average(x, y, cell) {
    const at = (x, y, channel) => this.#sums[y * (this.width + 1) * 3 + x * 3 + channel];
    return [0, 1, 2].map((channel) =>
      (at(x + cell, y + cell, channel) - at(x, y + cell, channel) - at(x + cell, y, channel) + at(x, y, channel)) / cell ** 2);
  }
}
