import { payload, type Side, STEPS } from './contract.ts'
import { peerModule } from './peer-module.ts'

/** Workflows at once: 100 and 300 were tried, 100 is as fast and waits less. */
const AT_ONCE = 100
const POOL = 20

/** As much of DBOS Transact as is used here. */
interface Dbos {
  readonly DBOS: {
    setConfig(config: object): void
    launch(): Promise<void>
    shutdown(): Promise<void>
    registerWorkflow(work: (order: string) => Promise<void>, config: object): (order: string) => Promise<void>
    runStep(work: () => Promise<void>, config: object): Promise<void>
  }
}

/** A workflow of six steps; its state and each step's end are kept in PostgreSQL. */
export async function open(url: string): Promise<Side> {
  const { DBOS } = await peerModule<Dbos>('@dbos-inc/dbos-sdk')
  DBOS.setConfig({
    name: 'chain',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: POOL,
    logLevel: 'error',
    enableOTLP: false,
    tracingEnabled: false,
    runAdminServer: false,
  })
  const workflow = DBOS.registerWorkflow(
    async () => {
      for (let step = 1; step <= STEPS; step += 1) await DBOS.runStep(async () => {}, { name: `step-${step}` })
    },
    { name: 'chain' },
  )
  await DBOS.launch()
  return {
    run: async (orders) => {
      let started = 0
      const worker = async () => {
        while (started < orders) {
          started += 1
          await workflow(payload)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    },
    close: () => DBOS.shutdown(),
  }
}
