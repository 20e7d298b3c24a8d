import { css, html } from 'lit';
import type { Progress } from '../../lib/tabtrain.js';
import { percent, plural, timeLeft } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { alertIcon, sparkIcon, stopIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';
import './class-scores.js';
import './confusion-table.js';
import './cross-check.js';
import './training-curves.js';
import './training-settings.js';

/** The second step: Train and Stop, the curves, and how well the model does. */
export class TrainingPanel extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    progressBars,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      .go {
        width: 100%;
        min-height: 3.25rem;
        font-size: 1.0625rem;
      }
      .status {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        margin-bottom: 0.45rem;
      }
      .score {
        display: flex;
        align-items: center;
        gap: 0.9rem;
        padding: 0.8rem 1rem;
        border-radius: 12px;
        background: var(--accent-soft);
        color: var(--accent-strong);
      }
      .score strong {
        font-size: 2rem;
        font-weight: 750;
        line-height: 1;
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .score span {
        line-height: 1.35;
      }
      tt-class-scores,
      tt-confusion-table {
        display: block;
        margin-top: 0.6rem;
      }
    `,
  ];

  protected override watched({ training, classes }: Studio) {
    return [training, classes];
  }

  override render() {
    const { training } = this.studio;
    const isRunning = training.state === 'running';
    return html`
      <div class="card">
        ${isRunning ? this.#stop() : this.#train()}
        ${training.state === 'failed' ? this.#error(training.summary) : null}
        ${isRunning ? null : this.#outcome()}
        ${
          training.epochs.length > 0
            ? html`<tt-training-curves .epochs=${training.epochs}></tt-training-curves>`
            : null
        }
        <tt-training-settings .studio=${this.studio}></tt-training-settings>
      </div>
    `;
  }

  #train() {
    const { training } = this.studio;
    const { missing } = training;
    return html`
      <div>
        <button
          class="primary go"
          type="button"
          ?disabled=${missing !== null}
          aria-describedby="missing"
          @click=${this.#start}
        >
          ${sparkIcon}${training.hasModel ? 'Train again' : 'Train'}
        </button>
      </div>
      <p id="missing" class="muted small" ?hidden=${!missing && !training.isOutdated}>
        ${missing ?? 'The photos have changed since the last training. Train again to use them.'}
      </p>
    `;
  }

  #stop() {
    const { epochs, settings, copies } = this.studio.training;
    const last = epochs.at(-1);
    const done = last?.epoch ?? 0;
    return html`
      <button class="go" type="button" @click=${() => this.studio.training.stop()}>
        ${stopIcon}Stop
      </button>
      <div>
        <p class="status small">
          <span>Epoch ${Math.min(done + 1, settings.epochs)} of ${settings.epochs}</span>
          <span class="muted">${copies ? '' : timeLeft(last?.secondsLeft ?? null)}</span>
        </p>
        <progress aria-label="Epochs trained" max=${settings.epochs} .value=${done}></progress>
      </div>
      ${copies ? this.#copies(copies) : null}
    `;
  }

  #copies({ done, total, secondsLeft }: Progress) {
    return html`
      <div>
        <p class="status small">
          <span>Copies: ${done} of ${total}</span>
          <span class="muted">${timeLeft(secondsLeft)}</span>
        </p>
        <progress aria-label="Changed copies made" max=${total} .value=${done}></progress>
      </div>
    `;
  }

  #error(error: string | null) {
    return html`<div class="error" role="alert">
      ${alertIcon}
      <p>${error}</p>
    </div>`;
  }

  #outcome() {
    const { training } = this.studio;
    const { evaluation } = training;
    if (!evaluation) return null;
    const held = training.isHeldBack;
    const images = evaluation.perClass.reduce((sum, { support }) => sum + support, 0);
    return html`
      <div class="score">
        <strong>${percent(evaluation.accuracy)}</strong>
        <span class="small">
          ${held ? 'right on photos it had not seen' : 'right on the photos it learnt from'}
          (${plural(images, 'photo')})
        </span>
      </div>
      ${training.state === 'stopped' ? html`<p class="muted small">${training.summary}</p>` : null}
      <tt-cross-check .studio=${this.studio}></tt-cross-check>
      ${training.gain.summary ? html`<p class="muted small">${training.gain.summary}</p>` : null}
      <details>
        <summary>How each class did</summary>
        <tt-class-scores
          .evaluation=${evaluation}
          .classes=${training.evaluated}
        ></tt-class-scores>
        <tt-confusion-table
          .evaluation=${evaluation}
          .classes=${training.evaluated}
        ></tt-confusion-table>
      </details>
    `;
  }

  async #start(): Promise<void> {
    const training = this.studio.training.start();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.go')?.focus();
    await training;
  }
}

customElements.define('tt-training-panel', TrainingPanel);
