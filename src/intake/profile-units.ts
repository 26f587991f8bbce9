import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { EdifactProfile, EdiProfile } from './settings.ts'

/** What was agreed with a partner, and the unit codes of its that a person explained since. */
export function withUnits<P extends EdiProfile>(profile: P, units: Readonly<Record<string, string>>): P {
  if (Object.keys(units).length === 0) return profile
  const { syntax = {} } = profile
  return { ...profile, syntax: { ...syntax, units: { ...syntax.units, ...units } } }
}

/** What EDIFACT counts in pieces (`PCE`) is what X12, and most ERPs, count as each; a partner may have agreed on something else. */
const PIECES: Readonly<Record<string, string>> = { PCE: 'EA' }

/** What a partner does differently in EDIFACT, with what all do alike. */
export function edifactSyntax({ syntax = {} }: Pick<EdifactProfile, 'syntax'>): PartnerSyntax {
  return { ...syntax, units: { ...PIECES, ...syntax.units } }
}
