/** What the lanes of the dashboard's page are drawn in. */

/** An expression for the page: how many pixels of the lanes have a color of style/tokens.css or style/dark.css. */
export const lanePixels = (color: string): string => `(() => {
  const value = getComputedStyle(document.documentElement).getPropertyValue('--${color}').trim();
  const wanted = /^#(..)(..)(..)$/.exec(value).slice(1).map(part => Number.parseInt(part, 16));
  let count = 0;
  for (const canvas of document.querySelectorAll('.body .lane canvas')) {
    if (canvas.width === 0) continue;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((part, index) => Math.abs(data[at + index] - part) < 3)) count += 1;
    }
  }
  return count;
})()`;
