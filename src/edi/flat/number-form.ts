import type { FlatFaultName } from './faults.ts'
import type { NumberForm } from './layout.ts'

/** Why a value is none: the fault and its particulars. */
export interface ValueFault {
  readonly fault: FlatFaultName
  readonly about: readonly string[]
}

const ZERO = 0x30
const NINE = 0x39

/**
 * Reads numbers of a declared form as plain decimal text. Without a form only digits are a number: `1,234` and `1.234`
 * mean different things in different places, and nobody guesses.
 */
export function numberReader(form: NumberForm | undefined, places: number, isWhole: boolean) {
  const point = form === undefined || isWhole ? -1 : form.point.charCodeAt(0)
  const group = form?.group === undefined ? -1 : form.group.charCodeAt(0)
  const shape = shapeOf(form, places, isWhole)
  return (text: string): string | ValueFault => {
    const start = signLength(text)
    let digits = ''
    let from = start
    let pointAt = -1
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code >= ZERO && code <= NINE) continue
      if (code === group && pointAt < 0 && isGroupEnd(text, start, at, group, point)) {
        digits += text.slice(from, at)
        from = at + 1
      } else if (code === point && pointAt < 0) {
        digits += text.slice(from, at)
        from = at + 1
        pointAt = digits.length
      } else return wrong(text, form, shape)
    }
    digits += text.slice(from)
    if (digits === '' || pointAt === 0 || pointAt === digits.length) return wrong(text, form, shape)
    if (places > 0 && pointAt >= 0) return wrong(text, form, shape)
    if (places === 0) return plain(text.charCodeAt(0) === 0x2d, digits, pointAt)
    const whole = digits.padStart(places + 1, '0')
    return plain(text.charCodeAt(0) === 0x2d, whole, whole.length - places)
  }
}

const signLength = (text: string): number => (text.charCodeAt(0) === 0x2d || text.charCodeAt(0) === 0x2b ? 1 : 0)

/** A separator of thousands has one to three digits before the first one, and three behind each. */
function isGroupEnd(text: string, start: number, at: number, group: number, point: number): boolean {
  let before = at - 1
  while (before >= start && text.charCodeAt(before) !== group) before -= 1
  const run = at - before - 1
  const isFirst = before < start
  if (isFirst ? run < 1 || run > 3 : run !== 3) return false
  const end = at + 4
  for (let next = at + 1; next < end; next += 1) {
    const code = text.charCodeAt(next)
    if (!(code >= ZERO && code <= NINE)) return false
  }
  const after = text.charCodeAt(end)
  return end === text.length || after === group || after === point
}

function plain(isNegative: boolean, digits: string, pointAt: number): string {
  const whole = pointAt < 0 ? digits : digits.slice(0, pointAt)
  const fraction = pointAt < 0 ? '' : digits.slice(pointAt)
  let lead = 0
  while (lead < whole.length - 1 && whole.charCodeAt(lead) === ZERO) lead += 1
  const size = `${whole.slice(lead)}${fraction === '' ? '' : `.${fraction}`}`
  return isNegative && /[1-9]/.test(size) ? `-${size}` : size
}

function wrong(text: string, form: NumberForm | undefined, shape: string): ValueFault {
  const isAmbiguous = form === undefined && /^[-+]?\d[\d.,' ]*\d$/.test(text)
  return isAmbiguous
    ? { fault: 'NUMBER_AMBIGUOUS', about: [text] }
    : { fault: 'NUMBER_MALFORMED', about: [text, shape] }
}

function shapeOf(form: NumberForm | undefined, places: number, isWhole: boolean): string {
  const thousands = form?.group === undefined ? '1234' : `1${form.group}234`
  if (places > 0) return `1234 (the last ${places} of it behind the point)`
  return form === undefined || isWhole ? thousands : `${thousands}${form.point}5`
}

/** Writes plain decimal text in a declared form; undefined when it does not fit into it. */
export function numberWriter(form: NumberForm | undefined, places: number, isWhole: boolean) {
  return (value: string): string | undefined => {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value)
    if (!match) return undefined
    const [, sign = '', whole = '', fraction = ''] = match
    if (places > 0) {
      if (fraction.length > places) return undefined
      return sign + (whole + fraction.padEnd(places, '0')).replace(/^0+(?=\d)/, '')
    }
    if (fraction === '') return sign + grouped(whole, form)
    return form === undefined || isWhole ? undefined : `${sign}${grouped(whole, form)}${form.point}${fraction}`
  }
}

function grouped(whole: string, form: NumberForm | undefined): string {
  return form?.group === undefined ? whole : whole.replace(/\B(?=(\d{3})+$)/g, form.group)
}
