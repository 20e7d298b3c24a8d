import { css, html, LitElement } from 'lit';
import type { Epoch } from '../../lib/tabtrain.js';
import { percent } from '../model/format.js';
import type { Curve } from './curve-chart.js';
import { base, cards } from './styles.js';
import './curve-chart.js';

const trained = { name: 'training', colour: '--accent', dashed: false };
const validated = { name: 'held back', colour: '--class-1', dashed: true };

/** Accuracy and loss of each epoch, as curves and as a table. */
export class TrainingCurves extends LitElement {
  static override properties = { epochs: { attribute: false } };
  static override styles = [
    base,
    cards,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.9rem;
      }
      figcaption {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        font-size: 0.9375rem;
        font-weight: 600;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.2rem;
      }
      .legend li {
        display: flex;
        align-items: center;
        gap: 0.45rem;
      }
      .line {
        width: 1.4rem;
        border-top: 3px solid var(--accent);
      }
      .line.dashed {
        border-top: 3px dashed var(--class-1);
      }
      .scroll {
        max-height: 16rem;
        margin-top: 0.5rem;
        overflow: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.2rem 0.4rem;
        border-bottom: 1px solid var(--line);
        text-align: end;
        font-weight: 400;
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--card);
        color: var(--muted);
        font-weight: 600;
      }
    `,
  ];
  declare epochs: Epoch[];

  override render() {
    const { epochs } = this;
    const total = epochs[0]?.epochs ?? 1;
    const isValidated = epochs.some(({ valLoss }) => valLoss !== null);
    const curves = (of: 'loss' | 'accuracy', held: 'valLoss' | 'valAccuracy'): Curve[] => [
      { ...trained, values: epochs.map((epoch) => epoch[of]) },
      ...(isValidated ? [{ ...validated, values: epochs.map((epoch) => epoch[held]) }] : []),
    ];
    return html`
      <ul class="legend small muted">
        <li><span class="line"></span>trained on</li>
        ${isValidated ? html`<li><span class="line dashed"></span>held back</li>` : null}
      </ul>
      <figure>
        <figcaption>Accuracy</figcaption>
        <tt-curve-chart
          name="Accuracy"
          epochs=${total}
          .range=${[0, 1]}
          .curves=${curves('accuracy', 'valAccuracy')}
        ></tt-curve-chart>
      </figure>
      <figure>
        <figcaption>Loss</figcaption>
        <tt-curve-chart
          name="Loss"
          epochs=${total}
          .range=${[0, null]}
          .curves=${curves('loss', 'valLoss')}
        ></tt-curve-chart>
      </figure>
      <details>
        <summary>The curves as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Loss and accuracy of each epoch">
          ${this.#table()}
        </div>
      </details>
    `;
  }

  #table() {
    return html`
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Loss</th>
            <th scope="col">Accuracy</th>
            <th scope="col">Loss, held back</th>
            <th scope="col">Accuracy, held back</th>
          </tr>
        </thead>
        <tbody>
          ${this.epochs.map(
            ({ epoch, loss, accuracy, valLoss, valAccuracy }) => html`
              <tr>
                <th scope="row">${epoch}</th>
                <td>${loss.toFixed(3)}</td>
                <td>${percent(accuracy)}</td>
                <td>${valLoss?.toFixed(3) ?? 'none'}</td>
                <td>${valAccuracy === null ? 'none' : percent(valAccuracy)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }
}

customElements.define('tt-training-curves', TrainingCurves);
