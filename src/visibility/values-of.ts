import type { Money } from '../base/money.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Views } from './views.ts'

/** What these orders are worth, those that have a value: the money at risk in a case. */
export async function valuesOf(views: Views, subjects: readonly string[]): Promise<Money[]> {
  const orders = subjects.filter((subject) => subject.includes('/order/'))
  const found = await views.orders(orders.map((subject) => ({ lane: laneOfSubject(subject), subject })))
  return found.flatMap((order) =>
    order && order.amount !== null && order.currency !== null
      ? [{ amount: order.amount, currency: order.currency }]
      : [],
  )
}
