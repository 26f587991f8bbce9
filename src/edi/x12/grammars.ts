import { SET_180 } from './sets/180.ts'
import { SET_204 } from './sets/204.ts'
import { SET_210 } from './sets/210.ts'
import { SET_214 } from './sets/214.ts'
import { SET_810 } from './sets/810.ts'
import { SET_820 } from './sets/820.ts'
import { SET_824 } from './sets/824.ts'
import { SET_832 } from './sets/832.ts'
import { SET_846 } from './sets/846.ts'
import { SET_850 } from './sets/850.ts'
import { SET_852 } from './sets/852.ts'
import { SET_855 } from './sets/855.ts'
import { SET_856 } from './sets/856.ts'
import { SET_857 } from './sets/857.ts'
import { SET_860 } from './sets/860.ts'
import { SET_861 } from './sets/861.ts'
import { SET_865 } from './sets/865.ts'
import { SET_867 } from './sets/867.ts'
import { SET_870 } from './sets/870.ts'
import { SET_940 } from './sets/940.ts'
import { SET_943 } from './sets/943.ts'
import { SET_944 } from './sets/944.ts'
import { SET_945 } from './sets/945.ts'
import { SET_947 } from './sets/947.ts'
import { SET_990 } from './sets/990.ts'
import { SET_997 } from './sets/997.ts'
import { SET_999 } from './sets/999.ts'

/**
 * The sets whose segments and elements are checked, each in the notation of `sets/`: `TAG!` mandatory, `TAG*` any number of times,
 * `TAG:5` five times, `( … )` a loop. What a release dropped or added stays in: the check is about what can be meant.
 */
export const GRAMMARS: Readonly<Record<string, string>> = {
  '180': SET_180,
  '204': SET_204,
  '210': SET_210,
  '214': SET_214,
  '810': SET_810,
  '820': SET_820,
  '824': SET_824,
  '832': SET_832,
  '846': SET_846,
  '850': SET_850,
  '852': SET_852,
  '855': SET_855,
  '856': SET_856,
  '857': SET_857,
  '860': SET_860,
  '861': SET_861,
  '865': SET_865,
  '867': SET_867,
  '870': SET_870,
  '940': SET_940,
  '943': SET_943,
  '944': SET_944,
  '945': SET_945,
  '947': SET_947,
  '990': SET_990,
  '997': SET_997,
  '999': SET_999,
}
