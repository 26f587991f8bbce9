/**
 * The name under which the quota is kept of who says in the head of a request that it is this sender, and has not proved it.
 * A name of its own: who floods such a door in somebody's name takes nothing from what comes from that sender with a key.
 */
export const unproved = (sender: string): string => `${sender} (unproved)`
