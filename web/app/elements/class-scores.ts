import { css, html, LitElement } from 'lit';
import type { Evaluation } from '../../lib/tabtrain.js';
import type { NamedClass } from '../model/classes.js';
import { percent } from '../model/format.js';
import { base, classHues } from './styles.js';

/** How well each class is found, and how far its answers can be trusted. */
export class ClassScores extends LitElement {
  static override properties = { evaluation: { attribute: false }, classes: { attribute: false } };
  static override styles = [
    base,
    classHues,
    css`
      .scroll {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.35rem 0.4rem;
        border-bottom: 1px solid var(--line);
        text-align: end;
        font-weight: 400;
      }
      thead th {
        color: var(--muted);
        vertical-align: bottom;
        line-height: 1.25;
      }
      th:first-child {
        max-width: 9rem;
        overflow: hidden;
        text-align: start;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      tbody th {
        font-weight: 600;
      }
      svg {
        display: block;
        width: 100%;
        min-width: 3rem;
        height: 6px;
        margin-top: 0.2rem;
        border-radius: 999px;
        background: var(--line);
      }
      rect {
        height: 100%;
        fill: var(--hue);
      }
    `,
  ];
  declare evaluation: Evaluation;
  declare classes: NamedClass[];

  override render() {
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="How each class did">
        <table>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col" title="Recall: of its photos, how many were found">Found</th>
              <th scope="col" title="Precision: of the answers that name it, how many are right">
                Right when named
              </th>
              <th scope="col">Photos</th>
            </tr>
          </thead>
          <tbody>
            ${this.evaluation.perClass.map(({ recall, precision, support }, index) => {
              const { name, hue } = this.classes[index] ?? { name: '', hue: 0 };
              return html`
                <tr data-hue=${hue}>
                  <th scope="row" title=${name}>${name}</th>
                  <td>${share(recall)}</td>
                  <td>${share(precision)}</td>
                  <td>${support}</td>
                </tr>
              `;
            })}
          </tbody>
        </table>
      </div>
    `;
  }
}

function share(value: number) {
  return html`${percent(value)}
    <svg aria-hidden="true"><rect width="${(value * 100).toFixed(1)}%" /></svg>`;
}

customElements.define('tt-class-scores', ClassScores);
