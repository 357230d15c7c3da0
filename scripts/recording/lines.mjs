/** What a terminal shows: for each line, the pieces that look alike. */

/** The colors of xterm, somewhat brighter. */
const COLORS = [
  ['#3b4252', '#f07178', '#a5d76e', '#ffcb6b', '#82aaff', '#c792ea', '#7fdbe8', '#d5dbe5'],
  ['#7b869c', '#ff8b92', '#c3f08c', '#ffe08a', '#a6c4ff', '#ddb3f8', '#a5ecf5', '#ffffff'],
].flat();
const STEPS = [0, 95, 135, 175, 215, 255];

/** A color of the palette of 256. */
function paletteColor(index) {
  if (index < 16) return COLORS[index];
  if (index >= 232) return rgb(Array(3).fill(8 + 10 * (index - 232)));
  const cube = index - 16;
  return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step => STEPS[step]));
}

const rgb = parts => `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`;

function colorOf(isDefault, isRgb, value) {
  if (isDefault) return undefined;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : paletteColor(value);
}

function styleOf(cell) {
  let color = colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor());
  let background = colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  if (cell.isInverse()) [color, background] = [background ?? '#1b2030', color ?? '#d5dbe5'];
  return { color, background, isBold: cell.isBold() !== 0, isDim: cell.isDim() !== 0 };
}

const isSame = (a, b) =>
  a.color === b.color && a.background === b.background && a.isBold === b.isBold && a.isDim === b.isDim;

function piecesOf(line, columns) {
  const pieces = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const text = cell.getChars() || ' ';
    const last = pieces.at(-1);
    if (last && isSame(last.style, style)) last.text += text;
    else pieces.push({ column, text, style });
  }
  return pieces.filter(({ text, style }) => style.background !== undefined || text.trim() !== '');
}

/** The lines that are on the screen now. */
export function linesOf(terminal) {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    return line ? piecesOf(line, terminal.cols) : [];
  });
}
