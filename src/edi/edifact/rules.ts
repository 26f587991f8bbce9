import { CodeSet } from '../code-set.ts'
import { compile, type Grammar, type GrammarTag } from '../grammar.ts'
import { CODES, ELEMENTS } from './elements.ts'
import { APERAK, CONTRL } from './messages/answers.ts'
import { DESADV, RECADV } from './messages/despatch.ts'
import { INVOIC, REMADV } from './messages/invoice.ts'
import { ORDCHG, ORDERS, ORDRSP } from './messages/order.ts'
import { INVRPT, PRICAT, SLSRPT } from './messages/stock.ts'
import { IFTMIN, IFTSTA } from './messages/transport.ts'
import { COMPOSITES, OTHER_SEGMENTS, SEGMENTS } from './segments.ts'

/** The tables of `elements.ts`, `segments.ts` and `messages/`, made fit for checking bytes. */

export interface ComponentRule {
  /** The number in the directory, `'6060'`; `''` for what we do not look at. */
  readonly reference: string
  readonly name: string
  readonly type: 'a' | 'an' | 'n'
  readonly least: number
  readonly most: number
  readonly mandatory: boolean
  readonly codes: CodeSet | undefined
  /** Nothing more is asked of a component of at most this length; 0 where there is. */
  readonly easyLength: number
}

export interface ElementRule {
  /** The number of the composite, or of the element when it is simple. */
  readonly reference: string
  readonly mandatory: boolean
  /** One for a simple element. */
  readonly components: readonly ComponentRule[]
  readonly composite: boolean
  readonly lastMandatory: number
  /** Nothing more is asked of the element where it is one component of at most this length; 0 where there is. */
  readonly easyLength: number
}

export interface SegmentRule {
  readonly tag: string
  readonly elements: readonly ElementRule[]
  /** More elements may follow than the table names. */
  readonly open: boolean
  /** The last mandatory element, 0 when none is. */
  readonly lastMandatory: number
}

export type MessageTag = GrammarTag<SegmentRule>
export type MessageRules = Grammar<SegmentRule>

/** The directory the tables are of; what others do differently is let be. */
export const BASE = '96A'

/** True for every segment of the directories, as far as we know. */
export const isKnownSegment = (tag: string): boolean => known.has(tag)
const known = new Set([...Object.keys(SEGMENTS), ...OTHER_SEGMENTS.split(' ')])

const codeSets = new Map(Object.entries(CODES).map(([reference, list]) => [reference, new CodeSet(list.split(' '))]))

/** `3xC076` is `C076 C076 C076`. */
const flat = (text: string): string[] =>
  text
    .replace('+', '')
    .split(' ')
    .filter(Boolean)
    .flatMap((token) => {
      const [, times = '1', what] = /^(?:(\d+)x)?(\S+)$/.exec(token) as unknown as [string, string | undefined, string]
      return Array<string>(Number(times)).fill(what)
    })

function componentRule(token: string): ComponentRule {
  const mandatory = token.startsWith('M')
  const reference = mandatory ? token.slice(1) : token
  const [form, ...name] = (ELEMENTS[reference] as string).split(' ') as [string, ...string[]]
  const [, type, upTo, length] = /^(an|a|n)(\.\.)?(\d+)$/.exec(form) as unknown as [
    string,
    'a' | 'an' | 'n',
    string,
    string,
  ]
  const codes = codeSets.get(reference)
  return {
    reference: reference === 'any' ? '' : reference,
    name: name.join(' '),
    type,
    least: upTo ? 1 : Number(length),
    most: Number(length),
    mandatory,
    codes,
    easyLength: upTo && type === 'an' && codes === undefined && reference !== '2380' ? Number(length) : 0,
  }
}

function elementRule(token: string): ElementRule {
  const mandatory = token.startsWith('M')
  const reference = mandatory ? token.slice(1) : token
  const composite = COMPOSITES[reference]
  const components = composite === undefined ? [componentRule(token)] : flat(composite).map(componentRule)
  return {
    reference: reference === 'any' ? '' : reference,
    mandatory,
    components,
    composite: composite !== undefined,
    lastMandatory: components.findLastIndex((one) => one.mandatory) + 1,
    easyLength: components.slice(1).some((one) => one.mandatory) ? 0 : (components[0]?.easyLength ?? 0),
  }
}

function segmentRule(tag: string, text: string): SegmentRule {
  const elements = flat(text).map(elementRule)
  return { tag, elements, open: text.endsWith('+'), lastMandatory: elements.findLastIndex((e) => e.mandatory) + 1 }
}

const segmentRules = new Map(Object.entries(SEGMENTS).map(([tag, text]) => [tag, segmentRule(tag, text)]))

/** Elements that other directories than ours made composites: the number of the document in BGM is C106 there. */
const LATER_COMPOSITES: ReadonlySet<string> = new Set(['BGM/2'])

/** Whether an element of a segment has no components; false for one that the tables do not name. */
export function isSimple(tag: string, element: number, release: string): boolean {
  if (release !== BASE && LATER_COMPOSITES.has(`${tag}/${element}`)) return false
  return segmentRules.get(tag)?.elements[element - 1]?.composite === false
}

const GRAMMARS: Readonly<Record<string, string>> = {
  APERAK,
  CONTRL,
  DESADV,
  IFTMIN,
  IFTSTA,
  INVOIC,
  INVRPT,
  ORDCHG,
  ORDERS,
  ORDRSP,
  PRICAT,
  RECADV,
  REMADV,
  SLSRPT,
}

const compiled = new Map<string, MessageRules>()

/** The rules of a message, `undefined` for the messages of which we only check the envelope. */
export function rulesOf(type: string): MessageRules | undefined {
  const grammar = Object.hasOwn(GRAMMARS, type) ? GRAMMARS[type] : undefined
  if (grammar === undefined) return undefined
  const ready = compiled.get(type)
  if (ready) return ready
  const rules = compile(type, grammar, 'UNT', (tag) => segmentRules.get(tag))
  compiled.set(type, rules)
  return rules
}

/** The messages whose segments and elements are checked. */
export const checkedMessages = (): readonly string[] => Object.keys(GRAMMARS)
