import { css, html, LitElement } from 'lit';
import { percent } from '../model/format.js';
import type { Trial } from '../model/trials.js';
import { base, cards, classHues } from './styles.js';

/** A photo that is tried, and the probability of each class. */
export class TrialResult extends LitElement {
  static override properties = {
    trial: { attribute: false },
    state: {},
    large: { type: Boolean, reflect: true },
  };
  static override styles = [
    base,
    cards,
    classHues,
    css`
      article {
        display: grid;
        grid-template-columns: 4.5rem 1fr;
        align-items: center;
        gap: 0.8rem;
      }
      img {
        display: block;
        width: 100%;
        height: 4.5rem;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: white;
        object-fit: contain;
      }
      :host([large]) article {
        grid-template-columns: 1fr;
      }
      :host([large]) img {
        height: auto;
        max-height: 15rem;
      }
      .best {
        display: flex;
        align-items: baseline;
        gap: 0.5rem;
        font-weight: 650;
        overflow-wrap: anywhere;
      }
      :host([large]) .best {
        font-size: 1.375rem;
      }
      .unknown {
        display: grid;
        margin-bottom: 0.3rem;
        color: var(--note);
        font-weight: 650;
      }
      .unknown .small {
        font-weight: 400;
      }
      .best .share {
        color: var(--hue);
        white-space: nowrap;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .bars {
        display: grid;
        gap: 0.55rem;
        margin-top: 0.7rem;
      }
      .bar {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.15rem 0.8rem;
        font-size: 0.9375rem;
        overflow-wrap: anywhere;
      }
      .bar .share {
        font-variant-numeric: tabular-nums;
      }
      svg {
        grid-column: 1 / -1;
        display: block;
        width: 100%;
        height: 9px;
        border-radius: 999px;
        background: var(--line);
      }
      rect {
        height: 100%;
        fill: var(--hue);
        transition: width 0.4s ease-out;
      }
      .failed {
        color: var(--bad);
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare trial: Trial;
  /** The trial's, so that the element renders again when it changes. */
  declare state: Trial['state'];
  declare large: boolean;
  #url: string | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }

  override render() {
    this.#url ??= URL.createObjectURL(this.trial.file);
    return html`
      <article aria-label=${this.trial.name}>
        <img src=${this.#url} alt=${this.trial.name} />
<div>${this.#result()}</div>
      </article>
    `;
  }

  #result() {
    const { name, state, error, predictions, isUnknown } = this.trial;
    const [best] = predictions;
    if (state === 'failed') return html`<p class="failed small">${name}: ${error}</p>`;
    if (!best) return html`<p class="muted small">${name} waits for the model.</p>`;
    return html`
      ${
        isUnknown
          ? html`<p class="unknown">Not like any of your classes<span class="muted small">The closest of them:</span></p>`
          : null
      }
      <p class="best" data-hue=${best.photoClass.hue}>
        <span>${best.photoClass.name}</span>
        <span class="share">${percent(best.probability)}</span>
      </p>
      ${
        this.large
          ? this.#bars()
          : html`<details>
              <summary class="small">All classes</summary>
              ${this.#bars()}
            </details>`
      }
    `;
  }

  #bars() {
    return html`
      <ul class="bars">
        ${this.trial.predictions.map(
          ({ photoClass, probability }) => html`
            <li class="bar" data-hue=${photoClass.hue}>
              <span>${photoClass.name}</span>
              <span class="share">${percent(probability)}</span>
              <svg aria-hidden="true"><rect width="${(probability * 100).toFixed(2)}%" /></svg>
            </li>
          `,
        )}
      </ul>
    `;
  }
}

customElements.define('tt-trial-result', TrialResult);
