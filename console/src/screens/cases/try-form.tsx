import { type FormEvent, useState } from 'react'
import type { CaseSummary } from '../../api.ts'

/** What may be tried: as things are now, another meaning, another value. */
const KINDS = {
  'as things are now': [],
  'unit means': ['code', 'our unit'],
  'item means': ['number', 'our item'],
  'ship-to means': ['code', 'our ship-to'],
  'read a value as': ['place', 'value', 'read as'],
} as const

type Kind = keyof typeof KINDS

/** The kind of correction that a cause calls for. */
const USUAL: Readonly<Record<string, Kind>> = {
  'unknown unit': 'unit means',
  'unknown item': 'item means',
  'unknown ship-to': 'ship-to means',
  'unknown code': 'read a value as',
  'not a number': 'read a value as',
}

interface TryFormProps {
  readonly found: CaseSummary
  readonly tries: (corrections: readonly object[]) => void
}

/** Writes one correction, with what the case says already filled in. */
export function TryForm({ found, tries }: TryFormProps) {
  const [kind, setKind] = useState<Kind>(USUAL[found.cause] ?? 'as things are now')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    tries(
      correctionsOf(
        kind,
        KINDS[kind].map((name) => String(form.get(name) ?? '')),
      ),
    )
  }
  return (
    <form className="try" onSubmit={submit}>
      <label>
        Correction
        <select value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
          {Object.keys(KINDS).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {KINDS[kind].map((name, at) => (
        <label key={name}>
          {name}
          <input name={name} required defaultValue={knownIn(found, kind)[at] ?? ''} />
        </label>
      ))}
      <button type="submit">Try on all members</button>
    </form>
  )
}

/** What the case itself says is wrong: a place and a value, or a value. */
export function knownIn({ field, cause }: Pick<CaseSummary, 'field' | 'cause'>, kind: string): readonly string[] {
  if (USUAL[cause] !== kind) return []
  const at = field.indexOf(' ')
  return kind === 'read a value as' && at > 0 ? [field.slice(0, at), field.slice(at + 1)] : [field]
}

/** A correction as the hub takes it. */
export function correctionsOf(kind: string, [first = '', second = '', third = '']: readonly string[]): object[] {
  if (kind === 'as things are now') return []
  if (kind === 'read a value as') return [{ kind: 'mapping', where: first, from: second, to: third }]
  return [{ kind: 'crosswalk', type: kind.replace(' means', ''), value: first, means: second }]
}
