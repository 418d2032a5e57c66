import { parseArgs } from 'node:util';
import { serverLoads } from './answerTimes.ts';
import { Emulator } from './Emulator.ts';
import { scenarios } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'demo' },
    port: { type: 'string', default: '7376' },
    token: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    load: { type: 'string', default: 'idle' },
    latency: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const scenario = scenarios.find((name) => name === values.scenario);
if (scenario === undefined) {
  throw new Error(`--scenario must be one of ${scenarios.join(', ')}.`);
}

const load = serverLoads.find((name) => name === values.load);
if (load === undefined) {
  throw new Error(`--load must be one of ${serverLoads.join(', ')}.`);
}

const emulator = await Emulator.start({
  scenario,
  port: Number(values.port),
  latency: values.latency,
  ...(values.token !== undefined && { token: values.token }),
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
  ...(values.speed !== undefined && { speed: Number(values.speed) }),
});

emulator.world.load = load;

console.log(`Started the emulated Sequin server at ${emulator.url} (API token: ${emulator.token})`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void emulator.stop());
}
