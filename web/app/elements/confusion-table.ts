import { css, html, LitElement } from 'lit';
import type { Evaluation } from '../../lib/tabtrain.js';
import type { NamedClass } from '../model/classes.js';
import { plural } from '../model/format.js';
import { base } from './styles.js';

/** Which class was taken for which. */
export class ConfusionTable extends LitElement {
  static override properties = { evaluation: { attribute: false }, classes: { attribute: false } };
  static override styles = [
    base,
    css`
      .scroll {
        overflow-x: auto;
      }
      table {
        border-spacing: 3px;
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }
      th {
        max-width: 7rem;
        padding: 0.2rem 0.35rem;
        overflow: hidden;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      thead th {
        max-width: 2.9rem;
        font-weight: 500;
      }
      tbody th {
        max-width: 5rem;
        text-align: start;
      }
      td {
        min-width: 2.1rem;
        height: 2.1rem;
        padding: 0.2rem 0.4rem;
        border-radius: 6px;
        background: var(--sunken);
        text-align: center;
      }
      td.right {
        background: var(--good-soft);
        color: var(--good);
        font-weight: 700;
      }
      td.wrong {
        background: var(--bad-soft);
        color: var(--bad);
        font-weight: 700;
      }
      td.corner {
        background: none;
      }
    `,
  ];
  declare evaluation: Evaluation;
  declare classes: NamedClass[];

  override render() {
    const { confusion } = this.evaluation;
    return html`
      <p class="small muted">Rows are what the photos show, columns what the model said.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="What was taken for what">
        <table>
          <thead>
            <tr>
              <td class="corner"></td>
              ${this.classes.map(({ name }) => html`<th scope="col" title=${name}>${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${confusion.map(
              (counts, row) => html`
                <tr>
                  <th scope="row" title=${this.#name(row)}>${this.#name(row)}</th>
                  ${counts.map((count, column) => this.#cell(count, row, column))}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #name(index: number): string {
    return this.classes[index]?.name ?? '';
  }

  #cell(count: number, row: number, column: number) {
    const kind = count === 0 ? '' : row === column ? 'right' : 'wrong';
    const title = `${plural(count, 'photo')} of ${this.#name(row)} taken for ${this.#name(column)}`;
    return html`<td class=${kind} title=${title}>${count}</td>`;
  }
}

customElements.define('tt-confusion-table', ConfusionTable);
