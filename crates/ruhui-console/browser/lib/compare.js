// Comparison of screenshots.
//
// A picture is looked at in cells of some pixels. A cell may have moved by some pixels: it is compared with the most similar place near
// its own in the other picture. Smoothing and hinting change the average colour of a cell a little, and move letters by a few pixels. A
// box that has moved by eight pixels leaves cells that nothing near them is similar to.

import { PNG } from 'pngjs';

export const TOLERANCE = { cell: 4, right: 3, down: 1, difference: 30, cells: 6 };

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
      let least = distance(picture, other, cell, x, y, x, y);
      for (let dy = -down; least > difference && dy <= down; dy++) {
        for (let dx = -right; least > difference && dx <= right; dx++) {
          if (other.has(x + dx, y + dy, cell)) least = Math.min(least, distance(picture, other, cell, x, y, x + dx, y + dy));
        }
      }
      if (least > difference) yield [x, y, least];
    }
  }
}

// How much the averages of two cells differ: the greatest difference of a channel, from 0 to 255.
function distance(one, other, cell, x, y, otherX, otherY) {
  let greatest = 0;
  for (let channel = 0; channel < 3; channel++) {
    const difference = Math.abs(one.sum(x, y, cell, channel) - other.sum(otherX, otherY, cell, channel));
    if (difference > greatest) greatest = difference;
  }
  return greatest / cell ** 2;
}

// The colours of a picture, summed over all rectangles from its upper left corner: the sum of a cell takes four of them.
class Sums {
  #sums;
  #row;

  constructor({ width, height, data }) {
    this.width = width;
    this.height = height;
    this.#row = (width + 1) * 3;
    this.#sums = new Float64Array(this.#row * (height + 1));
    const line = new Float64Array(3);
    for (let y = 0; y < height; y++) {
      line.fill(0);
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          line[channel] += data[(y * width + x) * 4 + channel];
          const at = (y + 1) * this.#row + (x + 1) * 3 + channel;
          this.#sums[at] = this.#sums[at - this.#row] + line[channel];
        }
      }
    }
  }

  has(x, y, cell) {
    return x >= 0 && y >= 0 && x + cell <= this.width && y + cell <= this.height;
  }

  sum(x, y, cell, channel) {
    const above = y * this.#row + x * 3 + channel;
    const below = above + cell * this.#row;
    return this.#sums[below + cell * 3] - this.#sums[below] - this.#sums[above + cell * 3] + this.#sums[above];
  }
}
