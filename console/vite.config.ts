import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'

/** Where `npm run dev` finds a hub; `CROSSDOCK_URL` names another. */
const hub = process.env['CROSSDOCK_URL'] ?? 'http://127.0.0.1:7420'

const config: UserConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page's security policy allows files of our own only: nothing is written into the page or into data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': hub, '/console-session': hub } },
}

export default config
