import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  type Disposable,
  DisposableBase,
  DisposableStore,
  Emitter,
  MutableDisposable,
  startPart,
} from '../../../src/shared/lifecycle.ts';

class Owner extends DisposableBase {
  override register<T extends { dispose(): void }>(disposable: T): T {
    return super.register(disposable);
  }
}

/** Runs a function that causes an uncaught error, and returns the error. Otherwise, mocha would report a failure. */
async function catchUncaught(run: () => void): Promise<unknown> {
  const mochaListeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    const uncaught = once(process, 'uncaughtException');
    run();
    const [error] = (await uncaught) as unknown[];
    return error;
  } finally {
    for (const listener of mochaListeners) {
      process.on('uncaughtException', listener);
    }
  }
}

describe('DisposableBase', () => {
  it('disposes registered objects once, in reverse order', () => {
    const disposed: string[] = [];
    const owner = new Owner();
    for (const name of ['first', 'second']) {
      owner.register({ dispose: () => disposed.push(name) });
    }
    owner.dispose();
    owner.dispose();
    assert.deepEqual(disposed, ['second', 'first']);
  });

  it('disposes the other objects and returns normally if one of the objects throws', async () => {
    const disposed: string[] = [];
    const owner = new Owner();
    owner.register({ dispose: () => disposed.push('first') });
    owner.register({
      dispose: () => {
        throw new Error('disposal failed');
      },
    });
    const error = await catchUncaught(() => {
      owner.dispose();
    });
    assert.match(String(error), /disposal failed/);
    assert.deepEqual(disposed, ['first']);
  });

  it('immediately disposes an object that is registered after the disposal', () => {
    const owner = new Owner();
    owner.dispose();
    let isDisposed = false;
    owner.register({ dispose: () => (isDisposed = true) });
    assert.equal(isDisposed, true);
  });
});

describe('MutableDisposable', () => {
  let holder: MutableDisposable;
  let disposed: string[];
  const create = (name: string): Disposable => ({ dispose: () => disposed.push(name) });

  beforeEach(() => {
    holder = new MutableDisposable();
    disposed = [];
  });

  it('disposes each value once: when it is replaced, or when the MutableDisposable is disposed', () => {
    holder.value = create('first');
    holder.value = create('second');
    assert.deepEqual(disposed, ['first']);
    holder.dispose();
    holder.dispose();
    assert.deepEqual(disposed, ['first', 'second']);
  });

  it('keeps a value that is set again', () => {
    const value = create('first');
    holder.value = value;
    holder.value = value;
    assert.deepEqual(disposed, []);
  });

  it('immediately disposes a value that is set after the disposal', () => {
    holder.dispose();
    holder.value = create('late');
    assert.deepEqual([holder.value, disposed], [undefined, ['late']]);
  });
});

describe('Emitter', () => {
  let emitter: Emitter<number>;
  let received: string[];
  const listen = (name: string): { dispose(): void } =>
    emitter.event((value) => received.push(`${name} ${String(value)}`));

  beforeEach(() => {
    emitter = new Emitter();
    received = [];
  });

  it('calls the other listeners and returns normally when a listener throws', async () => {
    listen('first');
    emitter.event(() => {
      throw new Error('listener failed');
    });
    listen('last');
    const error = await catchUncaught(() => {
      emitter.fire(1);
    });
    assert.match(String(error), /listener failed/);
    assert.deepEqual(received, ['first 1', 'last 1']);
  });

  it('delivers the current event to all listeners before it delivers an event that a listener fires', () => {
    listen('first');
    emitter.event((value) => {
      if (value === 1) {
        emitter.fire(2);
      }
    });
    listen('last');
    emitter.fire(1);
    assert.deepEqual(received, ['first 1', 'last 1', 'first 2', 'last 2']);
  });

  it('doesn’t call a listener whose subscription another listener has just ended', () => {
    emitter.event(() => {
      last.dispose();
    });
    const last = listen('last');
    emitter.fire(1);
    assert.deepEqual(received, []);
  });

  it('calls a listener once for each of its subscriptions', () => {
    const listener = (value: number): void => {
      received.push(String(value));
    };
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(received, ['1', '1', '2']);
  });

  it('delivers nothing after the disposal, even if a listener disposed the emitter', () => {
    emitter.event(() => {
      emitter.dispose();
    });
    listen('last');
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(received, []);
  });
});

describe('a part of the extension', () => {
  const startPartWith = (extension: DisposableStore, failure?: Error) => {
    const disposed: string[] = [];
    const started = startPart(
      (disposable) => extension.add(disposable),
      async (register) => {
        register({ dispose: () => disposed.push('view') });
        await Promise.resolve();
        if (failure !== undefined) {
          throw failure;
        }
        register({ dispose: () => disposed.push('poller') });
        return 'started';
      },
    );
    return { started, disposed };
  };

  it('is disposed with the extension', async () => {
    const extension = new DisposableStore();
    const { started, disposed } = startPartWith(extension);
    assert.equal(await started, 'started');
    assert.deepEqual(disposed, []);
    extension.dispose();
    assert.deepEqual(disposed, ['poller', 'view']);
  });

  it('disposes what it has created if its start fails', async () => {
    const failure = new Error('no disk space');
    const { started, disposed } = startPartWith(new DisposableStore(), failure);
    await assert.rejects(started, failure);
    assert.deepEqual(disposed, ['view']);
  });

  it('is disposed if the extension is disposed while the part starts', async () => {
    const extension = new DisposableStore();
    const { started, disposed } = startPartWith(extension);
    extension.dispose();
    await started;
    assert.deepEqual(disposed, ['poller', 'view']);
  });
});
