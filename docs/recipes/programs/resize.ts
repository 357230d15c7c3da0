import { readFile, writeFile } from 'node:fs/promises';
import { SubprocessWorker } from 'offspring-rx/pool';

/** Reads a picture in the format PPM (P6, 8 bits a color), and writes it beside with another width. */
export class Resize extends SubprocessWorker<[width: number], string, string> {
  width = 0;

  override init(width: number) {
    this.width = width;
  }

  // With sharp: await sharp(file).resize(this.width).toFile(small)
  override async work(file: string) {
    const image = await readFile(file);
    const [header = '', width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(image.toString('latin1', 0, 64)) ?? [];
    if (!header) throw new Error(`${file} is no PPM picture`);
    const small = file.replace(/\.ppm$/, '.small.ppm');
    await writeFile(small, shrink(image.subarray(header.length), Number(width), Number(height), this.width));
    return small;
  }
}

/** Each new pixel is the mean of those that it covers. */
function shrink(pixels: Uint8Array, width: number, height: number, newWidth: number): Uint8Array {
  const newHeight = Math.max(1, Math.round((height * newWidth) / width));
  const header = Buffer.from(`P6\n${newWidth} ${newHeight}\n255\n`);
  const result = Buffer.concat([header, Buffer.alloc(newWidth * newHeight * 3)]);
  for (let y = 0, at = header.length; y < newHeight; y++) {
    const [top, bottom] = spanOf(y, newHeight, height);
    for (let x = 0; x < newWidth; x++) {
      const [left, right] = spanOf(x, newWidth, width);
      for (let color = 0; color < 3; color++) {
        let sum = 0;
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++) sum += pixels[(row * width + column) * 3 + color] ?? 0;
        result[at++] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return result;
}

/** The first old pixel that a new one covers, and the one after the last. */
function spanOf(index: number, newSize: number, size: number): [number, number] {
  const first = Math.floor((index * size) / newSize);
  return [first, Math.max(first + 1, Math.floor(((index + 1) * size) / newSize))];
}
