/** A line for each thing that was followed over time. Pure. */
import { figure } from '../format';
import type { Group, GroupResult } from '../group';
import { FAINT, GRID, LINES, TEXT } from './colours';
import type { Chart } from './draw';

export function lineChart(group: Group, { series }: GroupResult): Chart {
  return {
    width: 860,
    height: 460,
    option: {
      title: { text: group.title, left: 20, top: 14, textStyle: { fontSize: 17, color: TEXT } },
      legend: {
        left: 20,
        top: 44,
        icon: 'roundRect',
        itemWidth: 16,
        itemHeight: 4,
        itemGap: 28,
        textStyle: { color: TEXT },
      },
      grid: { left: 60, right: 40, top: 110, bottom: 60 },
      xAxis: {
        type: 'value',
        name: 'time, s',
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: { fontSize: 12, color: FAINT },
        axisLabel: { color: FAINT },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        name: `resident memory, ${group.unit}`,
        nameTextStyle: { fontSize: 12, color: FAINT, align: 'left' },
        axisLabel: { color: FAINT, formatter: figure },
        splitLine: { lineStyle: { color: GRID } },
      },
      series: series.map(({ name, points }, index) => ({
        type: 'line',
        name,
        data: points,
        showSymbol: false,
        lineStyle: { width: 2, color: LINES[index % LINES.length] },
        itemStyle: { color: LINES[index % LINES.length] },
      })),
    },
  };
}
