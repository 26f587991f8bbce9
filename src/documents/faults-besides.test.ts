import { describe, expect, test } from 'vitest'
import type { EdifactFault } from '../edi/edifact/reading.ts'
import type { X12Fault } from '../edi/x12/reading.ts'
import { faultsBesidesOfMessage, faultsBesidesOfSet } from './faults-besides.ts'
import { messageFrom, messageInterchange, messageSegmentsOf, messagesIn } from './testing/message-from.ts'
import { interchangeAround, segmentsOf, setFrom, setsIn } from './testing/set-from.ts'

/** `4 PO1 2 NUMBER_OUT_OF_RANGE` */
const told = (faults: readonly (X12Fault | EdifactFault)[]) =>
  faults.map(({ segment, tag, element, component, code }) =>
    [segment, tag, element, component, code.replace(/^XD_[A-Z]+_(?:EDIFACT_)?/, '')].filter(Boolean).join(' '),
  )

const of850 = (text: string) => {
  const set = setFrom('850', 'PO', segmentsOf(text))
  return { refused: told(set.faults), besides: told(faultsBesidesOfSet(set)) }
}
const of810 = (text: string) => told(faultsBesidesOfSet(setFrom('810', 'IN', segmentsOf(text))))
const ofOrders = (text: string) => told(faultsBesidesOfMessage(messageFrom('ORDERS', messageSegmentsOf(text))))
const ofInvoic = (text: string) => told(faultsBesidesOfMessage(messageFrom('INVOIC', messageSegmentsOf(text))))

const ORDER = 'BEG*00*SA*4711**20260102~N1*ST*Store*92*0007~PO1*1*10*EA*9.25**VN*A~PO1*2*3*EA*1**VN*B~CTT*2'
const BILL = 'BIG*20260108*INV-1*20260102*4711~IT1*1*10*EA*9.25**VN*A~TDS*9250~CTT*1'
const ORDERS = `BGM+220+4711+9'DTM+137:20260102:102'NAD+BY+4012345000016::9'LIN+1++4006381333931:EN'QTY+21:10:PCE'UNS+S'CNT+2:1'`
const INVOIC = `BGM+380+INV-1+9'DTM+137:20260108:102'RFF+ON:4711'CUX+2:EUR:4'LIN+1++4006381333931:EN'QTY+47:10:PCE'
  MOA+203:92.5'PRI+AAA:9.25'UNS+S'MOA+77:92.5'`

function changed(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replace(from, to)
  }, text)
}

describe('what the standard refuses hides nothing of the rest', () => {
  const BAD_DAY = ['20260102', '20260231'] as const
  test('of a set without a fatal fault nothing is said here: it is judged as a whole', () => {
    expect(of850(ORDER)).toEqual({ refused: [], besides: [] })
    expect(of850(changed(ORDER, ['*10*', '*-10*'], ['CTT*2', 'CTT*5'])).besides).toEqual([])
    expect(ofOrders(ORDERS)).toEqual([])
  })

  test.each([
    [
      'a day that does not exist, a quantity below zero, a wrong count',
      [BAD_DAY, ['*10*', '*-10*'], ['CTT*2', 'CTT*5']],
      ['4 PO1 2 NUMBER_OUT_OF_RANGE', '6 CTT 1 COUNT_DIFFERS'],
    ],
    [
      'a unit nobody knows, a line number twice',
      [
        ['*EA*9.25', '*QQ*9.25'],
        ['PO1*2', 'PO1*1'],
      ],
      ['5 PO1 1 LINE_REPEATED'],
    ],
    [
      'no number of the order, a wrong count',
      [
        ['*4711*', '**'],
        ['CTT*2', 'CTT*5'],
      ],
      ['6 CTT 1 COUNT_DIFFERS'],
    ],
    [
      'no BEG, a quantity below zero, a wrong count',
      [
        ['BEG*00*SA*4711**20260102~', ''],
        ['*10*', '*-10*'],
        ['CTT*2', 'CTT*5'],
      ],
      ['3 PO1 2 NUMBER_OUT_OF_RANGE', '5 CTT 1 COUNT_DIFFERS'],
    ],
  ] as const)('850 with %s', (_, changes, expected) => {
    const { refused, besides } = of850(changed(ORDER, ...changes))
    expect(refused).not.toEqual([])
    expect(besides).toEqual(expected)
  })

  test('an 810 with a day that does not exist and a total that is none of its lines', () => {
    expect(of810(changed(BILL, ['20260108', '20260230'], ['TDS*9250', 'TDS*9999']))).toEqual(['4 TDS TOTAL_DIFFERS'])
  })

  test.each([
    [
      'a day that does not exist, a quantity below zero',
      [BAD_DAY, ['21:10', '21:-10']],
      ['6 QTY 1 2 NUMBER_OUT_OF_RANGE'],
    ],
    ['a day that does not exist, a wrong count', [BAD_DAY, ['CNT+2:1', 'CNT+2:3']], ['8 CNT 1 2 COUNT_DIFFERS']],
    [
      'no UNS, a quantity below zero',
      [
        ["UNS+S'", ''],
        ['21:10', '21:-10'],
      ],
      ['6 QTY 1 2 NUMBER_OUT_OF_RANGE'],
    ],
  ] as const)('ORDERS with %s', (_, changes, expected) => {
    expect(ofOrders(changed(ORDERS, ...changes))).toEqual(expected)
  })
})

