import { stat } from 'node:fs/promises'
import { seededRandom, systemRandom } from '../base/random.ts'
import type { HubDefinition } from '../config/define-hub.ts'
import { Admission, type AdmissionSettings, TICK_MS } from '../gateway/admission.ts'
import type { Metrics, Sample } from '../gateway/metrics.ts'
import type { HealthCheck } from '../gateway/operations.ts'
import { unproved } from '../gateway/unproved.ts'
import { type Quota, Quotas } from '../governance/quotas.ts'
import type { SenderRole } from '../intake/settings.ts'
import type { Priority } from '../journal/route.ts'
import { DiskWatch, type DiskWatchOptions } from './disk-watch.ts'
import { sendersOf } from './senders.ts'

/** What admission is opened with. */
export interface OpenAdmissionOptions {
  readonly definition: HubDefinition
  readonly dataFolder: string
  /** Asks the database; its data folder is looked for on this machine. */
  readonly query: (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>
  readonly metrics: Metrics
  readonly trouble: (what: string, error: unknown) => void
  readonly settings?: Partial<AdmissionSettings>
  readonly disk?: Pick<DiskWatchOptions, 'figures' | 'watermarks'>
}

/** Admission of a serving hub: by class, sender, what is inside and how full the disk is. */
export interface OpenAdmission {
  readonly admission: Admission
  /** The class of what comes through a system's doorway. */
  readonly doorwayClass: (system: string, topic: string | undefined) => Priority | undefined
  /** Whether files of partners may be picked up now; where they are, they are safe. */
  readonly picksUp: () => boolean
  /** For `/readyz`: said, but never a reason to send requests elsewhere. */
  readonly checks: () => readonly HealthCheck[]
  close(): void
}

const LOOK_MS = 1_000

/** A warehouse or carrier tells what has happened to goods; a shop or customer wants something; masters can wait. */
const DOORWAY_CLASS: Readonly<Record<SenderRole, Priority>> = {
  wms: 0,
  carrier: 0,
  oms: 0,
  erp: 1,
  shop: 1,
  partner: 1,
  supplier: 1,
}
const MASTERS = 'master'
const MASTERS_CLASS: Priority = 3

/** Opens admission, and watches latency and disk until it is closed. */
export async function openAdmission(options: OpenAdmissionOptions): Promise<OpenAdmission> {
  const { definition, metrics, trouble } = options
  const admission = new Admission({
    random: seededRandom(Math.floor(systemRandom.next() * 2 ** 32)), // drawn for each refusal: the system's costs 4 µs
    ...(options.settings ? { settings: options.settings } : {}),
  })
  const quotas = definition.governance?.quotas
  if (quotas) admission.quota = new Quotas(withUnproved(quotas), () => performance.now())
  const disk = new DiskWatch({
    folders: await foldersOf(options),
    ...options.disk,
    closed: (from) => {
      admission.closedFrom = from
    },
    trouble,
  })
  await disk.look()
  let before = performance.eventLoopUtilization()
  const tick = () => {
    const { utilization } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    admission.tick(performance.now(), utilization)
  }
  const ticking = setInterval(tick, TICK_MS)
  const looking = setInterval(() => void disk.look(), LOOK_MS)
  for (const timer of [ticking, looking]) timer.unref()
  metrics.read(() => [...classSamples(admission), ...roomSamples(admission), ...diskSamples(disk)])
  for (const [priority, { waits }] of admission.counts.entries())
    metrics.add('crossdock_admission_wait_seconds', 'From the head of what brings something in to its answer.', waits, {
      class: String(priority),
    })
  const roles = new Map([...sendersOf(definition)].map(([system, { role }]) => [system, role]))
  return {
    admission,
    doorwayClass: (system, topic) => {
      if (topic === MASTERS) return MASTERS_CLASS
      const role = roles.get(system)
      return role && DOORWAY_CLASS[role]
    },
    picksUp: () => admission.isOpenTo(DOORWAY_CLASS.partner),
    checks: () => [
      { name: 'disk', ok: true, detail: disk.says },
      { name: 'room', ok: true, detail: roomSays(admission) },
    ],
    close: () => {
      clearInterval(ticking)
      clearInterval(looking)
    },
  }
}

/** Where senders prove themselves by the body, they have their quota once more: nobody else can use up what comes by key. */
function withUnproved(quotas: Readonly<Record<string, Quota>>): Record<string, Quota> {
  const more = Object.entries(quotas).map(([name, quota]) => [unproved(name), quota] as const)
  return { ...quotas, ...Object.fromEntries(more) }
}

/** The data folder, and the database's own where it is on this machine. */
async function foldersOf({ dataFolder, query, trouble }: OpenAdmissionOptions): Promise<string[]> {
  const [row] = await query(
    `select current_setting('data_directory', true) as folder, inet_server_addr() as address`,
    [],
  )
  const folder = String(row?.['folder'] ?? '')
  const address = row?.['address']
  const isHere = address === null || address === undefined || /^(127\.|::1)/.test(String(address))
  if (isHere && folder !== '') {
    const found = await stat(folder).then(
      () => true,
      (error: unknown) => {
        if (['ENOENT', 'EACCES'].includes((error as { code?: string }).code ?? '')) return false
        trouble('the folder of the database could not be looked at', error)
        return false
      },
    )
    if (found) return [dataFolder, folder]
  }
  return []
}

function roomSays(admission: Admission): string {
  const { inside, limit } = admission.room
  return `${inside} of ${limit} places taken`
}

function* classSamples({ counts }: Admission): Iterable<Sample> {
  for (const [priority, { accepted, refused }] of counts.entries()) {
    const help = 'Requests by class, let in or refused with a reason.'
    const one = (outcome: string, value: number): Sample => ({
      name: 'crossdock_admission_total',
      help,
      type: 'counter',
      labels: { class: String(priority), outcome },
      value,
    })
    yield one('accepted', accepted)
    for (const [reason, count] of Object.entries(refused)) yield one(reason, count)
  }
}

function roomSamples({ room, closedFrom }: Admission): Sample[] {
  const gauge = (name: string, help: string, value: number): Sample => ({ name, help, type: 'gauge', value })
  return [
    gauge('crossdock_admission_inside', 'Places taken by work that is not answered yet.', room.inside),
    gauge('crossdock_admission_limit', 'Places there are, by what is finished in time.', room.limit),
    gauge(
      'crossdock_admission_unproved',
      'Places taken by requests whose sender has not proved itself.',
      room.unproved,
    ),
    gauge('crossdock_admission_bytes', 'Bytes of work that is not answered yet.', room.bytes),
    gauge('crossdock_admission_reads', 'Reads under way.', room.reads),
    gauge(
      'crossdock_admission_closed_from',
      'The class from which on a full disk lets nothing in; 5: none.',
      closedFrom,
    ),
  ]
}

function diskSamples({ views }: DiskWatch): Sample[] {
  return views.flatMap(({ folder, used, freeBytes }): Sample[] => [
    {
      name: 'crossdock_disk_used_ratio',
      help: 'How full a disk is, from 0 to 1.',
      type: 'gauge',
      labels: { folder },
      value: used,
    },
    {
      name: 'crossdock_disk_free_bytes',
      help: 'What is free on a disk.',
      type: 'gauge',
      labels: { folder },
      value: freeBytes,
    },
  ])
}
