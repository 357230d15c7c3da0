/** Draws frames of a terminal as one SVG, which shows them one after the other, for ever. A line that comes again is drawn once. */

const WIDTH = 8.4;
const HEIGHT = 18;
const MARGIN = 14;
const BAR = 26;

const escaped = text => text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);
const rounded = number => String(Math.round(number * 100) / 100);

function drawLine(pieces) {
  const backgrounds = pieces
    .filter(({ style }) => style.background !== undefined)
    .map(
      ({ column, text, style }) =>
        `<rect x="${rounded(column * WIDTH)}" width="${rounded(text.length * WIDTH)}" height="${HEIGHT}" fill="${style.background}"/>`,
    );
  const texts = pieces.map(({ column, text, style }) => {
    const looks = [
      style.color === undefined ? '' : ` fill="${style.color}"`,
      style.isBold ? ' font-weight="700"' : '',
      style.isDim ? ' opacity=".6"' : '',
    ].join('');
    // Each piece is as wide as its cells, whichever font there is.
    const trimmed = text.trimEnd();
    const length = ` textLength="${rounded(trimmed.length * WIDTH)}"`;
    return `<text x="${rounded(column * WIDTH)}" y="13"${length}${looks}>${escaped(trimmed)}</text>`;
  });
  return [...backgrounds, ...texts].join('');
}

/** Without the frames that show the same as the one before. */
function distinct(frames) {
  const shown = frames.map(({ at, lines }) => ({ at, drawn: lines.map(drawLine) }));
  return shown.filter(({ drawn }, index) => index === 0 || drawn.join('\n') !== shown[index - 1].drawn.join('\n'));
}

/** `pause`: ms for which the last frame stays. */
export function drawFrames(frames, { columns, rows, title, pause }) {
  const shown = distinct(frames);
  const total = frames.at(-1).at + pause;
  const ids = new Map();
  for (const { drawn } of shown) {
    for (const line of drawn) if (line !== '' && !ids.has(line)) ids.set(line, `l${ids.size.toString(36)}`);
  }
  const [width, height] = [columns * WIDTH + 2 * MARGIN, rows * HEIGHT + MARGIN + BAR];
  const screen = rows * HEIGHT;
  const strip = shown.flatMap(({ drawn }, frame) =>
    drawn.flatMap((line, row) =>
      line === '' ? [] : [`<use href="#${ids.get(line)}" y="${frame * screen + row * HEIGHT}"/>`],
    ),
  );
  const steps = shown.map(
    ({ at }, frame) => `${rounded(frame === 0 ? 0 : (100 * at) / total)}%{transform:translateY(-${frame * screen}px)}`,
  );
  const last = `100%{transform:translateY(-${(shown.length - 1) * screen}px)}`;
  const dots = ['#f07178', '#ffcb6b', '#a5d76e'].map(
    (color, at) => `<circle cx="${MARGIN + 6 + at * 18}" cy="14" r="5" fill="${color}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rounded(width)} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.strip{animation:frames ${rounded(total)}ms step-end infinite}
@media (prefers-reduced-motion:reduce){.strip{animation:none;transform:translateY(-${Math.floor(shown.length / 2) * screen}px)}}
@keyframes frames{${steps.join('')}${last}}
</style>
<rect width="${rounded(width)}" height="${height}" rx="8" fill="#1b2030"/>
${dots.join('')}
<defs>
<clipPath id="screen"><rect y="${BAR}" width="${rounded(width)}" height="${screen}"/></clipPath>
${[...ids].map(([line, id]) => `<g id="${id}">${line}</g>`).join('\n')}
</defs>
<g clip-path="url(#screen)"><g transform="translate(${MARGIN} ${BAR})"><g class="strip" fill="#d5dbe5">
${strip.join('\n')}
</g></g></g>
</svg>
`;
}
