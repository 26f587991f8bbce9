import type { KeyStore, StoredKey, StoredSetupToken } from './key-store.ts'

/** Runs one statement on some connection that commits it by itself, and answers its rows. */
export type Query = (text: string, values: readonly unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

const COLUMNS = 'digest, tenant, name, system, scopes, made_at, made_by, expires_at, revoked_at, last_used_at'

/** Keys in the tables of `sql/0004-governance.sql`. */
export function postgresKeyStore(query: Query): KeyStore {
  const one = async (text: string, values: readonly unknown[]) => (await query(text, values)).rows[0]
  return {
    find: async (digest) => keyFrom(await one(`select ${COLUMNS} from api_key where digest = $1`, [digest])),
    list: async (tenant) => {
      const { rows } = await query(`select ${COLUMNS} from api_key where tenant = $1 order by made_at, name`, [tenant])
      return rows.map((row) => keyFrom(row) as StoredKey)
    },
    insert: async (key) => {
      const row = await one(`${INSERT} on conflict do nothing returning digest`, valuesOf(key))
      return row !== undefined
    },
    revoke: async (tenant, name, at) =>
      keyFrom(
        await one(
          `update api_key set revoked_at = $3 where tenant = $1 and name = $2 and revoked_at is null returning ${COLUMNS}`,
          [tenant, name, at],
        ),
      ),
    touch: async (digest, at) => {
      await query('update api_key set last_used_at = $2 where digest = $1', [digest, at])
    },
    addSetupToken: async ({ digest, tenant, expiresAt }) => {
      await query('insert into setup_token (digest, tenant, expires_at) values ($1, $2, $3)', [
        digest,
        tenant,
        expiresAt,
      ])
    },
    findSetupToken: async (digest) =>
      tokenFrom(await one('select digest, tenant, expires_at, used_at from setup_token where digest = $1', [digest])),
    exchange: async (setupDigest, key, at) => {
      const row = await one(EXCHANGE, [...valuesOf(key), setupDigest, at])
      if (row?.['made']) return 'done'
      return row?.['open'] ? 'name taken' : 'used'
    },
  }
}

const INSERT = `insert into api_key (digest, tenant, name, system, scopes, made_at, made_by, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)`

/** One statement: the token's row is locked, so of two that exchange it at once one finds it used. */
const EXCHANGE = `
with token as (
  select digest from setup_token where digest = $9 and used_at is null and expires_at > $10 for update
), made as (
  insert into api_key (digest, tenant, name, system, scopes, made_at, made_by, expires_at)
  select $1, $2, $3, $4, $5::text[], $6, $7, $8 from token
  on conflict do nothing returning digest
), used as (
  update setup_token set used_at = $10 where digest = $9 and exists (select from made) returning digest
)
select exists (select from token) as open, exists (select from made) as made, exists (select from used) as used`

const valuesOf = (key: StoredKey) => [
  key.digest,
  key.tenant,
  key.name,
  key.system ?? null,
  key.scopes,
  key.madeAt,
  key.madeBy,
  key.expiresAt,
]

function keyFrom(row: Record<string, unknown> | undefined): StoredKey | undefined {
  if (!row) return undefined
  return {
    digest: row['digest'] as Uint8Array,
    tenant: row['tenant'] as string,
    name: row['name'] as string,
    ...(row['system'] === null ? {} : { system: row['system'] as string }),
    scopes: row['scopes'] as string[],
    madeAt: Number(row['made_at']),
    madeBy: row['made_by'] as string,
    expiresAt: Number(row['expires_at']),
    ...(row['revoked_at'] === null ? {} : { revokedAt: Number(row['revoked_at']) }),
    ...(row['last_used_at'] === null ? {} : { lastUsedAt: Number(row['last_used_at']) }),
  }
}

function tokenFrom(row: Record<string, unknown> | undefined): StoredSetupToken | undefined {
  if (!row) return undefined
  return {
    digest: row['digest'] as Uint8Array,
    tenant: row['tenant'] as string,
    expiresAt: Number(row['expires_at']),
    ...(row['used_at'] === null ? {} : { usedAt: Number(row['used_at']) }),
  }
}
