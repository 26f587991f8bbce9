import type { Metrics } from '../gateway/metrics.ts'
import type { Hub } from '../hub.ts'

/** Shows what waits in a hub beside the counters of its doors. `lag` is how far its views are behind. */
export function showGauges(metrics: Metrics, hub: Hub, lag: () => number): void {
  const gauge = (name: string, help: string, value: number) => ({
    name,
    help,
    type: 'gauge' as const,
    labels: {},
    value,
  })
  metrics.read(() => [
    gauge('crossdock_journal_queue', 'Pieces of work waiting for a turn.', hub.core.journal.depth),
    gauge('crossdock_lanes_owned', 'Lanes this instance owns.', hub.core.journal.lanes.owned().length),
    gauge('crossdock_delivery_outstanding', 'Requests on their way or waiting.', hub.core.delivery.outstanding),
    gauge('crossdock_views_lag_entries', 'Journal entries the views have not read yet.', lag()),
  ])
}
