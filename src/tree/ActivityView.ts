import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { viewIds } from '../contributions/viewIds.ts';
import { hasActivity } from '../servers/activity.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { RowView, type RowViewOptions } from './RowView.ts';

/** The Activity view: what is running on all servers. VS Code hides it while it has no rows. */
export class ActivityView extends DisposableBase {
  #isShown = false;

  constructor(options: RowViewOptions) {
    super();
    const { servers } = options;
    this.register(new RowView(viewIds.activity, options, { showCollapseAll: false }));
    const update = (): void => {
      const isShown = servers.monitors.some(hasActivity);
      if (isShown !== this.#isShown) {
        this.#isShown = isShown;
        setContextKey(contextKeys.hasActivity, isShown);
      }
    };
    this.register(servers.onDidChangeServers(update));
    this.register(servers.onDidChangeSnapshot(update));
    update();
  }
}
