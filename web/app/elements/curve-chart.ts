import { css, html, LitElement, unsafeCSS } from 'lit';
import UPlot from 'uplot';
import uplotStyles from 'uplot/dist/uPlot.min.css?inline';
import { base } from './styles.js';

/** One line of the chart, a value for each epoch. */
export interface Curve {
  name: string;
  /** A custom property with its colour. */
  colour: string;
  dashed: boolean;
  values: (number | null)[];
}

const height = 132;
const darkMode = matchMedia('(prefers-color-scheme: dark)');

/** Curves over epochs. The numbers behind them stand in a table elsewhere. */
export class CurveChart extends LitElement {
  static override properties = {
    name: {},
    curves: { attribute: false },
    epochs: { type: Number },
    range: { attribute: false },
  };
  static override styles = [
    unsafeCSS(uplotStyles),
    base,
    css`
      .u-wrap,
      .plot {
        width: 100%;
      }
    `,
  ];
  /** What the values are, for screen readers. */
  declare name: string;
  declare curves: Curve[];
  /** Epochs that the whole run has. */
  declare epochs: number;
  /** Least and greatest value shown; what is null follows the values. */
  declare range: [number | null, number | null];
  #plot: UPlot | null = null;
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #redraw = () => this.#rebuild();

  constructor() {
    super();
    this.name = '';
    this.curves = [];
    this.epochs = 1;
    this.range = [null, null];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    darkMode.addEventListener('change', this.#redraw);
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    darkMode.removeEventListener('change', this.#redraw);
    this.#resize.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render() {
    const last = this.curves.map(
      ({ name, values }) => `${name} ${values.at(-1)?.toFixed(2) ?? 'none'}`,
    );
    const label = `${this.name} over epochs, now ${last.join(', ')}`;
    return html`<div class="plot" role="img" aria-label=${label}></div>`;
  }

  override updated(changed: Map<string, unknown>): void {
    if (!this.#plot || changed.has('epochs')) this.#rebuild();
    else this.#plot.setData(this.#data());
  }

  #data(): UPlot.AlignedData {
    const length = Math.max(0, ...this.curves.map(({ values }) => values.length));
    const epochs = Array.from({ length }, (_, index) => index + 1);
    return [epochs, ...this.curves.map(({ values }) => values)];
  }

  #rebuild(): void {
    const target = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (!target) return;
    this.#plot?.destroy();
    this.#plot = new UPlot(this.#options(target.clientWidth || 300), this.#data(), target);
  }

  #fit(): void {
    const width = this.renderRoot.querySelector('.plot')?.clientWidth;
    if (this.#plot && width && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #options(width: number): UPlot.Options {
    const style = getComputedStyle(this);
    const colour = (property: string) => style.getPropertyValue(property).trim();
    const font = `12px ${colour('--font')}`;
    const axis = { stroke: colour('--muted'), font, ticks: { show: false } };
    const [min, max] = this.range;
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 10, 0, 0],
      scales: {
        x: { time: false, range: [1, Math.max(2, this.epochs)] },
        y: { range: (_, low, high) => [min ?? low, max ?? Math.max(high * 1.05, 0.1)] },
      },
      axes: [
        {
          ...axis,
          size: 24,
          grid: { show: false },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        },
        { ...axis, size: 40, grid: { stroke: colour('--line'), width: 1 }, space: 32 },
      ],
      series: [
        {},
        ...this.curves.map((curve) => ({
          label: curve.name,
          stroke: colour(curve.colour),
          width: 2,
          dash: curve.dashed ? [5, 4] : [],
          // One value makes no line.
          points: { show: (plot: UPlot) => plot.data[0].length === 1 },
        })),
      ],
    };
  }
}

customElements.define('tt-curve-chart', CurveChart);
