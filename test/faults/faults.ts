import { bodyFaults } from './bodyFaults.ts';
import { connectionFaults } from './connectionFaults.ts';
import type { Fault } from './Fault.ts';
import { headFaults } from './headFaults.ts';
import { statusFaults } from './statusFaults.ts';

/** Everything that goes wrong between a client and a server, each by its name. */
export const faults: readonly Fault[] = [...connectionFaults, ...headFaults, ...bodyFaults, ...statusFaults];
