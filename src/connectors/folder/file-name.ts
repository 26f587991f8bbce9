import type { Outgoing } from '../contract.ts'

/** The name a request asks for, else one made from its key; never a path. */
export function fileNameOf(request: Pick<Outgoing, 'key' | 'args'>): string {
  const wanted = typeof request.args['fileName'] === 'string' ? request.args['fileName'] : request.key
  return wanted
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 180)
}

/** What a file is called until it is whole: nobody who keeps to the rules reads one of that name. */
export const unfinishedName = (name: string): string => `.${name}.part`
