import type { RequestBody } from '../protocol.ts'
import { type Act, Simulator, type SimulatorOptions, type SimulatorPorts } from '../simulator.ts'

/** What a carrier can be told. */
export interface CarrierOptions extends SimulatorOptions {
  /** Milliseconds from notice to departure, to the delivery van, and to the door. */
  readonly departMs?: number
  readonly arriveMs?: number
  readonly deliverMs?: number
  /** Whether it reports milestones besides the delivery. Default true. */
  readonly milestones?: boolean
}

/** A carrier: hears of a shipment, drives, and says where it is until somebody has signed for it. */
export class Carrier extends Simulator {
  readonly role = 'carrier'
  readonly #options: CarrierOptions

  constructor(options: CarrierOptions, ports: SimulatorPorts) {
    super(options, ports)
    this.#options = options
  }

  protected act(verb: string, body: RequestBody): Act {
    if (verb !== 'shipment.notify') {
      return { status: 404, body: { code: 'unknown_verb', detail: `A carrier does not know ${verb}.` } }
    }
    const { shipment = '', order = '' } = body
    this.#drive(order, shipment)
    return { status: 200, body: {}, detail: { shipment, tracking: body.tracking } }
  }

  #drive(order: string, shipment: string): void {
    const { departMs = 5_000, arriveMs = 20_000, deliverMs = 30_000, milestones = true } = this.#options
    if (milestones) {
      this.ports.schedule(departMs, () => this.#pass(order, shipment, 'AF'))
      this.ports.schedule(arriveMs, () => this.#pass(order, shipment, 'X1'))
    }
    this.ports.schedule(deliverMs, () =>
      this.report('shipment.delivered', order, { shipment, at: this.time(), signedBy: 'DOCK' }),
    )
  }

  #pass(order: string, shipment: string, code: string): void {
    this.report('shipment.milestone', order, { shipment, code, at: this.time() })
  }
}
