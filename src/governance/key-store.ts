/** A key as it is stored: never the key itself. Times are milliseconds since 1970. */
export interface StoredKey {
  readonly digest: Uint8Array
  readonly tenant: string
  readonly name: string
  /** The system it was made for; absent for a person's or an operator's key. */
  readonly system?: string
  readonly scopes: readonly string[]
  readonly madeAt: number
  readonly madeBy: string
  readonly expiresAt: number
  readonly revokedAt?: number
  readonly lastUsedAt?: number
}

/** A one-time token as it is stored. */
export interface StoredSetupToken {
  readonly digest: Uint8Array
  readonly tenant: string
  readonly expiresAt: number
  readonly usedAt?: number
}

/** Where keys are kept. Each operation is one statement, so it holds under concurrency. */
export interface KeyStore {
  find(digest: Uint8Array): Promise<StoredKey | undefined>
  list(tenant: string): Promise<StoredKey[]>
  /** False when the tenant has a key of this name that is not revoked. */
  insert(key: StoredKey): Promise<boolean>
  /** The revoked key, or undefined when the tenant has none of this name. */
  revoke(tenant: string, name: string, at: number): Promise<StoredKey | undefined>
  touch(digest: Uint8Array, at: number): Promise<void>
  addSetupToken(token: StoredSetupToken): Promise<void>
  findSetupToken(digest: Uint8Array): Promise<StoredSetupToken | undefined>
  /** Uses the token up and stores the key it was used for, both or neither; answers what hindered it. */
  exchange(setupDigest: Uint8Array, key: StoredKey, at: number): Promise<'done' | 'used' | 'name taken'>
}

/** Keys in memory: for tests, simulations and nothing else. */
export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, StoredKey>()
  const tokens = new Map<string, StoredSetupToken>()
  const id = (digest: Uint8Array) => Buffer.from(digest).toString('hex')
  const named = (tenant: string, name: string) =>
    [...keys.values()].find((key) => key.tenant === tenant && key.name === name && key.revokedAt === undefined)

  const insert = async (key: StoredKey) => {
    if (named(key.tenant, key.name)) return false
    keys.set(id(key.digest), key)
    return true
  }
  return {
    insert,
    find: async (digest) => keys.get(id(digest)),
    list: async (tenant) => [...keys.values()].filter((key) => key.tenant === tenant),
    revoke: async (tenant, name, at) => {
      const key = named(tenant, name)
      if (!key) return undefined
      const revoked = { ...key, revokedAt: at }
      keys.set(id(key.digest), revoked)
      return revoked
    },
    touch: async (digest, at) => {
      const key = keys.get(id(digest))
      if (key) keys.set(id(digest), { ...key, lastUsedAt: at })
    },
    addSetupToken: async (token) => {
      tokens.set(id(token.digest), token)
    },
    findSetupToken: async (digest) => tokens.get(id(digest)),
    exchange: async (digest, key, at) => {
      const token = tokens.get(id(digest))
      if (!token || token.usedAt !== undefined || token.expiresAt <= at) return 'used'
      if (named(key.tenant, key.name)) return 'name taken'
      tokens.set(id(digest), { ...token, usedAt: at })
      keys.set(id(key.digest), key)
      return 'done'
    },
  }
}
