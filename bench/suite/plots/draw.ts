/** Renders a chart with echarts as SVG, without a browser. */
import { importPeer } from '../peer';

export interface Chart {
  width: number;
  height: number;
  /** Of echarts. */
  option: object;
}

interface Echarts {
  init(
    element: null,
    theme: null,
    options: object,
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}

export async function draw({ width, height, option }: Chart): Promise<string> {
  const echarts = await importPeer<Echarts>('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

const FONT = 'Helvetica, Arial, sans-serif';
