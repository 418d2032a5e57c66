import { parseArgs } from 'node:util';
import { serverConditions } from '../../src/sampleServer/responseTimes.ts';
import { Emulator } from './Emulator.ts';
import { MetricsServer } from './MetricsServer.ts';
import { scenarios } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'demo' },
    port: { type: 'string', default: '7376' },
    token: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    condition: { type: 'string', default: 'idle' },
    latency: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const scenario = scenarios.find((name) => name === values.scenario);
if (scenario === undefined) {
  throw new Error(`--scenario must be one of ${scenarios.join(', ')}.`);
}

const condition = serverConditions.find((name) => name === values.condition);
if (condition === undefined) {
  throw new Error(`--condition must be one of ${serverConditions.join(', ')}.`);
}

const emulator = await Emulator.start({
  scenario,
  port: Number(values.port),
  latency: values.latency,
  ...(values.token !== undefined && { token: values.token }),
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
  ...(values.speed !== undefined && { speed: Number(values.speed) }),
});

emulator.world.condition = condition;

console.log(`Started the emulated Sequin server at ${emulator.url} (API token: ${emulator.token})`);
// Sequin's ports for the API and for metrics differ by 1000.
const metrics = await MetricsServer.start(emulator.world, {
  port: values.port === '0' ? 0 : Number(values.port) + 1000,
});
console.log(`Its metrics are at ${metrics.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all([emulator.stop(), metrics.stop()]));
}
