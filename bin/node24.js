// Runs under any Node from 20 on: finds the Node 24 that came with the packages and hands over to it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const LEAST = [24, 12]

/** Whether the Node that runs this can run the sources itself. */
export function isNewEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])
}

/** Path of the Node that came with the packages; undefined where there is none for this platform. */
export function packagedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** Runs a script under a Node that is new enough, with our streams and signals; ends with its exit code. */
export function handOver(script, args) {
  const node = isNewEnough() ? process.execPath : packagedNode()
  if (!node) {
    process.stderr.write(
      `Crossdock needs Node ${LEAST.join('.')} or later; this is ${process.versions.node}, and no Node package for ` +
        `${process.platform}-${process.arch} is installed.\nRun "npm ci", or install Node 24.\n`,
    )
    process.exit(1)
  }
  const child = spawn(node, [script, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
