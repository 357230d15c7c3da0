/** Lines over time: a panel for each part, as child and parent, and in it a line for each contender. Pure. */
import { figure } from '../format';
import type { Group, GroupResult, Series } from '../group';
import { FAINT, GRID, LINES, TEXT } from './colours';
import type { Chart } from './draw';

const WIDTH = 860;
const TOP = 118;
const PANEL = 190;
const GAP = 62;

export function lineChart(group: Group, { series }: GroupResult): Chart {
  const named = series.map(each => ({ ...each, ...parts(each) }));
  const panels = [...new Set(named.map(({ part }) => part))];
  const contenders = [...new Set(named.map(({ contender }) => contender))];
  const longest = Math.max(...series.flatMap(({ points }) => points.map(([time]) => time)));
  return {
    width: WIDTH,
    height: TOP + panels.length * (PANEL + GAP),
    option: {
      title: {
        text: group.title,
        subtext: `flatter is better; ${group.unit} on a logarithmic scale`,
        left: 20,
        top: 14,
        textStyle: { fontSize: 17, color: TEXT },
        subtextStyle: { fontSize: 12, color: FAINT },
      },
      legend: {
        data: contenders,
        left: 20,
        top: 62,
        icon: 'roundRect',
        itemWidth: 18,
        itemHeight: 4,
        itemGap: 30,
        textStyle: { color: TEXT },
      },
      grid: panels.map((_, index) => ({ left: 60, right: 30, top: TOP + index * (PANEL + GAP), height: PANEL })),
      xAxis: panels.map((_, gridIndex) => ({ ...timeAxis(gridIndex === panels.length - 1, longest), gridIndex })),
      yAxis: panels.map((part, gridIndex) => ({ ...memoryAxis(part, group.unit), gridIndex })),
      series: named.map(({ contender, part, points }) => {
        const index = contenders.indexOf(contender);
        const color = LINES[index % LINES.length];
        return {
          type: 'line',
          name: contender,
          xAxisIndex: panels.indexOf(part),
          yAxisIndex: panels.indexOf(part),
          data: points,
          showSymbol: false,
          itemStyle: { color },
          // The later, the thinner: where two are the same, both are seen.
          lineStyle: { width: Math.max(1.5, 5 - 2 * index), color },
        };
      }),
    },
  };
}

/** Of `contender: part`. */
function parts({ name }: Series): { contender: string; part: string } {
  const end = name.lastIndexOf(': ');
  return { contender: name.slice(0, end), part: name.slice(end + 2) };
}

const timeAxis = (named: boolean, max: number) => ({
  type: 'value',
  max: Math.ceil(max),
  name: named ? 'time, s' : '',
  nameLocation: 'middle',
  nameGap: 30,
  nameTextStyle: { fontSize: 12, color: FAINT },
  axisLabel: { color: FAINT, hideOverlap: true, showMaxLabel: false },
  splitLine: { show: false },
});

const memoryAxis = (part: string, unit: string) => ({
  type: 'log',
  logBase: 2,
  name: `${part}: resident memory, ${unit}`,
  nameTextStyle: { fontSize: 12, color: TEXT, align: 'left' },
  axisLabel: { color: FAINT, formatter: figure },
  min: 32,
  splitLine: { lineStyle: { color: GRID } },
});
