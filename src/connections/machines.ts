import { isLoopback } from '../model/Connection.ts';

/**
 * Returns the names of the machine that a value for an address belongs to; empty if the address is the same on every
 * machine. A loopback address in a remote window isn't that of a local one.
 * @param machineNames the names of this machine, if it is a remote one
 */
export function getMachinesOfAddress(address: string, machineNames: readonly string[]): readonly string[] {
  return isLoopback(address) ? machineNames : [];
}

/** Whether two results of {@link getMachinesOfAddress} are for the same machine: both are empty, or share a name. */
export function isSameMachine(machines: readonly string[], others: readonly string[]): boolean {
  return machines.length === 0 ? others.length === 0 : others.some((name) => machines.includes(name));
}
