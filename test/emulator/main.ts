// `node test/emulator/main.ts`: an emulated Sequin server with metrics. CONTRIBUTING.md describes the options.
import { parseChoice, parseNumber, parseOptions, runMain } from '../host/options.ts';
import { serverConditions } from './conditions.ts';
import { Emulator } from './Emulator.ts';
import { MetricsServer } from './MetricsServer.ts';
import { scenarios } from './scenarios.ts';

await runMain(async () => {
  const { port, token, seed, speed, condition, scenario, latency } = parseOptions({
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
  // The port of the metrics is that of the API plus 1000, as in Sequin, and must not exceed 65,535.
  const apiPort = parseNumber('--port', [0, 64_535], port);
  const serverCondition = parseChoice('--condition', serverConditions, condition);
  const emulator = await Emulator.start({
    scenario: parseChoice('--scenario', scenarios, scenario),
    port: apiPort,
    latency,
    ...(token !== undefined && { token }),
    ...(seed !== undefined && { seed: parseNumber('--seed', [0, Number.MAX_SAFE_INTEGER], seed) }),
    ...(speed !== undefined && { speed: parseNumber('--speed', [0.001, 1_000_000], speed) }),
  });
  emulator.condition = serverCondition;
  console.log(`Started the emulated Sequin server at ${emulator.url} (API token: ${emulator.token})`);
  const metrics = await MetricsServer.start(emulator.world, { port: apiPort === 0 ? 0 : apiPort + 1000 });
  console.log(`Its metrics are at ${metrics.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.all([emulator.stop(), metrics.stop()]));
  }
});
