/** The pictures of docs/: what all of them are made of. Readable in light and in dark mode. */

const STYLE = `
    .card { fill: #ffffff; stroke: #d0d7de; }
    .grey { fill: #f6f8fa; stroke: #8c959f; }
    .blue { fill: #ddf4ff; stroke: #218bff; }
    .green { fill: #dafbe1; stroke: #2da44e; }
    .yellow { fill: #fff8c5; stroke: #bf8700; }
    .red { fill: #ffebe9; stroke: #cf222e; }
    .box { stroke-width: 1.5; }
    .heading { fill: #1f2328; font-size: 17px; font-weight: 600; }
    .label { fill: #1f2328; font-size: 13.5px; }
    .strong { fill: #1f2328; font-size: 14px; font-weight: 600; }
    .note { fill: #57606a; font-size: 12.5px; }
    .code { fill: #1f2328; font-size: 13px; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    .line { fill: none; stroke: #57606a; stroke-width: 1.6; }
    .faint { fill: none; stroke: #d0d7de; stroke-width: 1; }
    .curve { fill: none; stroke-width: 2.5; }
    .head { fill: #57606a; }
    .middle { text-anchor: middle; }
    .end { text-anchor: end; }
    @media (prefers-color-scheme: dark) {
      .card { fill: #0d1117; stroke: #30363d; }
      .grey { fill: #161b22; stroke: #7d8590; }
      .blue { fill: #0c2d6b; stroke: #58a6ff; }
      .green { fill: #04361a; stroke: #3fb950; }
      .yellow { fill: #3f2d00; stroke: #d29922; }
      .red { fill: #490202; stroke: #f85149; }
      .heading, .label, .strong, .code { fill: #e6edf3; }
      .note { fill: #9da7b3; }
      .line { stroke: #9da7b3; }
      .faint { stroke: #30363d; }
      .head { fill: #9da7b3; }
    }
    .curve { fill: none; }
`;

const escaped = words => String(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const text = (x, y, words, kind = 'label') => `<text class="${kind}" x="${x}" y="${y}">${escaped(words)}</text>`;

/** Lines below each other, the first at `y`. */
export const lines = (x, y, all, kind = 'note', step = 17) => all.map((each, at) => text(x, y + at * step, each, kind));

export const box = (x, y, width, height, kind, radius = 8) =>
  `<rect class="box ${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;

export const line = (d, kind = 'line') => `<path class="${kind}" d="${d}"/>`;

export const arrow = d => `<path class="line" d="${d}" marker-end="url(#head)"/>`;

/** A box with a name, and lines of notes below the name. */
export function card(x, y, width, height, kind, name, notes = []) {
  const middle = x + width / 2;
  const top = y + height / 2 - (notes.length * 16) / 2 + 5;
  return [
    box(x, y, width, height, kind),
    text(middle, top, name, 'strong middle'),
    ...lines(middle, top + 17, notes, 'note middle', 16),
  ];
}

/** A whole picture. `body` is a list of elements, nested as it comes. */
export function picture({ width, height, title, description, body }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">
  <title id="title">${escaped(title)}</title>
  <desc id="desc">${escaped(description)}</desc>
  <style>${STYLE}  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
      <path class="head" d="M0 0.8 L10 5 L0 9.2 L2.4 5 Z"/>
    </marker>
  </defs>
  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
  ${body.flat(Infinity).join('\n  ')}
</svg>
`;
}
