import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ROOT } from './declarations.ts'

/** What users may build on. A line more is a promise; a line less breaks somebody. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  crossdock: ['CrossdockError', 'defineHub', 'definePartner', 'orderToCash', 'secret'],
  'crossdock/documents': [
    'applicationAdvice',
    'csv',
    'fixedWidth',
    'freightInvoice',
    'inventoryAdjustment',
    'inventoryAdvice',
    'invoice',
    'jsonata',
    'map',
    'loadTender',
    'orderAcknowledgement',
    'orderChange',
    'orderChangeAcknowledgement',
    'orderStatus',
    'ordersFile',
    'priceCatalog',
    'productActivity',
    'purchaseOrder',
    'receivingAdvice',
    'remittanceAdvice',
    'resaleReport',
    'returnAuthorization',
    'shipAndBill',
    'shipNotice',
    'shipmentStatus',
    'stockFile',
    'stockTransferAdvice',
    'stockTransferReceipt',
    'tenderResponse',
    'warehouseAdvice',
    'warehouseOrder',
  ],
  'crossdock/lifecycle': [
    'CROSSDOCK',
    'delegatedToCrossdock',
    'mayMove',
    'together',
    'who',
    'withOrderManagement',
    'withoutOrderManagement',
  ],
  'crossdock/connectors/folder': ['folder', 'localFolder'],
  'crossdock/connectors/ftps': ['ftps', 'ftpsFolder'],
  'crossdock/connectors/http': ['http'],
  'crossdock/connectors/http-signatures': ['httpSignatures'],
  'crossdock/connectors/memory': ['memory', 'outcomeOf'],
  'crossdock/connectors/as2': ['as2', 'as2Of'],
  'crossdock/connectors/sftp': ['sftp', 'sftpFolder'],
  'crossdock/connectors/sftp-doorway': ['sftpOut'],
  'crossdock/connectors/webhook': ['standardWebhooks'],
  'crossdock/process/order-to-cash': ['orderToCash'],
}

test.each(Object.entries(DOORS))('%s exports what is recorded here', async (door, recorded) => {
  const found = (await import(door)) as Record<string, unknown>
  expect(Object.keys(found).sort()).toEqual([...recorded].sort())
})

test('the types of the front door are recorded too', () => {
  const text = readFileSync(`${ROOT}src/index.ts`, 'utf8')
  const types = [...text.matchAll(/\btype (\w+)|export type \{ (\w+) \}/g)].map((match) => match[1] ?? match[2])
  expect(types.sort()).toEqual([
    'Duration',
    'ErrorKind',
    'FieldFault',
    'HubDefinition',
    'PartnerDefinition',
    'ProcessDefinition',
    'Retry',
    'Secret',
    'SystemDefinition',
  ])
})

test('every door of package.json leads to a file of ours, and nothing else is exported', () => {
  const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, string> }
  const doors = Object.keys(DOORS).map((door) =>
    door.replace(/^crossdock/, '.').replace(/^(\.\/(?:connectors|process))\/.*/, '$1/*'),
  )
  expect(Object.keys(exports).toSorted()).toEqual([...new Set(doors)].toSorted())
})
