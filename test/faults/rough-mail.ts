/** A partner's files, and how they go wrong on their way: what a transfer program and a disk do to a folder. */
import { existsSync, readdirSync, renameSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { folderMailbag, type Mailbag } from '../../src/simulators/edi/mailbag.ts'

/** What goes wrong with files. */
export const MAIL_FORMS = [
  'a file that grows',
  'an empty file',
  'one name, other bytes',
  'a drop that stops at half',
  'cannot be put aside',
  'cannot be dropped',
] as const
export type MailForm = (typeof MAIL_FORMS)[number]

/** A mailbag of two folders that can be made to go wrong. */
export interface RoughMail extends Mailbag {
  /** What goes wrong from now on; nothing when it is undefined. */
  goWrong(form: MailForm | undefined): Promise<void>
  /** Files that nobody has taken, on either side. */
  unread(): Promise<number>
}

/** On another disk: nothing can be moved there by renaming it. */
const OTHER_DISK = '/dev/shm'
const SLICES = 8

/** @param bit hears of each file with which something went wrong */
export async function roughMail(home: string, bit: (form: MailForm) => void): Promise<RoughMail> {
  const [inbox, outbox, done] = [join(home, 'to'), join(home, 'from'), join(home, 'from/done')]
  const bag = await folderMailbag(inbox, outbox)
  await mkdir(done, { recursive: true })
  let wrong: MailForm | undefined
  let before: Uint8Array | undefined
  let elsewhere: string | undefined

  const grow = async (name: string, content: Uint8Array) => {
    for (let slice = 0; slice < SLICES; slice += 1) {
      const [from, to] = [slice, slice + 1].map((at) => Math.floor((content.length * at) / SLICES))
      await appendFile(join(outbox, name), content.subarray(from, to))
      await pause(150)
    }
  }
  /** What came before lies there again, until another file takes its place: just when it is being picked up, with luck. */
  const writeOver = async (content: Uint8Array) => {
    await bag.drop('ORDERS.edi', before ?? content)
    await pause(500 + Math.random() * 600)
    await bag.drop('ORDERS.edi', content)
  }
  /** One after the other: what is sent again may come while an order is being written under the same name. */
  let line: Promise<unknown> = Promise.resolve()
  const sameName = (content: Uint8Array) => {
    const written = line.then(() => writeOver(content))
    line = written.catch(() => undefined) // whoever dropped it hears of it
    return written
  }
  const half = async (name: string, content: Uint8Array) => {
    await writeFile(join(outbox, name), content.subarray(0, content.length >> 1))
    await pause(1_500)
    await bag.drop(name, content)
  }
  const dropWrongly = async (form: MailForm, name: string, content: Uint8Array) => {
    bit(form)
    if (form === 'a file that grows') return grow(name, content)
    if (form === 'one name, other bytes') return sameName(content)
    if (form === 'a drop that stops at half') return half(name, content)
    if (form === 'an empty file') await (await open(join(outbox, `empty-${name}`), 'w')).close()
    await bag.drop(name, content)
  }

  /** Where files are put aside is on another disk for a while. */
  const blockAside = async () => {
    elsewhere = await mkdtemp(join(OTHER_DISK, 'crossdock-faults-'))
    swap(done, () => symlinkSync(elsewhere as string, done))
  }
  const freeAside = async () => {
    unswap(done)
    await rm(elsewhere as string, { recursive: true })
  }
  return {
    ...bag,
    drop: async (name, content) => {
      // Orders only: an acknowledgement that is spoiled is nobody's order.
      if (wrong === undefined || !name.includes('PO-')) await bag.drop(name, content)
      else await dropWrongly(wrong, name, content)
      if (name.includes('PO-')) before = content
    },
    goWrong: async (form) => {
      if (wrong === 'cannot be put aside') await freeAside()
      if (wrong === 'cannot be dropped') unswap(inbox)
      wrong = form
      if (form === 'cannot be put aside') await blockAside()
      if (form === 'cannot be dropped') swap(inbox, () => writeFileSync(inbox, '', { flag: 'wx' }))
    },
    unread: async () => {
      const folders = wrong === 'cannot be dropped' ? [outbox] : [inbox, outbox]
      const lying = await Promise.all(folders.map((folder) => readdir(folder, { withFileTypes: true })))
      return lying.flat().filter((entry) => entry.isFile()).length
    },
  }
}

/** Puts something else in a folder's place. A hub that looks just then makes the folder anew, and it has to go. */
function swap(folder: string, put: () => void): void {
  renameSync(folder, `${folder}.away`)
  for (let tries = 0; ; tries += 1) {
    try {
      put()
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === 10) throw error
      rmdirSync(folder)
    }
  }
}

/** What was put into a folder that a hub made anew meanwhile goes to the rest. */
function unswap(folder: string): void {
  unlinkSync(folder)
  if (existsSync(folder)) {
    for (const name of readdirSync(folder)) renameSync(join(folder, name), join(`${folder}.away`, name))
  }
  renameSync(`${folder}.away`, folder)
}
