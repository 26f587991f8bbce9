/**
 * A secret is named in the configuration and read only when the hub opens; it never prints itself.
 * The value comes from the environment: `NAME`, or the file that `NAME_FILE` points to.
 */
export interface Secret {
  readonly secret: string
  toString(): string
  toJSON(): string
}

/**
 * Names a secret.
 *
 * @example
 * const token = secret('NETSUITE_TOKEN')
 * String(token) // 'secret(NETSUITE_TOKEN)', never the value
 */
export function secret(name: string): Secret {
  const shown = `secret(${name})`
  return { secret: name, toString: () => shown, toJSON: () => shown }
}
