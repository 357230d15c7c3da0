/** A bar for each row, as long as its median, with a line from p10 to p90. Pure. */
import { axisFigure, figure } from '../format';
import type { Group, GroupResult } from '../group';
import { summarise } from '../statistics';
import { FAINT, FLOOR, GRID, OTHER, OWN, TEXT } from './colours';
import type { Chart } from './draw';

const WIDTH = 860;
const ROW = 34;
const TOP = 74;
const BOTTOM = 60;

export function barChart(group: Group, { rows, rounds }: GroupResult): Chart {
  const bars = rows
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, samples }) => ({ name, ...summarise(samples) }))
    .sort((one, other) => (one.median - other.median) * (group.better === 'less' ? 1 : -1));
  const samples = rounds === 1 ? 'one round' : `median of ${rounds} rounds, with p10 and p90`;
  return {
    width: WIDTH,
    height: TOP + BOTTOM + ROW * bars.length,
    option: {
      title: {
        text: group.title,
        subtext: `${group.better === 'less' ? 'shorter' : 'longer'} is better; ${samples}`,
        left: 20,
        top: 14,
        textStyle: { fontSize: 17, color: TEXT },
        subtextStyle: { fontSize: 12, color: FAINT },
      },
      grid: { left: 20, right: 70, top: TOP, bottom: BOTTOM - 24, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        name: group.unit,
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: { fontSize: 12, color: FAINT },
        axisLabel: { color: FAINT, formatter: axisFigure, hideOverlap: true },
        splitLine: { lineStyle: { color: GRID } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ name }) => name),
        axisLabel: { color: TEXT, fontSize: 13, interval: 0 },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: FAINT } },
      },
      series: [
        {
          type: 'bar',
          barWidth: 18,
          data: bars.map(({ name, median }) => ({
            value: median,
            itemStyle: { color: colourOf(name, group), borderRadius: [0, 3, 3, 0] },
          })),
        },
        {
          type: 'custom',
          silent: true,
          z: 5,
          encode: { x: [0, 1, 2], y: 3 },
          data: bars.map(({ p10, p90, median }, row) => [p10, p90, median, row]),
          renderItem: whisker,
        },
      ],
    },
  };
}

function colourOf(name: string, { floor, aims }: Group): string {
  if (aims.some(({ of }) => of === name) || name.startsWith('Subprocess')) return OWN;
  return name === floor ? FLOOR : OTHER;
}

interface RenderApi {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
}

/** The spread as a thin line with two ends, and the median in figures behind it. */
function whisker(_: unknown, api: RenderApi): object {
  const [p10 = 0, p90 = 0, median = 0, row = 0] = [0, 1, 2, 3].map(dimension => api.value(dimension));
  const [left, y] = api.coord([p10, row]);
  const [right] = api.coord([p90, row]);
  const [tip] = api.coord([median, row]);
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: TEXT, lineWidth: 1.2 },
  });
  return {
    type: 'group',
    children: [
      ...(left === right
        ? []
        : [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)]),
      {
        type: 'text',
        x: Math.max(right, tip) + 7,
        y,
        style: {
          text: figure(median),
          fill: TEXT,
          font: '12px Helvetica, Arial, sans-serif',
          textVerticalAlign: 'middle',
        },
      },
    ],
  };
}
