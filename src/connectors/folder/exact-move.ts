/** How a file looks: what tells it from another under its name. */
export interface Looks {
  readonly bytes: number
  /** When it was last written, milliseconds since 1970. */
  readonly changedAt: number
}

/** What moving needs of a disk, here or elsewhere. */
export interface MovingDisk {
  /** Undefined when it is not there. */
  looksOf(path: string): Promise<Looks | undefined>
  rename(from: string, to: string): Promise<void>
  /** Never over a newer one: then it goes beside it. */
  putBack(file: string, to: string): Promise<void>
}

/**
 * Moves exactly this file. Its sender may put another one in its place at any moment, also between a look and the move:
 * what was moved is looked at, and goes back when it is another.
 */
export async function moveExactly(
  disk: MovingDisk,
  entry: Looks,
  from: string,
  to: string,
): Promise<'moved' | 'changed' | 'gone'> {
  const before = await disk.looksOf(from)
  if (before === undefined) return 'gone'
  if (!isSame(before, entry)) return 'changed'
  try {
    await disk.rename(from, to)
  } catch (error) {
    if ((await disk.looksOf(from)) === undefined) return 'gone'
    throw error
  }
  const moved = await disk.looksOf(to)
  if (moved === undefined || isSame(moved, entry)) return 'moved'
  await disk.putBack(to, from)
  return 'changed'
}

const isSame = (a: Looks, b: Looks): boolean => a.bytes === b.bytes && a.changedAt === b.changedAt
