import type { Tally } from './words.ts'

/** What one sender that floods costs those who keep to their share. */
export interface Shares {
  /** What the others get in, as a part of what they get in without the flood: the one of them that fared worst. */
  readonly othersGoodput: number
  /** Part of what the others sent that was refused: the one of them that fared worst. */
  readonly othersRefused: number
  /** Time until an order of theirs was accepted, at p99, over that without the flood. */
  readonly othersP99Ratio: number
  /** Part of the flood that was refused: where nothing of it was, there was nothing to share. */
  readonly floodRefused: number
  readonly floodTimesShare: number
}

/**
 * Judges each of the others by itself: a sum would hide that one of them paid for all. The last of the senders floods;
 * `alone` is the same without it.
 */
export function sharesOf(alone: readonly Tally[], flooded: readonly Tally[], floodTimesShare: number): Shares {
  const others = flooded.slice(0, -1)
  const goodputs = others.map((tally, at) => acceptedPart(tally) / acceptedPart(alone[at] as Tally))
  const p99 = (tallies: readonly Tally[]) => Math.max(0.1, ...tallies.map(({ acceptedMs }) => acceptedMs.p99))
  return {
    othersGoodput: rounded(Math.min(...goodputs)),
    othersRefused: rounded(Math.max(...others.map(refusedPart))),
    othersP99Ratio: rounded(p99(others) / p99(alone.slice(0, -1))),
    floodRefused: rounded(refusedPart(flooded.at(-1) as Tally)),
    floodTimesShare,
  }
}

const acceptedPart = ({ accepted, offered }: Tally): number => accepted / Math.max(1, offered)
const refusedPart = ({ refused, offered }: Tally): number =>
  Object.values(refused).reduce((all, one) => all + one, 0) / Math.max(1, offered)
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
