/** Tells what is going on: lines that change in place on a terminal, plain lines elsewhere, with a sign of life every so often. */
export interface Step {
  /** What the step does or waits for now. */
  say(text: string): void;
}

interface Running {
  readonly title: string;
  readonly began: number;
  text: string;
  toldAt: number;
}

const signOfLifeMs = 15_000;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #live: boolean;
  readonly #running = new Set<Running>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #frame = 0;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#live = out.isTTY && process.env['CI'] === undefined;
  }

  /** Runs one step; steps may run side by side. Rejects with what the work rejects with. */
  async step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    const running: Running = { title, began: Date.now(), text: '', toldAt: Date.now() };
    this.#running.add(running);
    this.#timer ??= setInterval(
      () => {
        this.#tick();
      },
      this.#live ? 120 : 1_000,
    ).unref();
    try {
      const result = await work({
        say: (text) => {
          running.text = text;
        },
      });
      this.#finish(running, '✔');
      return result;
    } catch (error) {
      this.#finish(running, '✘');
      throw error;
    }
  }

  line(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  #finish(running: Running, mark: string): void {
    this.#running.delete(running);
    this.line(`${mark} ${running.title} (${seconds(running.began)})`);
    if (this.#running.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #tick(): void {
    if (this.#live) {
      this.#frame++;
      this.#clear();
      this.#draw();
      return;
    }
    for (const running of this.#running) {
      if (Date.now() - running.toldAt < signOfLifeMs) continue;
      running.toldAt = Date.now();
      this.#out.write(`… ${running.title} (${seconds(running.began)})${running.text === '' ? '' : `: ${running.text}`}\n`);
    }
  }

  #clear(): void {
    if (this.#drawn > 0) this.#out.write(`\u001b[${String(this.#drawn)}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#live) return;
    for (const { title, text, began } of this.#running) {
      const line = `${frames[this.#frame % frames.length] ?? ''} ${title} (${seconds(began)})${text === '' ? '' : `: ${text}`}`;
      this.#out.write(`${line.slice(0, Math.max(20, (this.#out.columns || 80) - 1))}\n`);
      this.#drawn++;
    }
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
