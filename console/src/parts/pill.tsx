import type { ReactNode } from 'react'
import type { Tone } from '../words.ts'

/** A state or standing as a small sign: its colour only repeats what its text says. */
export function Pill({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`pill ${tone}`}>{children}</span>
}
