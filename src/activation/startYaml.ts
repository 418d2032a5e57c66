import { systemClock as clock } from '../shared/clock.ts';
import { createSinkHover } from '../tree/hover.ts';
import { startYamlSupport, type YamlSupport } from '../yaml/yamlSupport.ts';
import type { CoreServices } from './CoreServices.ts';

/** Starts the features for `sequin.yaml` files. */
export function startYaml({ context, register, settings, servers }: CoreServices): YamlSupport {
  const { workspaceState } = context;
  return register(startYamlSupport({ clock, servers, settings, workspaceState, createSinkHover }));
}
