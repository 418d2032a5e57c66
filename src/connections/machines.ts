import { isLoopback } from '../model/Connection.ts';

/**
 * Returns the names of the machine that a secret for an address is limited to. In a remote window, a secret for a
 * loopback address is limited to the remote machine, because `localhost` is a different machine there than in a local
 * window. The result is empty for a loopback address in a local window, and for any other address, because such an
 * address leads to the same server from everywhere.
 * @param machineNames the names of this machine in a remote window; empty in a local window
 */
export function getMachineNamesOfAddress(
  address: string,
  machineNames: readonly string[],
): readonly string[] {
  return isLoopback(address) ? machineNames : [];
}

/**
 * Whether two results of {@link getMachineNamesOfAddress} are for the same machine: either both are empty, or they
 * share a name.
 */
export function isSameMachine(names: readonly string[], otherNames: readonly string[]): boolean {
  return names.length === 0 ? otherNames.length === 0 : otherNames.some((name) => names.includes(name));
}
