/**
 * Workload classes: what goes first when a target cannot take everything at once. 0 commitments (somebody waits for the
 * answer), 1 facts of customers and money, 2 states for others, 3 masters and bulk, 4 analytics.
 */
export type WorkloadClass = 0 | 1 | 2 | 3 | 4

/** How many classes there are. */
export const CLASSES = 5

/** Verbs that are not facts of customers and money. */
const OF_VERB: Readonly<Record<string, WorkloadClass>> = {
  'credit.check': 0,
  'price.check': 0,
  'order.source': 0,
  'warehouse.release': 0,
  'warehouse.recall': 0,
  'order.status': 2,
}

/** The class of a request: what its planner said, else that of its verb; 1 unless the table says otherwise. */
export function classOf(request: { readonly verb: string; readonly priority?: number | undefined }): WorkloadClass {
  if (request.priority !== undefined) return Math.min(4, Math.max(0, Math.trunc(request.priority))) as WorkloadClass
  return OF_VERB[request.verb] ?? 1
}
