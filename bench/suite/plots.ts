/** Draws a group as SVG: bars of medians with their spread, or lines over time. */

import { barChart } from './plots/bars';
import { draw } from './plots/draw';
import { lineChart } from './plots/lines';
import type { Measured } from './results';

/** Whether there is something to draw: all bars of zero say nothing. */
export const hasPlot = ({ result }: Measured): boolean =>
  result.rows.some(({ samples }) => samples.some(sample => sample !== 0));

/** @throws Unavailable if echarts is not installed */
export const plot = ({ group, result }: Measured): Promise<string> =>
  draw(result.series.length > 0 ? lineChart(group, result) : barChart(group, result));
