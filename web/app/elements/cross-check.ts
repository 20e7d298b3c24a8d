import { css, html } from 'lit';
import type { CrossValidation } from '../../lib/tabtrain.js';
import { percent, plural, timeLeft } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { alertIcon, stopIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';

/** Trains five times, each time without a fifth of the photos, to see how sure the score is. */
export class CrossCheckPanel extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    progressBars,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
      }
      .status {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
      }
      .mean {
        font-weight: 650;
        font-variant-numeric: tabular-nums;
      }
      ul {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
        gap: 0.4rem;
      }
      li {
        display: grid;
        gap: 0.2rem;
        color: var(--muted);
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
        text-align: center;
      }
      svg {
        display: block;
        width: 100%;
        height: 2.5rem;
        border-radius: 8px;
        background: var(--line);
      }
      rect {
        width: 100%;
        height: 100%;
        fill: var(--accent);
      }
    `,
  ];

  protected override watched({ crossCheck, training, classes }: Studio) {
    return [crossCheck, training, classes];
  }

  override render() {
    const { isRunning, error, result } = this.studio.crossCheck;
    if (isRunning) return this.#running();
    return html`
      ${result ? this.#result(result) : this.#offer()}
      ${
        error
          ? html`<div class="error" role="alert">
              ${alertIcon}
              <p>${error}</p>
            </div>`
          : null
      }
    `;
  }

  #offer() {
    const { crossCheck, training } = this.studio;
    return html`
      <button
        type="button"
        ?disabled=${training.missing !== null}
        aria-describedby="why"
        @click=${() => crossCheck.start()}
      >
        Check with 5 folds
      </button>
      <p id="why" class="muted small">
        Is the score luck? Trains five times, each time without a fifth of the photos, and asks about
        those.
      </p>
    `;
  }

  #running() {
    const { progress } = this.studio.crossCheck;
    return html`
      <p class="status small">
        <span>Checking: ${progress?.name ?? 'fold 1 of 5'}</span>
        <span class="muted">${timeLeft(progress?.secondsLeft ?? null)}</span>
      </p>
      <progress
        aria-label="Check"
        max=${progress?.total ?? 1}
        .value=${progress?.done ?? 0}
      ></progress>
      <button type="button" @click=${() => this.studio.crossCheck.stop()}>
        ${stopIcon}Stop the check
      </button>
    `;
  }

  #result({ accuracy, accuracyStd, folds }: CrossValidation) {
    const images = folds.reduce((sum, fold) => sum + fold.images, 0);
    return html`
      <p>
        <span class="mean">${percent(accuracy)} ± ${Math.round(accuracyStd * 100)} %</span>
        <span class="muted small">
          right in ${folds.length} checks on ${plural(images, 'photo')}, none seen before
        </span>
      </p>
      <ul aria-label="Each check">
        ${folds.map(
          (fold) => html`
            <li>
              <svg aria-hidden="true">
                <rect y="${((1 - fold.accuracy) * 100).toFixed(1)}%" />
              </svg>
              ${percent(fold.accuracy)}
            </li>
          `,
        )}
      </ul>
    `;
  }
}

customElements.define('tt-cross-check', CrossCheckPanel);
