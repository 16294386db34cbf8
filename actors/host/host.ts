import type { ActorsApi, ReminderSchedule } from '@cartwright/kernel/dapr/actors';
import { checker } from '@cartwright/kernel/http/validate';
import type { FieldError } from '@cartwright/kernel/http/problem';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { ActorError } from './actor-error.ts';
import type { ActorAnswer } from './actor-error.ts';
import type { ActorDefinition, MethodSchemas, MethodsOf } from './definition.ts';
import { StagedState } from './turn-state.ts';
import type { CommittedState, TurnState } from './turn-state.ts';

/** What an activation may use. `state` belongs to the turn that runs. */
export interface ActorContext {
  readonly id: string;
  readonly state: TurnState;
  readonly log: Logger;
  registerReminder(name: string, schedule: ReminderSchedule): Promise<void>;
  unregisterReminder(name: string): Promise<void>;
}

/** A living actor: its methods, and what it does when reminded. */
export type Activation<D> = MethodsOf<D> & { readonly onReminder?: (name: string, data: unknown) => Promise<void> };

/** An actor type with what makes its activations. */
export interface HostedActor {
  readonly definition: ActorDefinition;
  readonly activate: (context: ActorContext) => Promise<HostedActivation> | HostedActivation;
}
type HostedActivation = Record<string, unknown>;

export function hostedActor<M extends Record<string, MethodSchemas>>(
  definition: ActorDefinition<M>,
  activate: (context: ActorContext) => Promise<Activation<ActorDefinition<M>>> | Activation<ActorDefinition<M>>,
): HostedActor {
  return { definition, activate: activate };
}

/** Thrown for a type, a method or a reminder that is not on the list. */
export class UnknownActorCall extends Error {
  override readonly name = 'UnknownActorCall';
}

interface Living {
  /** Turns wait for one another; the sidecar sends one at a time, but gives up on a slow one and sends the next. */
  queue: Promise<unknown>;
  readonly committed: CommittedState;
  activation: RunningActivation | undefined;
}

/** An activation and the turn that runs in it. Code of a dropped activation that goes on regardless finds no turn, not the next one's. */
interface RunningActivation {
  turn: StagedState | undefined;
  methods: HostedActivation | undefined;
}

interface Hosted extends HostedActor {
  readonly checks: ReadonlyMap<string, MethodChecks>;
}

interface MethodChecks {
  readonly input: (value: unknown) => FieldError[];
  readonly output: (value: unknown) => FieldError[];
}

const defaultTurnTimeoutMs = 5000;

/**
 * Runs actors' turns. A turn is: load, decide, commit once, answer. When it throws, nothing of it stays: what it staged is dropped, and
 * unless it was a refusal (an ActorError, thrown before anything is changed) the activation is dropped as well, with all that it remembered.
 */
export class ActorHost {
  readonly #hosted: ReadonlyMap<string, Hosted>;
  readonly #living = new Map<string, Living>();
  readonly #actors: ActorsApi;
  readonly #log: Logger;

