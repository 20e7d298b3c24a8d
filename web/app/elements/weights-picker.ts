import { css, html } from 'lit';
import { megabytes, timeLeft } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import type { ConfirmDialog } from './confirm-dialog.js';
import { alertIcon, chipIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';
import './confirm-dialog.js';

/** Takes a weight file of the person's, and goes back to those of the page. */
export class WeightsPicker extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    progressBars,
    css`
      .zone,
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.6rem 1rem;
        padding: 0.6rem 0.8rem;
        border: 2px dashed var(--line);
        border-radius: 12px;
      }
      .zone p {
        flex: 1 1 16rem;
      }
      .row {
        border-style: solid;
      }
      .row progress {
        flex: 1 1 10rem;
      }
      .error {
        margin-top: 0.6rem;
      }
    `,
  ];

  protected override watched({ weights, engine, training }: Studio) {
    return [weights, engine, training];
  }

  override render() {
    const { loading, problem } = this.studio.weights;
    return html`
      ${loading ? this.#loading() : this.#zone()}
      ${problem ? this.#problem(problem) : null}
      <tt-confirm-dialog></tt-confirm-dialog>
    `;
  }

  #zone() {
    const { state } = this.studio.engine;
    const isTraining = this.studio.training.state === 'running';
    return html`
      <div class="zone">
        <p class="small muted">
          InceptionV3 weights of your own? Drop the file here: Keras’ <code>.h5</code> or
          <code>.keras</code>, or <code>.safetensors</code>. It stays on this device.
        </p>
        <button type="button" ?disabled=${isTraining} @click=${this.#open}>
          ${chipIcon}Choose weights
        </button>
        ${
          state.name === 'ready' && state.ownWeights
            ? html`<button type="button" ?disabled=${isTraining} @click=${() => this.use(null)}>
                Use the page’s own again
              </button>`
            : null
        }
        <input type="file" hidden accept=".h5,.hdf5,.keras,.safetensors" @change=${this.#choose} />
      </div>
    `;
  }

  #loading() {
    const { loading } = this.studio.weights;
    const { done = 0, total = null, secondsLeft = null, phase } = loading?.progress ?? {};
    const isCounted = phase === 'weights' && total !== null;
    return html`
      <div class="row">
        <span>
          Loading ${loading?.name}${isCounted ? `: ${megabytes(done)} of ${megabytes(total)}` : ''}
        </span>
        ${
          isCounted
            ? html`<progress aria-label="Weights loaded" max=${total} .value=${done}></progress>`
            : html`<progress aria-label="Weights loading"></progress>`
        }
        <span class="muted small">${timeLeft(secondsLeft)}</span>
        <button type="button" @click=${() => this.studio.weights.cancel()}>Cancel</button>
      </div>
    `;
  }

  #problem(problem: string) {
    return html`
      <div class="error" role="alert">
        ${alertIcon}
        <p>${problem} ${this.#whatStays()}</p>
      </div>
    `;
  }

  #whatStays(): string {
    const { state } = this.studio.engine;
    return state.name === 'ready' ? `The weights ${state.info.weights.name} stay in use.` : '';
  }

  #open(): void {
    this.renderRoot.querySelector('input')?.click();
  }

  #choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = ''; // so that the same file can be chosen again
    if (file) void this.use(file);
  }

  /** Takes a file, or with null the page's own weights, once the person agrees to what it costs. */
  async use(file: File | null): Promise<void> {
    const { weights } = this.studio;
    const question = weights.question(file);
    const dialog = this.renderRoot.querySelector<ConfirmDialog>('tt-confirm-dialog');
    if (question && !(await dialog?.ask(question, 'Use them'))) return;
    await weights.use(file);
  }
}

customElements.define('tt-weights-picker', WeightsPicker);