describe('what only follows from what was refused is left out', () => {
  test('the sum of lines of which one has a quantity that is none', () => {
    expect(of810(changed(BILL, ['*10*', '*1O*']))).toEqual([])
    expect(ofInvoic(changed(INVOIC, ['47:10', '47:1O'], ["MOA+203:92.5'", '']))).toEqual([])
  })

  test('a line that is free costs nothing, whatever its quantity: the total is wrong all the same', () => {
    const free = changed(BILL, ['~TDS', '~IT1*2*1O*EA*0**VN*B~TDS'], ['CTT*1', 'CTT*2'], ['TDS*9250', 'TDS*9999'])
    expect(of810(free)).toEqual(['5 TDS TOTAL_DIFFERS'])
  })

  test('a split that does not add up to a quantity that is none; one of another line is told', () => {
    const split = changed(ORDER, ['*A~', '*A~SDQ*EA*92*7*4*8*5~'], ['*B~', '*B~SDQ*EA*92*7*1*8*1~'])
    expect(of850(changed(split, ['*10*', '*1O*'])).besides).toEqual(['6 PO1 SPLIT_DIFFERS'])
    expect(of850(changed(split, ['*10*', '*1O*'], ['7*1*8*1', '7*1*8*2'])).besides).toEqual([])
  })

  test('lines that are counted without those that are missing', () => {
    const none = of850('BEG*00*SA*4711**20260102~N1*ST*Store*92*0007~CTT*2')
    expect(none).toEqual({ refused: ['4 PO1 SEGMENT_MISSING'], besides: [] })
  })

  test('a segment that is missing is missing once', () => {
    expect(of850(changed(ORDER, ['BEG*00*SA*4711**20260102~', ''])).besides).toEqual([])
    expect(ofOrders(changed(ORDERS, ["DTM+137:20260102:102'", '']))).toEqual([])
    expect(ofInvoic(changed(INVOIC, ["DTM+137:20260108:102'", ''], ["MOA+77:92.5'", "MOA+77:99'"]))).toEqual([])
  })

  test('levels of a ship notice that refer to one whose number was refused', () => {
    const notice = 'BSN*00*S-1*20260108*1200~HL***S~HL*2*1*O~PRF*A~HL*3*2*I~LIN*1*VN*X~SN1**-2*EA~CTT*3'
    expect(told(faultsBesidesOfSet(setFrom('856', 'SH', segmentsOf(notice))))).toEqual(['8 SN1 2 NUMBER_OUT_OF_RANGE'])
  })

  test('where segments were lost, what speaks of several places; where there are more than were counted, nothing was lost', () => {
    const wrong = changed(ORDER, ['*10*', '*-10*'], ['CTT*2', 'CTT*5'])
    const counted = (count: number) => {
      const text = interchangeAround('850', 'PO', segmentsOf(wrong)).replace('SE*7', `SE*${count}`)
      return told(faultsBesidesOfSet(setsIn(text)[0]!))
    }
    expect(counted(9)).toEqual(['4 PO1 2 NUMBER_OUT_OF_RANGE'])
    expect(counted(6)).toEqual(['4 PO1 2 NUMBER_OUT_OF_RANGE', '6 CTT 1 COUNT_DIFFERS'])
    const cut = interchangeAround('850', 'PO', segmentsOf(wrong)).replace(/SE\*.*~\n/, '')
    expect(told(faultsBesidesOfSet(setsIn(cut)[0]!))).toEqual(['4 PO1 2 NUMBER_OUT_OF_RANGE'])
    const message = messageInterchange('ORDERS', messageSegmentsOf(changed(ORDERS, ['CNT+2:1', 'CNT+2:3'])))
    expect(told(faultsBesidesOfMessage(messagesIn(message.replace('UNT+9', 'UNT+12'))[0]!))).toEqual([])
  })

  test('lines that are counted without one whose tag is mistyped', () => {
    const typed = changed(ORDER, ['*EA*9.25', '*QQ*9.25'], ['PO1*2', 'P01*2'])
    expect(of850(typed)).toEqual({ refused: ['4 PO1 3 ELEMENT_CODE', '5 P01 SEGMENT_UNKNOWN'], besides: [] })
  })

  test('a set that is cut off in a line, behind which its reader looks for more', () => {
    const stock = 'BIA*00*DD*S-1*20260231~LIN*1*VN*A~QTY*17*-3*EA'
    const cut = interchangeAround('846', 'IB', segmentsOf(stock)).replace(/SE\*.*~\n/, '')
    const [set] = setsIn(cut)
    expect(told(set!.faults)).toContain('1 ST SE_MISSING')
    expect(told(faultsBesidesOfSet(set!))).toEqual([])
  })

  test('of a set or message that nobody knows, or that is another one than it says, nothing is said', () => {
    expect(faultsBesidesOfSet(setFrom('859', 'FB', segmentsOf('BGN*00*1*20260231')))).toEqual([])
    expect(faultsBesidesOfMessage(messageFrom('JINFDE', messageSegmentsOf("BGM+1'")))).toEqual([])
    const strange = Array.from({ length: 210 }, (_, at) => `PO1*${at}*1O*EA`).join('~')
    const { refused, besides } = of850(`BEG*00*SA*4711**20260102~${strange}~CTT*5`)
    expect([refused.at(-1), besides]).toEqual(['ST TOO_MANY_FAULTS', []])
  })
})
