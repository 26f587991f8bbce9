import type { MasterData } from '../identity/master.ts'
import type { Settlement, Work } from '../journal/work.ts'
import type { ArrivalAnswer } from './admit.ts'
import type { Arrival, Interpretation } from './arrival.ts'
import { errors } from './errors.ts'
import { interpret } from './interpret.ts'
import type { MasterPart } from './master-part.ts'
import type { JsonText, Sender } from './settings.ts'
import { workOf } from './work.ts'

/** What intake needs from the hub. */
export interface IntakePorts {
  /** Hands work to the engine; it is settled once its turn is committed. */
  readonly offer: (work: Work) => void
  readonly sender: (tenant: string, system: string) => Sender | undefined
  readonly master: (tenant: string) => MasterData
  readonly readJson?: (bytes: Uint8Array) => JsonText
  /** Resolves after so many milliseconds: what bounds the wait for an answer under way. */
  readonly delay: (ms: number) => Promise<void>
}

/** What the hub's doors and folders call: hand in an arrival, hear what its sender is to be told. */
export interface Intake {
  submit(arrival: Arrival, options?: { readonly waitSeconds?: number }): Promise<ArrivalAnswer>
}

/** How long to wait before asking again for an answer that is under way. */
const ASK_AGAIN_MS = 20

/**
 * Opens intake. `submit` interprets an arrival, offers it to the engine and resolves once it is committed; who asked to
 * wait for the same request under way is given its answer, up to `waitSeconds`.
 */
export function openIntake(ports: IntakePorts): Intake {
  const once = (interpretation: Interpretation): Promise<ArrivalAnswer> =>
    new Promise((resolve, reject) => {
      const answered = (answer: ArrivalAnswer, _settlement: Settlement) => {
        if (!answer.inFlight) applyMaster(interpretation, answer, ports)
        resolve(answer)
      }
      ports.offer(workOf(interpretation, { answered, failed: reject }))
    })

  return {
    async submit(arrival, { waitSeconds = 0 } = {}) {
      const sender = ports.sender(arrival.tenant, arrival.system)
      if (!sender) throw errors.SENDER_UNKNOWN(arrival.system)
      const world = {
        sender,
        master: ports.master(arrival.tenant),
        ...(ports.readJson ? { readJson: ports.readJson } : {}),
      }
      const interpretation = interpret(arrival, world)
      let answer = await once(interpretation)
      for (let waited = 0; answer.inFlight && waited < waitSeconds * 1000; waited += ASK_AGAIN_MS) {
        await ports.delay(ASK_AGAIN_MS)
        answer = await once(interpretation)
      }
      return answer
    },
  }
}

/** Master data is changed in memory once it is committed, part by part as it was answered. */
function applyMaster({ arrival, parts, batch }: Interpretation, answer: ArrivalAnswer, ports: IntakePorts): void {
  parts.forEach((part, index) => {
    if (!('change' in part)) return
    const results = (answer.body as { results?: readonly { status: number }[] }).results
    const status = batch ? results?.[index]?.status : answer.status
    if (status !== undefined && status < 300) ports.master(arrival.tenant).apply((part as MasterPart).change)
  })
}
