import { bodyFaults } from './bodyFaults.ts';
import { connectionFaults } from './connectionFaults.ts';
import type { Fault } from './Fault.ts';
import { headFaults } from './headFaults.ts';
import { statusFaults } from './statusFaults.ts';

/** All faults. Their names are unique. */
export const faults: readonly Fault[] = [...connectionFaults, ...headFaults, ...bodyFaults, ...statusFaults];