  constructor(actors: ActorsApi, log: Logger, types: readonly HostedActor[]) {
    this.#actors = actors;
    this.#log = log;
    this.#hosted = new Map(
      types.map((type) => {
        const methods = Object.entries(type.definition.methods);
        const checks = new Map(methods.map(([name, { input, output }]) => [name, { input: checker(input), output: checker(output) }]));
        return [type.definition.type, { ...type, checks }];
      }),
    );
  }

  get types(): string[] {
    return [...this.#hosted.keys()];
  }

  /** A method's turn. Throws UnknownActorCall, or whatever made the turn fail. */
  async call(type: string, id: string, method: string, input: unknown): Promise<ActorAnswer> {
    const hosted = this.#find(type);
    const checks = hosted.checks.get(method);
    if (checks === undefined) throw new UnknownActorCall(`${type} has no method ${method}`);
    const errors = checks.input(input);
    if (errors.length > 0)
      return {
        refused: {
          code: 'invalid_input',
          message: `${type} ${method}: ${inWords(errors)}`,
          details: { errors },
        },
      };
    try {
      const ok = await this.#turn(hosted, id, async (activation) => {
        const answer = await (activation[method] as (value: unknown) => Promise<unknown>)(input);
        const faults = checks.output(answer);
        if (faults.length > 0) throw new TypeError(`${type} ${method} answered what it does not promise: ${inWords(faults)}`);
        return answer;
      });
      return { ok };
    } catch (error) {
      if (error instanceof ActorError) return { refused: { code: error.code, message: error.message, details: error.details } };
      throw error;
    }
  }

  /** A reminder's turn, with the name and the data that it was registered with. */
  async remind(type: string, id: string, name: string, data: unknown): Promise<void> {
    const hosted = this.#find(type);
    if (!hosted.definition.reminders.includes(name)) throw new UnknownActorCall(`${type} has no reminder ${name}`);
    await this.#turn(hosted, id, async ({ onReminder }) => {
      await (onReminder as ((name: string, data: unknown) => Promise<void>) | undefined)?.(name, data);
    });
  }

  /** Drops an activation after its last turn. One that is not there is no error. */
  async deactivate(type: string, id: string): Promise<void> {
    const key = keyOf(type, id);
    const living = this.#living.get(key);
    if (living === undefined) return;
    const last = living.queue;
    await last;
    if (living.queue === last) this.#living.delete(key); // else it was called again meanwhile, and lives on
  }

  /**
   * Drops all activations, each after the turn that is under way. For when a sidecar begins: while there was none, actors may have lived in another
   * copy of the service, and nobody told this one to forget them.
   */
  forgetAll(): void {
    for (const [key, living] of this.#living) {
      const forgotten = living.queue.then(() => {
        living.activation = undefined;
        living.committed.clear();
        if (living.queue === forgotten) this.#living.delete(key); // else a turn waits
      });
      living.queue = forgotten;
    }
  }

  #find(type: string): Hosted {
    const hosted = this.#hosted.get(type);
    if (hosted === undefined) throw new UnknownActorCall(`No actor ${type} is hosted here`);
    return hosted;
  }

  #turn<T>(hosted: Hosted, id: string, work: (activation: HostedActivation) => Promise<T>): Promise<T> {
    const key = keyOf(hosted.definition.type, id);
    let living = this.#living.get(key);
    if (living === undefined) {
      living = { queue: Promise.resolve(), committed: new Map(), activation: undefined };
      this.#living.set(key, living);
    }
    const actor = living;
    const turn = new StagedState(this.#actors, hosted.definition.type, id, actor.committed);
    const result = actor.queue.then(() => this.#runTurn(hosted, id, actor, turn, work));
    // The caller has its answer at once, the next turn begins when nothing of this one is under way to the store.
    actor.queue = result.catch(() => turn.discard());
    return result;
  }

  async #runTurn<T>(
    hosted: Hosted,
    id: string,
    actor: Living,
    turn: StagedState,
    work: (activation: HostedActivation) => Promise<T>,
  ): Promise<T> {
    const { type, turnTimeoutMs = defaultTurnTimeoutMs } = hosted.definition;
    const running: RunningActivation = actor.activation ?? { turn, methods: undefined };
    running.turn = turn;
    actor.activation = running;
    try {
      return await within(turnTimeoutMs, `${type} ${id}`, async () => {
        const methods = running.methods ?? (await hosted.activate(this.#contextOf(type, id, running)));
        running.methods = methods;
        const answer = await work(methods);
        await turn.flush();
        return answer;
      });
    } catch (error) {
      void turn.discard();
      if (!(error instanceof ActorError)) {
        actor.activation = undefined;
        actor.committed.clear();
      }
      throw error;
    } finally {
      running.turn = undefined;
    }
  }

  #contextOf(type: string, id: string, running: RunningActivation): ActorContext {
    const current = (): StagedState => {
      if (running.turn === undefined) throw new Error('State is there within a turn only');
      return running.turn;
    };
    return {
      id,
      log: this.#log,
      state: {
        get: (key) => current().get(key),
        set: (key, value) => {
          current().set(key, value);
        },
        remove: (key) => {
          current().remove(key);
        },
      },
      registerReminder: (name, schedule) => this.#actors.registerReminder(type, id, name, schedule),
      unregisterReminder: (name) => this.#actors.unregisterReminder(type, id, name),
    };
  }
}

function inWords(errors: readonly FieldError[]): string {
  return errors.map(({ field, message }) => `${field} ${message}`).join('; ');
}

function keyOf(type: string, id: string): string {
  return `${type}/${id}`;
}

async function within<T>(timeoutMs: number, what: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new Error(`The turn of ${what} took more than ${String(timeoutMs)} ms`));
    }, timeoutMs);
  });
  const working = work();
  working.catch(() => undefined); // what a turn does after its time is nobody's answer
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}
