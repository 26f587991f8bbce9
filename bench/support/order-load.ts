/** Posts orders from a process of its own: `fork`ed by `order-posts.ts`. */
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { Shop } from '../../src/simulators/shop/shop.ts'
import { openDoor } from './door.ts'
import { benchLandscape } from './landscape.ts'
import { firstOf, type OrderPosts, type OrdersPosted } from './order-posts.ts'
import { percentiles } from './town-orders.ts'

const told = JSON.parse(process.argv[2] ?? '{}') as OrderPosts
const documents = writeDocuments(told)
process.once('message', () => {
  void post().then((posted) => process.send?.(posted))
})
process.send?.('ready')

function writeDocuments({ seed, prefix, posts, repeats }: OrderPosts) {
  const shop = new Shop({ name: 'shop', seed, orderPrefix: prefix }, benchLandscape(seed), {
    clock: systemClock,
    random: seededRandom(seed),
    ledger: new CountingLedger(),
    schedule: () => {},
    emit: async () => 'ok',
    place: async () => ({ status: 0, body: {} }),
  })
  const written: { readonly key: string; readonly body: string }[] = []
  for (let at = 0; at < posts; at += 1) {
    const first = repeats ? written[firstOf(at) ?? -1] : undefined
    const document = shop.document(at)
    written.push(first ?? { key: `shop-${document.number}`, body: JSON.stringify(document) })
  }
  return written
}

/** Every connection posts the next order when its last was answered. */
async function post(): Promise<OrdersPosted> {
  const door = openDoor(told.hub, told.token, told.connections)
  const timesMs: number[] = []
  const statuses: Record<number, number> = {}
  const ids = new Set<string>()
  let next = 0
  const worker = async () => {
    for (let at = next; at < documents.length; at = next) {
      next += 1
      const { key, body } = documents[at] as { key: string; body: string }
      const began = performance.now()
      const answer = await door.post('/v1/orders', body, key)
      timesMs.push(performance.now() - began)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      ids.add(String(answer.body['order']))
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: told.connections }, worker))
  const seconds = (performance.now() - began) / 1_000
  await door.close()
  return { seconds, statuses, orders: ids.size, ms: percentiles(timesMs) }
}
